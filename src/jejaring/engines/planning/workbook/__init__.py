"""Networks as Excel workbooks: `read_workbook` here, `write_workbook` and `write_template` in `writing`.

`spreadsheet` knows .xlsx, `headings` the words, `layout` the columns; `sheets`, `heads`, `lines` and
`cells` each read a smaller part.
"""

from jejaring.engines.planning.workbook.reading import read_workbook

__all__ = ["read_workbook"]
