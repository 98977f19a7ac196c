"""Subledger: receivables on real books.

Rules decide, models guard, services act on sets, interfaces speak; imports point down; the journal never
lies. The rooms, highest first: cli, config, demo, reports, imports, gateways, transactions,
journal, catalog, accounts, people, companies, api_kit, page_kit, cli_kit, file_kit, platform, kernel.
"""

__version__ = "0.1.0"
