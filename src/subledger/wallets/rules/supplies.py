"""What a wallet debit is to the books: a supply at a gross amount, of which paid money bears tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from subledger.kernel.rounding import half_up

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Supply:
    """Net of the whole face, the part of it that was granted and is a discount, and the tax of what was paid for."""

    net: int = 0
    discount: int = 0
    tax: int = 0

    @property
    def paid(self) -> int:
        return self.net - self.discount + self.tax

    def __sub__(self, other: Supply) -> Supply:
        return Supply(self.net - other.net, self.discount - other.discount, self.tax - other.tax)

    def __neg__(self) -> Supply:
        return Supply() - self


def supply_of(face: int, paid: int, tax_percent: Decimal) -> Supply:
    """Amounts taken from a wallet are gross: 11.90 at 19 % is 10.00 and 1.90 of tax.

    Granted face that is consumed is a discount, and no tax base: of 11.90 with 9.52 of it paid, 10.00 less 2.00 and
    1.52 of tax.
    """
    net_paid = net_of(paid, tax_percent)
    net = net_of(face, tax_percent)
    return Supply(net, net - net_paid, paid - net_paid)


def net_of(gross: int, tax_percent: Decimal) -> int:
    return gross - half_up(Decimal(gross) * tax_percent / (HUNDRED + tax_percent))
