"""What things are called on pages: one word for one thing, the one that finance people use.

The glossary's terms (docs/domain/glossary.md) stay in the API, in code and in messages of commands.
"""

from __future__ import annotations

ACCOUNT_METHODS = "Payment methods"  # of an account: its cards, mandates and bank accounts
APPLIED = "Applied payments"  # allocations
BALANCE = "Balance"
DELIVERY = "Delivery method"
DUE = "Due"
DUE_NOW = "Amount due"  # of one invoice, what is open
DUE_DATE = "Due date"
EMAIL = "Email"
EXPIRES = "Expires"
EXPLANATION = "Explanation"  # a reason in words of one's own
LINE_TOTAL = "Line total"
METHOD = "Method"
OPEN = "Open"
OVERDUE = "Overdue"
POSTED = "Date"
REASON = "Reason"
RECEIVABLES = "Accounts receivable"
REFERENCE = "External reference"
REFERENCE_HELP = "Its name or number in your other systems."
STATUS = "Status"
SUBTYPE = "Subtype"
TODAY = "Defaults to today."
TRANSACTIONS = "Transactions"
TYPE = "Type"
TYPES_OWN = "Defaults to the subtype's own."
UNAPPLIED = "Unapplied credit"
USERNAME = "Username"

# Values of enumerations that people know by another name.
WORDS = {
    "fifo": "Oldest first",
    "against_item": "Chosen",
    "against_item_fifo": "Chosen, then oldest first",
    "unsettled": "Open",
    "partial": "Partly settled",
    "unapplied": "Unapplied",
    "under_processing": "Processing",
    "requires_action": "Needs authentication",
    "unknown": "Needs review",
    "effective": "Active",
    "not_effective": "Inactive",
}
