"""What transactions and their facts are called on pages: one word for one thing, the one that finance people use.

The glossary's terms (docs/domain/glossary.md) stay in the API, in code and in messages of commands.
"""

from __future__ import annotations

from subledger.kernel.sentences import say

APPLIED = say("Applied payments")  # allocations
APPLIED_HOW = say("Applied")  # oldest first, or chosen
APPLIED_ON = say("Applied on")
UNAPPLIED_ON = say("Unapplied on")  # released
DISCOUNT = say("Discount")
DUE_NOW = say("Amount due")  # of one invoice, what is open
DUE_DATE = say("Due date")
EXPLANATION = say("Explanation")  # a reason in words of one's own
LINE_TOTAL = say("Line total")
METHOD = say("Method")
NET = say("Net")  # what tax is on: after discount
NEW = {
    "invoice": say("New invoice"),
    "credit_note": say("New credit note"),
    "payment": say("New payment"),
    "refund": say("New refund"),
}
OPEN = say("Open")
OVERDUE = say("Overdue")
POSTED = say("Date")
REASON = say("Reason")
REFERENCE = say("External reference")
REFERENCE_HELP = say("Its name or number in your other systems.")
ORDER_REFERENCE = say("Purchase order number")
STATUS = say("Status")
SUBTYPE = say("Subtype")
SUBTOTAL = say("Subtotal")  # before discount and tax
TAX = say("Tax")
TODAY = say("Defaults to today.")
INVOICES = say("Invoices")
PAYMENTS = say("Payments")
CREDIT_NOTES = say("Credit notes")
TRANSACTIONS = say("Transactions")
TYPE = say("Type")
TYPES_OWN = say("Defaults to the subtype's own.")
UNAPPLIED = say("Unapplied credit")
SETTLED_AS = {  # `settled.SettledAs`
    "open": say("Open (any)"),
    "unsettled": say("Open, nothing settled"),
    "partial": say("Partly settled"),
    "settled": say("Settled"),
    "overdue": OVERDUE,
    "owed": say("Open, owed by customers"),
    "unapplied": UNAPPLIED,
    "suspense": say("Open, on the suspense account"),
}


def dated(classification: str) -> str:
    """The day that a document bears."""
    return say("Invoice date") if classification == "invoice" else say("Document date")
