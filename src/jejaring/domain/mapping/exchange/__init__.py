"""The other ways in: the co-op's own workbook and the survey on phones.

A file is read into rows (`workbook_reading`, `survey_rows`), the rows are compared with what is kept
(`comparing`), a person looks, and what they accept is kept by the actions that the pages use
(`accepting`). Nothing is written before that.
"""
