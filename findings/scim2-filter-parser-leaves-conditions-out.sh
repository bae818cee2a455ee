#!/usr/bin/env bash
# Surprise: a condition on an attribute without a mapping is left out of the SQL: `nickName eq "x"` lists everybody, and so does `USERNAME eq "ann"`, although
# names of attributes are the same in any letter case. A client that takes the first answer of a look-up links a stranger.
# Versions: scim2-filter-parser 0.7.0 (the filters of django-scim2).
# Expected: RFC 7644 §3.4.2.2: an attribute that is not there matches nothing (or 400 invalidFilter); §3.10 and RFC 7643 §2.1: names are not case-sensitive.
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
people.executemany("INSERT INTO person VALUES (?)", [("ann",), ("bob",), ("cyd",)])
for text in ('userName eq "ann"', 'nickName eq "x"', 'USERNAME eq "ann"', 'userName eq "ann" and nickName eq "x"'):
    query = SQLQuery(text, "person", {("userName", None, None): "person.username"})
    print(len(people.execute(query.sql.replace("%s", "?"), query.params).fetchall()), end=" ")
PY
seen=$(./v/bin/python ask.py)
echo "of three people: a mapped attribute, an unmapped one, a mapped one in capitals, mapped and unmapped: $seen"
[ "$seen" = "1 3 3 1 " ] || { echo "CHANGED: expected 1 3 3 1"; exit 1; }
