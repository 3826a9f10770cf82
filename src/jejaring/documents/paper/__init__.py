"""The report as a paper for a meeting: A4, a dozen pages, tagged PDF.

`blocks` is what a page is made of, `chapters` what stands on it, `pages` makes the PDF.
"""

from jejaring.documents.paper.pages import report_pdf

__all__ = ["report_pdf"]
