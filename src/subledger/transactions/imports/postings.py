"""What importing documents and payments has in common: accounts found or opened, posting by day in bounded parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from subledger.accounts.imports.choices import AccountChoices
from subledger.accounts.imports.errors import AccountUnknown, OwnerDiffers
from subledger.accounts.imports.names import accounts_named
from subledger.accounts.imports.opening_balances import open_named_accounts
from subledger.accounts.imports.owners import AccountInBooks, is_owner
from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.catalog.imports import ProductInBooks, products_coded
from subledger.catalog.services import NewProduct, create_products
from subledger.import_kit.creation import look_again, refusals_of
from subledger.import_kit.faults import faults_of
from subledger.import_kit.lookups import Names, base_currency
from subledger.import_kit.options import Options
from subledger.import_kit.report import Outcome, Progress
from subledger.import_kit.rules.cells import Row
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform.callers import demand
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import ItemRef
from subledger.transactions.rules.orders import Posted
from subledger.transactions.services.actions import post_new

from .errors import CreditedItemUnknown, InvoiceUnknown
from .queries import invoices_named

TARGETS = 4_000  # characters of all the numbers that one row may name
PART = 2_000  # transactions a statement: past this they cost the same each, and memory only grows


class Ready(NamedTuple):
    """A transaction that is read and checked, and the lines it stands on.

    ``missing_account`` and ``missing_products`` (by item) are to be created first; a payment
    ``to_suspense`` gets its account when it is known that there is anything to write.
    """

    on: date
    lines: tuple[int, ...]
    new: NewTransaction
    missing_account: str = ""
    missing_products: tuple[str, ...] = ()
    to_suspense: bool = False


def targets_of(row: Row) -> list[str]:
    """The numbers in ``allocate_to``: one, or several between commas, semicolons or line breaks."""
    parts = re.split(r"[,;\n]", row.text("allocate_to", longest=TARGETS))
    return [number for number in map(str.strip, parts) if number]


def credited_by(row: Row) -> tuple[str, str]:
    """(invoice, place) as ``credits_item`` names an item of one: "R-1:2"; both empty where it names none."""
    number, _, place = str(row.cells.get("credits_item", "")).strip().rpartition(":")
    return number.strip(), place.strip()


def _targets_to_look_up(row: Row) -> list[str]:
    """None of a cell that cannot be read: whoever reads the row refuses it."""
    try:
        return targets_of(row)
    except DomainError:
        return []


Own = TypeVar("Own", bound=AccountChoices)


class Postings(Generic[Own]):
    """Rows become transactions. They are posted in the order of their days, then of the file."""

    def __init__(self, options: Options[Own], outcome: Outcome) -> None:
        self.options, self.outcome = options, outcome
        self.ready: list[Ready] = []
        self.accounts: Names[AccountInBooks] = Names(accounts_named, "account")
        self.invoices: Names[int] = Names(invoices_named, "allocate_to")
        self.base = base_currency()
        self._missing_accounts: dict[str, dict[str, str]] = {}
        self._missing_products: dict[str, str] = {}
        self._created: dict[str, ProductInBooks] = {}

    def take(self, rows: Sequence[Row]) -> None:
        self.accounts.look_up(str(row.cells.get("account", "")) for row in rows)
        self.invoices.look_up(number for row in rows for number in [*_targets_to_look_up(row), credited_by(row)[0]])

    def finish(self) -> None:
        """All rows of the part were taken."""

    def refuse(self, row: Row, error: DomainError) -> None:
        """Refuse a row for what was found first, and for what else of it cannot be read."""
        self.outcome.reject(row.line, error)
        self.outcome.reject_also(row.line, faults_of(self.options.fields, row))

    def account(self, row: Row) -> AccountInBooks | None:
        """The row's account; None when it is to be created. AccountUnknown, OwnerDiffers."""
        name = row.needed("account")
        found = self.accounts[name]
        owner = row.text("customer", longest=300)
        if found is None and not self.options.own.create_missing:
            raise AccountUnknown(name)
        if found and owner and not is_owner(found, owner):
            raise OwnerDiffers(name, found.customer_name, owner)
        return found

    def currency(self, row: Row, account: AccountInBooks | None) -> str:
        """The row's, else the import's, else the account's, else the company's."""
        return row.currency() or self.options.currency or (account.currency if account else self.base)

    def intended(self, row: Row) -> tuple[int, ...]:
        """Ids of the invoices that ``allocate_to`` names. InvoiceUnknown."""
        found = []
        for number in targets_of(row):
            ident = self.invoices[number]
            if ident is None:
                raise InvoiceUnknown(number)
            found.append(ident)
        return tuple(dict.fromkeys(found))

    def credits(self, row: Row) -> ItemRef | None:
        """The item of an invoice that ``credits_item`` names. CreditedItemUnknown."""
        said = row.text("credits_item", longest=200)
        if not said:
            return None
        number, place = credited_by(row)
        ident = self.invoices.named(number, "credits_item") if number else None
        if ident is None or not re.fullmatch(r"[1-9][0-9]{0,3}", place):
            raise CreditedItemUnknown(said)
        return ItemRef(ident, int(place))

    def miss_account(self, row: Row, currency: str) -> str:
        """Have the row's account created before posting; its name."""
        name = row.needed("account")
        owner = row.text("customer", longest=300) or name
        self._missing_accounts.setdefault(name, {"code": name, "customer": owner, "currency": currency})
        return name

    def miss_product(self, code: str, name: str) -> str:
        self._missing_products.setdefault(code, name[:200] or code)
        return code

    def write(self, progress: Progress) -> None:
        self._create_missing()
        self._accept_old_days()
        self.ready.sort(key=lambda one: (one.on, one.lines[0]))
        for start in range(0, len(self.ready), PART):
            part = self.ready[start : start + PART]
            self._post(part)
            progress(say("Writing"), start + len(part), len(self.ready))
        self.ready = []
        self._missing_accounts, self._missing_products, self._created = {}, {}, {}

    def _accept_old_days(self) -> None:
        """A day long past is asked for where it stands among others. A file that mostly has such days is a history."""
        accepts = self.options.own.accept_old_days or self.options.is_history
        for one in self.ready:
            one.new.confirm_posted_on = accepts
            one.new.confirm_due_on = self.options.own.accept_old_days

    def _post(self, part: Sequence[Ready]) -> None:
        answers: dict[int, Posted | DomainError] = {}  # by the first line of each

        def post(some: Sequence[Ready]) -> None:
            found = post_new(new=[self._completed(one) for one in some], actor=self.options.actor, collect=True)
            # What an import created is known with it, also when the import breaks off afterwards.
            self.options.trail.keep("transaction", [one.id for one in found if not isinstance(one, DomainError)])
            answers.update(zip((one.lines[0] for one in some), found, strict=True))

        refused = refusals_of(post, part, is_second_look=self.options.is_second_look)
        if not self.options.is_second_look:
            look_again(answer for answer in answers.values() if isinstance(answer, DomainError))
        answers.update((part[place].lines[0], refusal) for place, refusal in refused.items())
        posted = []
        for one in part:
            answer = answers[one.lines[0]]
            if isinstance(answer, DomainError):
                self._refuse(one, answer)
            else:
                posted.append((one.new, answer.id))
                self.outcome.created += 1
                self.outcome.set_aside += one.to_suspense
                self.outcome.totals[one.new.currency or self.base] += answer.amount_minor

        self.after_posting(posted)

    def after_posting(self, posted: Sequence[tuple[NewTransaction, int]]) -> None:
        """What follows of what was posted, with its ids."""

    def _completed(self, ready: Ready) -> NewTransaction:
        """The transaction with what was created for it."""
        new = ready.new
        if ready.to_suspense:
            suspense = open_system_account(
                role=SystemRole.SUSPENSE, currency=new.currency or self.base, actor=self.options.actor
            )
            new.account_id = suspense.pk
        if ready.missing_account:
            account = self.accounts[ready.missing_account]
            new.account_id = account.id if account else 0
        if any(ready.missing_products):
            new.items = tuple(
                replace(item, product_id=self._created[code].id) if code else item
                for item, code in zip(new.items, ready.missing_products, strict=True)
            )
        return new

    def _refuse(self, ready: Ready, refusal: DomainError) -> None:
        _, items, position = (refusal.param or "").rpartition("/")[0].partition("/items/")
        at = ready.lines[int(position)] if items and position.isdecimal() else ready.lines[0]
        self.outcome.reject_document(ready.lines, at, refusal, number=ready.new.back_office_code or "")

    def _create_missing(self) -> None:
        """Create what the documents that are ready need; those that need what is refused are refused."""
        products = {code: self._missing_products[code] for one in self.ready for code in one.missing_products if code}
        if products:  # before the first account is opened
            demand("products.edit")
        new: list[NewProduct] = [{"code": code, "name": name} for code, name in products.items()]
        refused = self._create_each(lambda some: create_products(new=some, actor=self.options.actor), new)
        self._created = products_coded([code for code in products if code not in refused])
        self._refuse_users(refused, "product")
        accounts = {
            one.missing_account: self._missing_accounts[one.missing_account]
            for one in self.ready
            if one.missing_account
        }
        refused = self._create_each(
            lambda some: open_named_accounts(some, actor=self.options.actor), list(accounts.values())
        )
        self.accounts.forget(accounts)
        self.accounts.look_up(accounts)
        self._refuse_users(refused, "account")
        self.outcome.created_also["accounts"] += len(accounts) - len(refused)
        self.outcome.created_also["products"] += len(self._created)

    def _create_each(self, create: Callable[[Sequence[Any]], object], new: Sequence[Any]) -> dict[str, DomainError]:
        """Create accounts or products; by its code, why one was refused."""
        refused: dict[str, DomainError] = {}
        for start in range(0, len(new), PART):
            part = new[start : start + PART]
            found = refusals_of(create, part, is_second_look=self.options.is_second_look)
            refused |= {part[place]["code"]: error for place, error in found.items()}
        return refused

    def _refuse_users(self, refused: dict[str, DomainError], field: str) -> None:
        """Refuse what needs an account or a product that was refused, where its row names it."""
        for refusal in refused.values():
            if (refusal.param or "").rpartition("/")[2] not in ("currency", "customer"):
                refusal.param = f"/{field}"
        kept = []
        for one in self.ready:
            names = (one.missing_account,) if field == "account" else one.missing_products
            place = next((place for place, name in enumerate(names) if name in refused), None)
            if place is None:
                kept.append(one)
            else:
                number = one.new.back_office_code or ""
                self.outcome.reject_document(one.lines, one.lines[place], refused[names[place]], number=number)
        self.ready = kept
