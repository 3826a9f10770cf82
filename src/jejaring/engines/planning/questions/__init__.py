"""What people ask of a plan before they sign: why, what if, and what it rests on."""
