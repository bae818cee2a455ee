#!/usr/bin/env bash
# Surprise: `sw`, `ew` and `co` become LIKE with the value as it is, so that _ and % in it are wildcards: `userName sw "a_b"` finds axb as well, and
# `displayName co "50%"` finds each name with 50 in it. Names of accounts are full of underscores.
# Versions: scim2-filter-parser 0.7.0 (the filters of django-scim2).
# Expected: RFC 7644 §3.4.2.2: the whole value as a substring, prefix or suffix.
# Source: seen by running.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; python3 -m venv v
./v/bin/pip -q install --disable-pip-version-check scim2-filter-parser==0.7.0
cat > ask.py <<'PY'
import sqlite3

from scim2_filter_parser.queries import SQLQuery

people = sqlite3.connect(":memory:")
people.execute("CREATE TABLE person (username TEXT)")
people.executemany("INSERT INTO person VALUES (?)", [("svc_backup",), ("svcsbackup",), ("svc-backup",), ("other",)])
query = SQLQuery('userName sw "svc_b"', "person", {("userName", None, None): "person.username"})
print(*sorted(name for (name,) in people.execute(query.sql.replace("%s", "?"), query.params)))
PY
seen=$(./v/bin/python ask.py); echo "userName sw \"svc_b\": $seen"
[ "$seen" = "svc-backup svc_backup svcsbackup" ] || { echo "CHANGED: expected three names"; exit 1; }
