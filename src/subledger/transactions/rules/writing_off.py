"""How the tax of a written-off amount follows from the invoice: by its own rates, in the invoice's own proportions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from subledger.kernel.money import Money
from subledger.kernel.rounding import share

from .items import PricedItem


class Taxed(NamedTuple):
    """What of an invoice stands under one tax rate: ``total_minor`` with the tax in it."""

    tax_rate_id: int | None
    tax_percent: Decimal
    tax_minor: int
    total_minor: int


def split_write_off(open_minor: int, taxed: Sequence[Taxed]) -> list[tuple[Taxed, PricedItem]]:
    """One item for each rate that has a part in what is written off; together they are ``open_minor``.

    What is unsettled is shared out by what stands under each rate, and each share has tax in the proportion that the
    invoice charged it: all of an invoice gives exactly its tax, and a rate that was never charged reclaims nothing.
    """
    parts = [one for one in taxed if one.total_minor > 0]
    if not parts:
        parts = [Taxed(None, Decimal(0), 0, open_minor)]
    shares = Money(open_minor, "eur").split([one.total_minor for one in parts])  # whole units: any currency will do
    split = []
    for part, amount in zip(parts, shares, strict=True):
        if amount.minor:
            tax = share(part.tax_minor, amount.minor, part.total_minor)
            net = amount.minor - tax
            split.append(
                (part, PricedItem(Decimal(1), Decimal(net), net, Decimal(0), 0, part.tax_percent, tax, amount.minor))
            )
    return split
