"""What is no revenue: documents of some types, items of some products. No account of income moves by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from subledger.kernel.sentences import say


@dataclass(frozen=True, slots=True)
class NoRevenue:
    """Types and products that are no revenue, and the accounts of income, by id; a name each.

    The accounts are known where there are such types or products.
    """

    types: Mapping[int, str] = field(default_factory=dict)
    products: Mapping[int, str] = field(default_factory=dict)
    income: Mapping[int, str] = field(default_factory=dict)

    def because_of(self, type_id: int, product_id: int | None) -> str:
        """What says that it is no revenue: the type goes before the product. Empty where it is revenue."""
        if type_id in self.types:
            return say("type {name!r}", name=self.types[type_id])
        if product_id is not None and product_id in self.products:
            return say("product {name!r}", name=self.products[product_id])
        return ""

    def income_moved(self, moved: Iterable[tuple[int | None, int]]) -> str:
        """The first account of income among (ledger account, minor) pairs; empty where there is none."""
        return next((self.income[ledger] for ledger, _ in moved if ledger is not None and ledger in self.income), "")
