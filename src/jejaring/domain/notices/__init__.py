"""What people are told: an inbox, e-mail, and texts ready to be sent by WhatsApp."""
