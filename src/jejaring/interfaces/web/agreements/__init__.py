"""Agreements: worded, offered, signed, looked after; and the page where anybody checks a paper."""
