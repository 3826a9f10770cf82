"""What people ask of a plan before they sign."""
