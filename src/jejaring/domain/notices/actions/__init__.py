"""Every write to notices: one function for each verb. A notice is part of the write that it tells of."""
