"""Prorations: what part of a period costs, by the second, and what an unused part gives back.

Stripe prorates to the second: the part left is (end - moment) / (end - start). Charges are worked out from the new
price. Credits depend on the subscription's billing mode: *flexible* gives back the unused part of what was debited
before, discounts and all; *classic* the unused part of the current price.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from stripe_sandbox.billing.amounts import half_up


@dataclass(frozen=True, slots=True)
class Debit:
    """What was last charged for a subscription item: the source of flexible credits and of ``credited_items``.

    ``invoice`` and ``line`` name where it stands once it is on an invoice, ``invoice_item`` while it waits for one.
    ``amount`` is before discounts, ``discounts`` what each took off, ``start`` and ``end`` the time it pays for.
    """

    amount: int
    start: int
    end: int
    discounts: dict[str, int] = field(default_factory=dict)
    invoice: str | None = None
    line: str | None = None
    invoice_item: str | None = None


def part_left(start: int, end: int, moment: int) -> Fraction:
    """How much of a period is still to come: 1 before it, 0 after it."""
    if moment <= start:
        return Fraction(1)
    return Fraction(max(end - moment, 0), end - start)


def prorate(amount: Fraction | int, start: int, end: int, moment: int) -> int:
    """What the rest of a period costs of a full ``amount``, rounded once."""
    return half_up(amount * part_left(start, end, moment))


def credit(debit: Debit, moment: int) -> tuple[int, dict[str, int]]:
    """The unused part of an earlier debit from ``moment`` on: (gross amount, discount by id), both to be taken back."""
    left = part_left(debit.start, debit.end, moment)
    return half_up(debit.amount * left), {
        discount: half_up(amount * left) for discount, amount in debit.discounts.items() if amount
    }
