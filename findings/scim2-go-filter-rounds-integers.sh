#!/usr/bin/env bash
# Surprise: the filter parser of the Go SCIM libraries gives an int that is not the integer of the filter: above 2^53 it has gone through a float64.
# A filter for an employee number of seventeen digits or a snowflake id finds the neighbour.
# Versions: github.com/scim2/filter-parser/v2 v2.3.1 (used by elimity-com/scim).
# Expected: the type is Go's 64-bit int, so its digits are kept. RFC 7643 §2.3.4: a whole number with no fractional digits.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"; export GOPATH="$work/go" GOFLAGS=-mod=mod
cat > main.go <<'GO'
package main

import (
	"fmt"

	filter "github.com/scim2/filter-parser/v2"
)

func main() {
	for _, text := range []string{"number eq 1234567", "number eq 10000000000000001"} {
		parsed, err := filter.ParseFilter([]byte(text))
		if err != nil {
			panic(err)
		}
		value := parsed.(*filter.AttributeExpression).CompareValue
		fmt.Printf("%T %v ", value, value)
	}
}
GO
go mod init example.com/try >/dev/null 2>&1; go get github.com/scim2/filter-parser/v2@v2.3.1 >/dev/null 2>&1
seen=$(go run .); echo "1234567 and 10000000000000001 come out as: $seen"
[ "$seen" = "int 1234567 int 10000000000000000 " ] || { echo "CHANGED: expected the second to be rounded"; exit 1; }
