#!/usr/bin/env bash
# Surprise: a column of JavaScript Dates, written by hyparquet-writer without a declared type, is an instant in UTC for pyarrow and a time without a zone for
# DuckDB. Compared with an instant, DuckDB reads it in the zone of the session: on a machine in Tokyo the same file says another moment, nine hours off.
# Versions: hyparquet-writer 0.17.0, pyarrow 26.0.1, DuckDB 2.0.1 (PyPI).
# Expected: a Date is an instant, and both readers see the same moment in one file. They do if the declared type says isAdjustedToUTC.
# Source: seen by running. The column has only the old ConvertedType, which the Parquet format's LogicalTypes page reads as UTC.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
cd "$work"; npm init -y >/dev/null
npm i --no-audit --no-fund --silent --save-exact hyparquet-writer@0.17.0 >/dev/null
python3 -m venv v; ./v/bin/pip -q install --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1 pytz==2025.2
cat > write.mjs <<'JS'
import { writeFileSync } from 'node:fs'
import { parquetWriteBuffer } from 'hyparquet-writer'
writeFileSync('t.parquet', Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'seen', data: [new Date('2026-11-30T12:00:00Z')] }] })))
JS
node write.mjs
cat > read.py <<'PY'
import duckdb
import pyarrow.parquet

print(pyarrow.parquet.read_schema("t.parquet").field("seen").type, end="; ")
database = duckdb.connect()
for zone in ("UTC", "Asia/Tokyo"):
    database.execute(f"SET TimeZone = '{zone}'")
    print(zone, database.execute("SELECT epoch(seen::TIMESTAMPTZ) - epoch(TIMESTAMPTZ '2026-11-30 12:00:00+00') FROM 't.parquet'").fetchone()[0] / 3600, end="; ")
PY
seen=$(./v/bin/python read.py); echo "type for pyarrow, then hours off in DuckDB by the zone of the session: $seen"
[ "$seen" = "timestamp[ms, tz=UTC]; UTC 0.0; Asia/Tokyo -9.0; " ] || { echo "CHANGED: expected UTC for pyarrow, and 0 and -9 hours for DuckDB"; exit 1; }
