"""Co-ops, counterparties and networks: pages that show and change them."""
