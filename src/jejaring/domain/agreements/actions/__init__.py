"""Every write to agreements: one function for each verb, one transaction, one audit line."""
