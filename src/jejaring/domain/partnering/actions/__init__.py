"""Every write to plans: one function for each verb, one transaction, one audit line."""
