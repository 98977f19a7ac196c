"""What accounts are called on pages: one word for one thing, the one that finance people use."""

from __future__ import annotations

METHODS = "Payment methods"  # of an account: its cards, mandates and bank accounts
RECEIVABLES = "Accounts receivable"
