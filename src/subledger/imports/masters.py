"""Customers, accounts, products and exchange rates from a file. What exists is compared, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from subledger.accounts.models import AccountClassification, Customer
from subledger.accounts.queries import active_definition
from subledger.accounts.rules import CreditPeriod, CreditRuleKind, Operator, Unit
from subledger.accounts.services import NewAccount, NewCustomer, create_customers, open_accounts
from subledger.catalog.services import NewProduct, create_products
from subledger.journal.models import ExchangeRate
from subledger.journal.rules import inverse_of
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money, to_decimal
from subledger.platform.callers import demand
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.states import Classification

from . import errors
from .comparing import refuse_difference
from .creating import refusals_of
from .faults import faults_of
from .lookups import Entries, Names, TaxRates, base_currency
from .opening import opening_types, post_openings
from .options import Options
from .parts import keep_part
from .queries import (
    DocumentInBooks,
    accounts_named,
    customers_coded,
    customers_named,
    documents_coded,
    products_coded,
)
from .report import Outcome, Progress
from .rules.cells import CODE, Row
from .rules.columns import META
from .rules.kinds import ADDRESS, Kind
from .rules.suspense import is_owner

PART = 1_000
LONG = 300


class Masters:
    """What importing each of these has in common: one row is one thing, and a thing stands in a file once."""

    kind: Kind
    thing = ""
    field = ""

    def __init__(self, options: Options, outcome: Outcome) -> None:
        self.options, self.outcome = options, outcome
        self._lines: dict[str, int] = {}  # name -> the line it stands on
        self.ready: list[tuple[int, Any]] = []

    def take(self, rows: Sequence[Row]) -> None:
        self.look_up(rows)
        for row in rows:
            try:
                name = self.name_of(row)
                if name in self._lines:
                    raise errors.DuplicateInFile(self.thing, name, self._lines[name], self.field)
                self._lines[name] = row.line
                new = self.read(row, name)
                if new is None:
                    self.outcome.unchanged += 1
                else:
                    self.ready.append((row.line, new))
            except DomainError as error:
                self.outcome.reject(row.line, error)
                self.outcome.reject_also(row.line, faults_of(self.kind, row))

    def name_of(self, row: Row) -> str:
        return row.needed(self.field)

    def look_up(self, rows: Sequence[Row]) -> None:
        """Ask the books for every name of a batch at once."""

    def read(self, row: Row, name: str) -> Any:
        """What to create; None when the books have just that already."""
        raise NotImplementedError

    def create(self, new: list[Any]) -> Sequence[Any]:
        """Create a part, all or none; its rows."""
        raise NotImplementedError

    def finish(self) -> None:
        """All rows were taken."""

    def write(self, progress: Progress) -> None:
        for start in range(0, len(self.ready), PART):
            part = self.ready[start : start + PART]
            refused = refusals_of(self._create, [new for _, new in part])
            for place, refusal in refused.items():
                self.outcome.reject(part[place][0], refusal)
            self.outcome.created += len(part) - len(refused)
            progress("Writing", start + len(part), len(self.ready))

    def _create(self, new: Sequence[Any]) -> None:
        rows = self.create(list(new))
        keep_part(self.options, self.thing.replace(" ", "_"), [row.pk for row in rows])

    def same(self, name: str, wanted: Mapping[str, tuple[Any, Any]]) -> None:
        refuse_difference(self.thing, name, wanted)


class Customers(Masters):
    kind, thing, field = Kind.CUSTOMERS, "customer", "customer"

    def __init__(self, options: Options, outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(customers_coded)
        self._metadata = [field for field in outcome.columns.places if field.startswith(META)]

    def look_up(self, rows: Sequence[Row]) -> None:
        self._known.look_up(str(row.cells.get("customer", "")) for row in rows)

    def read(self, row: Row, name: str) -> NewCustomer | None:
        new: NewCustomer = {"code": name, "name": row.text("name", longest=LONG) or name}
        for field, longest in (
            ("email", 320),
            ("phone", 60),
            ("tax_number", 60),
            *((f, LONGEST[f]) for f in ADDRESS),
        ):
            new[field] = row.text(field, longest=longest)  # type: ignore[literal-required]
        new["country"] = new["country"].upper()
        metadata = {field.removeprefix(META): row.text(field, longest=500) for field in self._metadata}
        new["metadata"] = {key: value for key, value in metadata.items() if value}
        known = self._known[name]
        if known is None:
            return new
        books = known._asdict()
        kept = known.metadata if isinstance(known.metadata, dict) else json.loads(known.metadata or "{}")
        given = {field: new[field] for field in row.cells if field in books}  # type: ignore[literal-required]
        own = {f"{META}{key}": (kept.get(key), value) for key, value in new["metadata"].items()}
        self.same(name, {field: (books[field], value) for field, value in given.items()} | own)
        return None

    def create(self, new: list[NewCustomer]) -> Sequence[Any]:
        return create_customers(new=new, actor=self.options.actor)


LONGEST = {
    "address_line1": LONG,
    "address_line2": LONG,
    "city": 120,
    "postal_code": 30,
    "region": 120,
    "country": 60,
}


class Accounts(Masters):
    kind, thing, field = Kind.ACCOUNTS, "account", "account"

    def __init__(self, options: Options, outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(accounts_named)
        self._customers = Names(customers_named)
        self._openings = Names(
            lambda names: {
                name: (1 if kind == "invoice" else -1, found)
                for kind in ("invoice", "credit_note")
                for name, found in documents_coded(kind, names).items()
            }
        )
        self._classifications = Entries(AccountClassification, "account classification", "classification")
        self._rule = active_definition().rule()
        self._types: dict[Classification, int] = {}
        self._base = base_currency()

    def look_up(self, rows: Sequence[Row]) -> None:
        accounts = [str(row.cells.get("account", "")) for row in rows]
        self._known.look_up(accounts)
        self._openings.look_up(f"opening:{name}" for name in accounts)
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
            "opening": opening,
            "opening_on": row.day("opening_on"),
        }
        known = self._known[name]
        if known is None:
            if row.text("customer") and not self._customers[owner] and not self.options.create_missing:
                raise errors.CustomerUnknown(owner)
            return new
        posted, owner_given = self._openings[f"opening:{name}"], row.text("customer")
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
                    _money(_signed(posted), known.currency),
                    _money(opening, currency) if opening else None,
                ),
                "opening_on": (posted[1].posted_on if posted else None, new["opening_on"] if opening else None),
            },
        )
        return None

    def _period(self, row: Row) -> CreditPeriod | None:
        """``credit_period_days`` counts from posting: the account deviates from the rule's days by the difference."""
        days = row.whole("credit_period_days")
        if days is None:
            return None
        if self._rule.kind is not CreditRuleKind.DAYS:
            raise errors.NumberInvalid(
                "The credit rule of the account definition does not count in days, so an account cannot "
                "either. Leave that column empty.",
                "credit_period_days",
            )
        more = days - self._rule.days
        return CreditPeriod(abs(more), Operator.PLUS if more > 0 else Operator.MINUS) if more else None

    def write(self, progress: Progress) -> None:
        if any(self._customers[new["customer"]] is None for _, new in self.ready):
            demand("customers.edit")
        for is_owed in {new["opening"] > 0 for _, new in self.ready if new["opening"]}:
            demand(permission_for("post", Classification.INVOICE if is_owed else Classification.CREDIT_NOTE))
        if any(new["opening"] for _, new in self.ready):
            self._types = opening_types(actor=self.options.actor)
        super().write(progress)

    def create(self, new: list[dict[str, Any]]) -> Sequence[Any]:
        opened = open_named_accounts(new, actor=self.options.actor)
        balances = [
            (account, one["opening"], one["opening_on"])
            for account, one in zip(opened, new, strict=True)
            if one["opening"]
        ]
        post_openings(
            balances, types=self._types, accept_old_days=self.options.accept_old_days, actor=self.options.actor
        )
        return opened


