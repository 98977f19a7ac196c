"""What transactions and their facts are called on pages: one word for one thing, the one that finance people use.

The glossary's terms (docs/domain/glossary.md) stay in the API, in code and in messages of commands.
"""

from __future__ import annotations

APPLIED = "Applied payments"  # allocations
DUE_NOW = "Amount due"  # of one invoice, what is open
DUE_DATE = "Due date"
EXPLANATION = "Explanation"  # a reason in words of one's own
LINE_TOTAL = "Line total"
METHOD = "Method"
OPEN = "Open"
OVERDUE = "Overdue"
POSTED = "Date"
REASON = "Reason"
REFERENCE = "External reference"
REFERENCE_HELP = "Its name or number in your other systems."
STATUS = "Status"
SUBTYPE = "Subtype"
TODAY = "Defaults to today."
INVOICES = "Invoices"
PAYMENTS = "Payments"
CREDIT_NOTES = "Credit notes"
TRANSACTIONS = "Transactions"
TYPE = "Type"
TYPES_OWN = "Defaults to the subtype's own."
UNAPPLIED = "Unapplied credit"
