"""Services of collecting: documents are asked for in sets, and what runs asked for follows them."""
