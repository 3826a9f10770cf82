"""Accounts: a person's own page, invitations, what is kept of them."""
