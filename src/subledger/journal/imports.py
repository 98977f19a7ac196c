"""Exchange rates from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from subledger.import_kit.kinds import ImportKind, Place
from subledger.import_kit.masters import Masters
from subledger.import_kit.options import Choices, Options, choice
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.fields import Fields
from subledger.journal.models import ExchangeRate
from subledger.journal.rules import inverse_of
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.sentences import say


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChoices(Choices):
    accept_rates: bool = choice(say("Keep exchange rates far from the rate before them"))


def place_of_rate(row: Row) -> Place:
    return Place((row.currency(), row.day("on")))


class ExchangeRates(Masters[RateChoices]):
    """Rates by day; one that the books have differently is corrected, as typing it would (postings keep theirs)."""

    thing, field = say("exchange rate"), "currency"

    def __init__(self, options: Options[RateChoices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known: dict[tuple[str, Any], Decimal] = {
            (currency, on): rate for currency, on, rate in ExchangeRate.objects.values_list("currency", "on", "rate")
        }

    def name_of(self, row: Row) -> str:
        row.needed("currency")
        row.needed("on")
        return f"{row.currency()} on {row.day('on')}"

    def read(self, row: Row, name: str) -> NewRate | None:
        field = "inverse_rate" if row.cells.get("rate") is None and row.cells.get("inverse_rate") else "rate"
        row.needed(field)
        currency, on, rate = row.currency(), row.day("on"), row.decimal(field, places=10)
        assert currency is not None and on is not None and rate is not None  # noqa: PT018 (needed above)
        is_inverse = field == "inverse_rate"
        if rate > 0 and self._known.get((currency, on)) == (inverse_of(rate) if is_inverse else rate):
            return None
        return NewRate(currency, on, rate, is_inverse)

    def create(self, new: list[NewRate]) -> Sequence[Any]:
        enter_rates(rates=new, is_confirmed=self.options.own.accept_rates, actor=self.options.actor)
        return ()  # a rate is found by its currency and day


IMPORTS = [
    ImportKind(
        name="exchange-rates",
        title=say("Exchange rates"),
        fields=Fields(
            ("currency", "on"),
            one_of=(("rate", "inverse_rate"),),
            identity="currency",
            prices=frozenset({"rate", "inverse_rate"}),
            also_called={"rate": ("inverse_rate",), "base": ("currency",), "quote": ("currency",)},
        ),
        needed=("journal.rates",),
        importer=ExchangeRates,
        choices=RateChoices,
        place=place_of_rate,
    )
]
