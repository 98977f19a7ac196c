"""What posting asks to be confirmed, as the boxes of forms say it."""

from __future__ import annotations

from subledger.kernel.sentences import say

CONFIRMATIONS = {
    "confirm_credit_limit": say("Go ahead even if it exceeds the credit limit"),
    "confirm_above_credit": say("Go ahead even if it is more than the credit on the account"),
    "confirm_in_advance": say("Collect it even if it is more than is owed: a payment in advance"),
    "confirm_paid_out": say("Go ahead even if a refund has paid it out already"),
    "confirm_credited": say("Cancel it even if a credit note has credited it already"),
    "confirm_posted_on": say("Keep that day, which is long past"),
    "confirm_due_on": say("Keep this due date"),
}
