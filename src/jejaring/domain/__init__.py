"""Django tables and the rules about them. No requests, no addresses: those are the interfaces'."""
