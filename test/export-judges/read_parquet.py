"""Prints the schema and the rows of a Parquet file as pyarrow reads them."""

import json
import sys

import pyarrow.parquet

table = pyarrow.parquet.ParquetFile(sys.argv[1]).read()
schema = {field.name: str(field.type) for field in table.schema}
print(json.dumps({"schema": schema, "rows": table.to_pylist()}, default=str))
