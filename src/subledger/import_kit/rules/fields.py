"""The fields that files of a kind may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a kind. Of each group in ``one_of`` the file must have at least one.

    ``money`` hold amounts, ``prices`` numbers that may have more decimals than an amount, ``percentages`` and
    ``quantities`` other numbers; those in ``nameable`` may be the name of an entry instead. What is named ``on`` or
    ``…_on`` is a day, and ``currency`` a currency.

    A refusal is shown in the column that it is about: ``also_called`` says which fields hold what services call
    otherwise, the likeliest first, and ``about`` what refusals that name no field are about, by their codes.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    identity: str = field(kw_only=True)  # the one that names what a row is about
    metadata: bool = False  # columns named meta:KEY are kept
    money: frozenset[str] = frozenset()
    prices: frozenset[str] = frozenset()
    percentages: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()
    nameable: frozenset[str] = frozenset()
    also_called: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    about: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.needed, *(name for group in self.one_of for name in group), *self.optional)

    @property
    def numbers(self) -> frozenset[str]:
        return self.money | self.prices | self.percentages | self.quantities
