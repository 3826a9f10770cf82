"""Networks as a folder of CSV files, one for each table: `read_folder` here, `folder_files` in `writing`.

`delimited` knows bytes, quotes and delimiters, `heads` which column is which field, `lines` reads a row,
`values` what a cell says.
"""

from jejaring.engines.planning.csv_folder.reading import read_folder

__all__ = ["read_folder"]