def _signed(posted: tuple[int, DocumentInBooks] | None) -> int:
    return posted[0] * posted[1].amount_minor if posted else 0


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _deviation(period: CreditPeriod | None) -> int:
    """Days after (or before) those of the rule; a period in months is far from any."""
    if period is None:
        return 0
    days = period.value * (1 if period.unit is Unit.DAYS else 30_000)
    return days if period.operator is Operator.PLUS else -days


def open_named_accounts(new: Sequence[dict[str, Any]], *, actor: str) -> list[Any]:
    """Open accounts whose ``customer`` is a code or a name; customers that are missing are created on the way."""
    names = list(dict.fromkeys(one["customer"] for one in new))
    known = customers_named(names)
    missing = [name for name in names if name not in known]
    # A name too long for a code gets one of our own.
    if missing:
        create_customers(
            new=[{"code": name, "name": name} if len(name) <= CODE else {"name": name} for name in missing],
            actor=actor,
        )
        known = customers_named(names)
    customers = Customer.objects.in_bulk([customer.id for customer in known.values()])
    rows: list[NewAccount] = []
    for one in new:
        fields = {key: value for key, value in one.items() if key not in ("opening", "opening_on", "customer")}
        rows.append({**fields, "customer": customers[known[one["customer"]].id]})  # type: ignore[typeddict-item]
    return open_accounts(new=rows, actor=actor)


