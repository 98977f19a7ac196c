"""Files of customers and accounts."""
