"""Every write to what co-ops have and need: one function for each verb, one transaction, one audit line."""
