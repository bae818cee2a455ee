"""Prints every sheet of a workbook as openpyxl reads it: its name, and its rows with the type of each cell."""

import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1], read_only=True)
sheets = [
    {"name": sheet.title, "rows": [[[cell.data_type, str(cell.value)] for cell in row] for row in sheet.iter_rows()]}
    for sheet in book
]
print(json.dumps(sheets))
