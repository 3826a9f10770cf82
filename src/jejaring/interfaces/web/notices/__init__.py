"""Pages: the inbox, links that lead to pages, ready texts for WhatsApp."""