class Products(Masters):
    kind, thing, field = Kind.PRODUCTS, "product", "product"

    def __init__(self, options: Options, outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(products_coded)
        self._rates = TaxRates()
        self._base = base_currency()

    def name_of(self, row: Row) -> str:
        return row.needed("product", longest=60)

    def look_up(self, rows: Sequence[Row]) -> None:
        self._known.look_up(str(row.cells.get("product", "")) for row in rows)

    def read(self, row: Row, name: str) -> NewProduct | None:
        currency = row.currency() or self.options.currency or self._base
        price = row.unit_amount("unit_price", currency)
        found, percent = self._rates.find(row)
        if percent is not None and not found:
            raise errors.EntryUnknown("tax rate", row.text("tax_rate"), self._rates.known(), "tax_rate")
        known = self._known[name]
        if known:
            self.same(
                name,
                {
                    "name": (known.name, row.text("name", longest=200)),
                    "description": (known.description, row.text("description", longest=10_000)),
                    "currency": (known.currency.upper(), (currency if price is not None else "").upper()),
                    "unit_price": (_price(known.unit_amount, currency), _price(price, currency)),
                    "tax_rate": (known.tax_percent, found.percent if found else None),
                },
            )
            return None
        new: NewProduct = {
            "code": name,
            "name": row.text("name", longest=200) or name,
            "description": row.text("description", longest=10_000),
            "unit_amount": price,
            "tax_rate": found,
        }
        if price is not None:
            new["currency"] = currency
        return new

    def create(self, new: list[NewProduct]) -> Sequence[Any]:
        return create_products(new=new, actor=self.options.actor)


def _price(minor: Decimal | None, currency: str) -> Decimal | None:
    """In major units, as people write it."""
    if minor is None:
        return None
    return minor.scaleb(int(to_decimal(1, currency).as_tuple().exponent)).normalize()


class ExchangeRates(Masters):
    """Rates by day; one that the books have differently is corrected, as typing it would (postings keep theirs)."""

    kind, thing, field = Kind.EXCHANGE_RATES, "exchange rate", "currency"

    def __init__(self, options: Options, outcome: Outcome) -> None:
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
        enter_rates(rates=new, is_confirmed=self.options.accept_rates, actor=self.options.actor)
        return ()  # a rate is found by its currency and day
