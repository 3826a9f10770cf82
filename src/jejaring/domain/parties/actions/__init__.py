"""Every write to people, co-ops and networks: one function for each verb, one transaction, one audit line."""
