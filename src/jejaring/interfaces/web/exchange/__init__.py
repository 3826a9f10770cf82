"""The other ways in: a co-op's workbook, and the survey on phones."""
