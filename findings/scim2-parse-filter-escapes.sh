#!/usr/bin/env bash
# Surprise: in a filter value, scim2-parse-filter decodes \" and leaves every other JSON escape as it was written: a name with a backslash comes out with
# two, and a \u escape stays six characters. The filter is valid and matches nobody, without an error.
# Versions: scim2-parse-filter 0.2.10.
# Expected: compare values are JSON strings (RFC 7644 §3.4.2.2), so each escape is decoded. A client does well to send raw UTF-8 and to list instead
# of filtering where a value holds a backslash.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact scim2-parse-filter@0.2.10 >/dev/null
cat > try.mjs <<'JS'
import { filter, parse } from 'scim2-parse-filter'
const people = [{ displayName: 'A "B"' }, { displayName: 'C\\D' }, { displayName: 'É' }]
const literals = [JSON.stringify('A "B"'), JSON.stringify('C\\D'), String.raw`"\u00c9"`, '"É"']
console.log(literals.map((literal) => people.filter(filter(parse(`displayName eq ${literal}`))).length).join(' '))
JS
seen=$(node try.mjs); echo "found by an escaped quote, an escaped backslash, a \\u escape, raw UTF-8: $seen"
[ "$seen" = "1 0 0 1" ] || { echo "CHANGED: expected 1 0 0 1"; exit 1; }
