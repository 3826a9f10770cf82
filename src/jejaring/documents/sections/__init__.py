"""What each section of the report says, as plain values: templates show them and compute nothing."""
