"""Credit notes in numbers: which part of a line's discounts and taxes goes with a credited amount.

Parts are taken from a running total, so that however an invoice is cut into credit notes they add up to its net, tax
and gross exactly: the last one carries the remainder.
"""

from __future__ import annotations

from fractions import Fraction

from stripe_sandbox.billing.amounts import half_up


def part(total: int, *, whole: int, credited: int, taken: int, amount: int) -> int:
    """What of ``total`` (a line's discount or tax) goes with ``amount`` of ``whole``.

    ``credited`` of ``whole`` was credited before and took ``taken`` of ``total`` along. Never turns the sign, never
    takes more than is left.
    """
    if not whole:
        return 0
    due = half_up(Fraction(total * (credited + amount), whole)) - taken
    left = total - taken
    return min(max(due, 0), left) if total >= 0 else max(min(due, 0), left)


def split_payment(total: int, *, remaining: int) -> tuple[int, int]:
    """How a note of ``total`` falls on an invoice with ``remaining`` to pay: (before payment, after payment)."""
    before = min(total, remaining)
    return before, total - before


def note_type(before: int, after: int) -> str:
    """Stripe's ``type`` of a credit note, from its two parts."""
    if before and after:
        return "mixed"
    return "post_payment" if after else "pre_payment"
