"""What importing documents and payments has in common: accounts found or opened, posting by day in bounded parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, NamedTuple

from django.db.transaction import atomic

from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.catalog.services import NewProduct, create_products
from subledger.kernel.days import is_old
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.services.actions import post_new

from . import errors
from .faults import faults_of
from .lookups import Names, base_currency, company_zone
from .masters import open_named_accounts
from .options import Options
from .parts import keep_part
from .queries import ProductInBooks, accounts_named, invoices_named, products_coded
from .report import Outcome, Progress
from .rules.cells import Row
from .rules.kinds import Kind
from .rules.suspense import AccountInBooks, is_owner

HISTORY = 10  # documents of days long past, from which on a file that has mostly such ones needs no question
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


class Postings:
    """Rows become transactions. They are posted in the order of their days, then of the file."""

    kind: ClassVar[Kind]

    def __init__(self, options: Options, outcome: Outcome) -> None:
        self.options, self.outcome = options, outcome
        self.ready: list[Ready] = []
        self.accounts: Names[AccountInBooks] = Names(accounts_named)
        self.invoices: Names[int] = Names(invoices_named)
        self.base = base_currency()
        self._missing_accounts: dict[str, dict[str, str]] = {}
        self._missing_products: dict[str, str] = {}
        self._created: dict[str, ProductInBooks] = {}

    def take(self, rows: Sequence[Row]) -> None:
        self.accounts.look_up(str(row.cells.get("account", "")) for row in rows)
        self.invoices.look_up(number for row in rows for number in targets_of(row))

    def finish(self) -> None:
        """All rows were taken."""

    def refuse(self, row: Row, error: DomainError) -> None:
        """Refuse a row for what was found first, and for what else of it cannot be read."""
        self.outcome.reject(row.line, error)
        self.outcome.reject_also(row.line, faults_of(self.kind, row))

    def account(self, row: Row) -> AccountInBooks | None:
        """The row's account; None when it is to be created. AccountUnknown, OwnerDiffers."""
        name = row.needed("account")
        found = self.accounts[name]
        owner = row.text("customer", longest=300)
        if found is None and not self.options.create_missing:
            raise errors.AccountUnknown(name)
        if found and owner and not is_owner(found, owner):
            raise errors.OwnerDiffers(name, found.customer_name, owner)
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
                raise errors.InvoiceUnknown(number)
            found.append(ident)
        return tuple(dict.fromkeys(found))

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
            progress("Writing", start + len(part), len(self.ready))

    def _accept_old_days(self) -> None:
        """A day long past is asked for where it stands among others. A file that mostly has such days is a history."""
        today = clock.now().astimezone(company_zone()).date()
        old = sum(is_old(one.on, today) for one in self.ready)
        accepts = self.options.accept_old_days or (old >= HISTORY and 2 * old > len(self.ready))
        for one in self.ready:
            one.new.confirm_posted_on = accepts
            one.new.confirm_due_on = self.options.accept_old_days

    def _post(self, part: Sequence[Ready]) -> None:
        with atomic():  # what an import created is known with it, also when the import breaks off afterwards
            answers = post_new(new=[self._completed(one) for one in part], actor=self.options.actor, collect=True)
            keep_part(self.options, "transaction", [one.id for one in answers if not isinstance(one, DomainError)])
        for one, answer in zip(part, answers, strict=True):
            if isinstance(answer, DomainError):
                self._refuse(one, answer)
            else:
                self.outcome.created += 1
                self.outcome.to_suspense += one.to_suspense
                self.outcome.totals[one.new.currency or self.base] += answer.amount_minor

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
        if self._missing_products:  # before the first account is opened
            demand("products.edit")
        accounts = list(self._missing_accounts.values())
        for start in range(0, len(accounts), PART):
            open_named_accounts(accounts[start : start + PART], actor=self.options.actor)
        self.accounts.forget(self._missing_accounts)
        self.accounts.look_up(self._missing_accounts)
        self.outcome.created_accounts = len(accounts)
        codes = list(self._missing_products)
        for start in range(0, len(codes), PART):
            new: list[NewProduct] = [
                {"code": code, "name": self._missing_products[code]} for code in codes[start : start + PART]
            ]
            create_products(new=new, actor=self.options.actor)
        self._created = products_coded(codes)
        self.outcome.created_products = len(codes)
