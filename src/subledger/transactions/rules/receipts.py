"""Which payments a customer is told of by themselves."""

from __future__ import annotations

from datetime import date, timedelta

RECEIPT = "payment_receipt"  # the kind of message
LATELY = timedelta(days=31)


def is_told_of(counted_from: date, today: date) -> bool:
    """Whether a receipt may leave by itself for a payment that counts from a day: not for one of long ago, which comes
    with the books that a company brings along, or is put right. Mail cannot be called back."""
    return today - counted_from <= LATELY
