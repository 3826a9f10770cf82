"""A plan as a spreadsheet, to be filtered, added up and calculated with.

`contents` decides what stands on which sheet, `writing` makes the file.
"""

from jejaring.documents.spreadsheet.writing import plan_workbook

__all__ = ["plan_workbook"]
