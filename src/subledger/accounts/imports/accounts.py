"""Accounts from a file, with what they owed before these books began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.accounts.models import AccountClassification
from subledger.accounts.queries import active_definition
from subledger.accounts.rules import CreditPeriod, CreditRuleKind, Operator, Unit
from subledger.import_kit.errors import NumberInvalid
from subledger.import_kit.lookups import Entries, Names, base_currency
from subledger.import_kit.masters import LONG, Masters
from subledger.import_kit.options import Options
from subledger.import_kit.report import Outcome, Progress
from subledger.import_kit.rules.cells import Row
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform.callers import demand

from . import errors
from .choices import AccountChoices
from .names import accounts_named, customers_named
from .opening_balances import open_in_line
from .openings import Opening, openings
from .owners import AccountInBooks, is_owner


class Accounts(Masters[AccountChoices]):
    thing, field = "account", "account"

    def __init__(self, options: Options[AccountChoices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(accounts_named, self.field)
        self._customers = Names(customers_named, "customer")
        self._openings = Names(openings().known)
        self._classifications = Entries(AccountClassification, say("account classification"), "classification")
        self._rule = active_definition().rule()
        self._base = base_currency()

    def look_up(self, rows: Sequence[Row]) -> None:
        accounts = [str(row.cells.get("account", "")) for row in rows]
        self._known.look_up([*accounts, *(str(row.cells.get("parent", "")) for row in rows)])
        self._openings.look_up(accounts)
        self._customers.look_up(str(row.cells.get("customer") or row.cells.get("account", "")) for row in rows)

    def read(self, row: Row, name: str) -> dict[str, Any] | None:
        currency = row.currency() or self.options.currency or self._base
        opening = row.minor("opening_balance", currency)
        owner = row.text("customer") or name
        new: dict[str, Any] = {
            "code": name,
            "name": row.text("name", longest=LONG),
            "currency": currency,
            "classification_id": self._classifications.id_of(row.text("classification")),
            "credit_limit_minor": row.minor("credit_limit", currency),
            "credit_period": self._period(row),
            "customer": owner,
            "parent": row.text("parent"),
            "opening": opening,
            "opening_on": row.day("opening_on"),
        }
        known = self._known[name]
        if known is None:
            customer = self._customers[owner]
            if row.text("customer") and not customer and not self.options.own.create_missing:
                raise errors.CustomerUnknown(owner)
            return new
        posted, owner_given = self._openings[name], row.text("customer")
        self.same(
            name,
            {
                "currency": (known.currency.upper(), (currency if row.currency() else "").upper()),
                "name": (known.name, new["name"]),
                "customer": (known.customer_name, None if not owner_given or is_owner(known, owner) else owner),
                "classification": (
                    self._classifications.code_of(known.classification_id),
                    self._classifications.code_of(new["classification_id"]),
                ),
                "parent": (known.parent, self._parent_given(known, new["parent"])),
                "credit_limit": (
                    _money(known.credit_limit_minor, known.currency),
                    _money(new["credit_limit_minor"], currency),
                ),
                "credit_period_days": (
                    self._rule.days + _deviation(known.credit_period),
                    None
                    if row.whole("credit_period_days") is None
                    else self._rule.days + _deviation(new["credit_period"]),
                ),
                "opening_balance": (
                    _money(posted.minor if posted else 0, known.currency),
                    _money(opening, currency) if opening else None,
                ),
                "opening_on": (posted.on if posted else None, new["opening_on"] if opening else None),
            },
        )
        return None

    def _parent_given(self, known: AccountInBooks, parent: str) -> str:
        """What a file calls the parent, or what the books do where it is the same account."""
        named = self._known.named(parent, "parent") if parent else None
        return known.parent if named is not None and named.id == known.parent_id else parent

    def _period(self, row: Row) -> CreditPeriod | None:
        """``credit_period_days`` counts from posting: the account deviates from the rule's days by the difference."""
        days = row.whole("credit_period_days")
        if days is None:
            return None
        if self._rule.kind is not CreditRuleKind.DAYS:
            raise NumberInvalid(
                say(
                    "The credit rule of the payment terms does not count in days, so an account cannot "
                    "either. Leave that column empty."
                ),
                "credit_period_days",
            )
        more = days - self._rule.days
        return CreditPeriod(abs(more), Operator.PLUS if more > 0 else Operator.MINUS) if more else None

    def write(self, progress: Progress) -> None:
        if any(self._customers[new["customer"]] is None for _, new in self.ready):
            demand("customers.edit")
        balances = [new["opening"] for _, new in self.ready if new["opening"]]
        if balances:
            openings().prepare(balances, actor=self.options.actor)
        super().write(progress)

    def create(self, new: list[dict[str, Any]]) -> Sequence[Any]:
        opened = open_in_line(new, actor=self.options.actor)
        balances = [
            Opening(account, one["opening"], one["opening_on"])
            for account, one in zip(opened, new, strict=True)
            if one["opening"]
        ]
        openings().post(balances, accept_old_days=self.options.own.accept_old_days, actor=self.options.actor)
        return opened


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _deviation(period: CreditPeriod | None) -> int:
    """Days after (or before) those of the rule; a period in months is far from any."""
    if period is None:
        return 0
    days = period.value * (1 if period.unit is Unit.DAYS else 30_000)
    return days if period.operator is Operator.PLUS else -days
