"""Subledger: receivables on real books.

Rules decide, models guard, services act on sets, interfaces speak; imports point down; the journal never
lies. The rooms and their order: docs/architecture.md.
"""

__version__ = "0.1.0"
