"""What accounts are called on pages: one word for one thing, the one that finance people use."""

from __future__ import annotations

from subledger.kernel.sentences import say

METHODS = say("Payment methods")  # of an account: its cards, mandates and bank accounts
RECEIVABLES = say("Accounts receivable")
STATE_ACTIONS = {
    "suspend": say("Suspend account"),
    "reactivate": say("Reactivate account"),
    "terminate": say("Terminate account"),
}
