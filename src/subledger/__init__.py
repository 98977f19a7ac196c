"""Subledger: receivables on real books.

Rules decide, models guard, services act on sets, interfaces speak; imports point down; the journal never
lies. The rooms, highest first: cli, config, api and backoffice, demo, reports, imports, transactions,
journal, catalog, accounts, companies, platform, kernel.
"""

__version__ = "0.1.0"
