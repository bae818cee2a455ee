#!/usr/bin/env bash
# Surprise: the LDIF parser of ldif3 gives a change record that deletes somebody as if it were that person's entry: a list of people followed by
# a "delete" record brings the leaver back, without an error.
# Versions: ldif3 3.2.2 (PyPI).
# Expected: RFC 2849: a record with a changetype is no content; a parser of entries refuses it or says what it is.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/v" >/dev/null; "$work/v/bin/pip" -q install --disable-pip-version-check ldif3==3.2.2
printf 'dn: uid=ann,dc=example\nuid: ann\n\ndn: uid=bob,dc=example\nchangetype: delete\n' > "$work/people.ldif"
seen=$("$work/v/bin/python" - "$work/people.ldif" <<'PY'
import sys
from ldif3 import LDIFParser
print(" | ".join(f"{dn} {sorted(entry)}" for dn, entry in LDIFParser(open(sys.argv[1], "rb")).parse()))
PY
)
echo "$seen"
[ "$seen" = "uid=ann,dc=example ['uid'] | uid=bob,dc=example ['changetype']" ] || { echo "CHANGED: the delete record is not an entry any more"; exit 1; }
