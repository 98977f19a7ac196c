"""Books to look at: real invoices imported and settled, and stories of customers played to their end.

Owns no tables. Everything is done through the services and the import that everybody else uses.
"""
