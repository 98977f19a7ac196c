"""Companies and books for tests, in the words and units people use: major units, days as ``"20/05"``.

    def test_something(ledger):
        inv = ledger.invoice(100, on="04/05", due="01/06")
        pay = ledger.payment(40, on="05/05", to=[inv])
        assert ledger.unsettled(inv) == 60

The ``company`` fixture rolls back. A test that commits makes a company of its own with `make_company` and works in
``company_scope``; codes are unique, so nothing it leaves behind is in anybody's way.
"""

from __future__ import annotations

import contextvars
import itertools
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from tests.ready_company import ReadyCompany, recorded

from subledger.accounts.models import Account, AccountDefinition
from subledger.accounts.services import create_customers, open_accounts, open_system_account
from subledger.accounts.states import SystemRole
from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.kernel.currencies import exponent
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.transactions import configuration
from subledger.transactions.models import Allocation, OpenItem, Transaction
from subledger.transactions.queries import balance_of
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Posted, QuickPay, WriteOff
from subledger.transactions.services import actions
from subledger.transactions.services.defaults import Tax, set_up_company
from subledger.transactions.states import Classification as C

# Half past noon of the day that the specification's due-date examples are posted on.
NOW = datetime(2026, 5, 20, 12, 30, tzinfo=UTC)
FIFO, AGAINST_ITEM = "fifo", "against_item"

Amount = int | str | Decimal
Day = str | date


def day(text: Day | None) -> date | None:
    """``day("20/05")`` is 20 May 2026, as the specification writes it; dates pass through."""
    if not isinstance(text, str):
        return text
    numbers = [int(part) for part in text.split("/")]
    return date(numbers[2] if len(numbers) > 2 else 2026, numbers[1], numbers[0])


def make_company(
    *, principle: str | None = None, base_currency: str = "eur", time_zone: str = "UTC", **definition: Any
) -> Company:
    """A company with every default; ``principle`` and further fields change its active account definition."""
    code = f"test-{uuid.uuid4().hex[:8]}x{uuid.uuid4().hex[:8]}"  # sixteen digits could be a card's number
    if _ready and (base_currency, time_zone) == ("eur", "UTC"):
        company = _ready[0].write(code=code, now=clock.now())
    else:
        company = _set_up(code=code, base_currency=base_currency, time_zone=time_zone)
    if principle:
        definition["allocation_principle"] = {"fifo": "fifo", "against_item": "against_item_fifo"}.get(
            principle, principle
        )
    if definition:
        with company_scope(company.pk):
            configure(**definition)
    return company


def _set_up(*, code: str, base_currency: str = "eur", time_zone: str = "UTC") -> Company:
    return set_up_company(
        code=code,
        name="Test company",
        base_currency=base_currency,
        time_zone=time_zone,
        taxes=[Tax("standard", "Standard rate", Decimal(19)), Tax("reduced", "Reduced rate", Decimal(7))],
        actor="test",
    )


_ready: list[ReadyCompany] = []


def make_ready() -> None:
    """Keep what a company with every default consists of, for the tests of this process."""
    with clock.frozen(NOW):
        found = recorded(lambda: _set_up(code="test-recorded"))
    _ready[:] = [found] if found else []


def configure(**definition: Any) -> None:
    """Change the active account definition of the company in scope."""
    active = AccountDefinition.objects.get(is_active=True)
    save_entry(model=AccountDefinition, ident=active.pk, values=definition, actor="test")


@contextmanager
def company_at_work(*, now: datetime = NOW, **options: Any) -> Iterator[Company]:
    """A new company in scope, with the clock standing still at ``now``."""
    with clock.frozen(now):
        company = make_company(**options)
        with company_scope(company.pk):
            yield company


def forget_settings(company: Company) -> None:
    """What this process keeps of them is of a version that another test's savepoint may have had, too."""
    configuration._kept.pop(company.pk, None)


@contextmanager
def at_work(company: Company, *, now: datetime = NOW) -> Iterator[Company]:
    """A company that is there already, in scope, by a clock that stands still."""
    forget_settings(company)
    with clock.frozen(now), company_scope(company.pk):
        yield company


class Ledger:
    """One company's books by short verbs; ``account`` is the customer account meant where none is named."""

    def __init__(self, *, currency: str | None = None) -> None:
        self.account = self.open(currency=currency)

    # -- accounts ------------------------------------------------------------------------------------------------

    def open(self, name: str = "Ann", *, currency: str | None = None, **fields: Any) -> Account:
        """Another customer with an account."""
        customer = create_customers(new=[{"name": name}], actor="test")[0]
        if currency:
            fields["currency"] = currency
        return open_accounts(new=[{"customer": customer, **fields}], actor="test")[0]

    def system(self, role: str, currency: str | None = None) -> Account:
        return open_system_account(role=SystemRole(role), currency=currency or self.account.currency, actor="test")

    # -- verbs ---------------------------------------------------------------------------------------------------

    def new(
        self,
        classification: C,
        amount: Amount | None = None,
        *,
        account: Account | None = None,
        on: Day | None = None,
        due: Day | None = None,
        to: Sequence[Posted] = (),
        tax: Amount | None = None,
        **fields: Any,
    ) -> NewTransaction:
        """What `post` takes. A due date is kept as given; ``tax`` is a percentage on the one item of a document."""
        account = account or self.account
        if classification in (C.INVOICE, C.CREDIT_NOTE):
            if amount is not None:
                percent = None if tax is None else Decimal(tax)
                unit = Decimal(self.minor(amount, account))
                fields["items"] = (NewItem(unit_amount=unit, tax_percent=percent, description="Services"),)
            fields.setdefault("accept_due_date", True)
        elif amount is not None:
            fields["amount_minor"] = self.minor(amount, account)
        return NewTransaction(
            classification=classification,
            account_id=account.pk,
            posted_on=day(on),
            due_on=day(due),
            intended_ids=tuple(posted.id for posted in to),
            **fields,
        )

    def post(self, *new: NewTransaction) -> list[Posted]:
        return actions.post_new(new=new, actor="test")  # type: ignore[return-value]

    def invoice(self, amount: Amount | None = None, **fields: Any) -> Posted:
        return self.post(self.new(C.INVOICE, amount, **fields))[0]

    def credit_note(self, amount: Amount | None = None, **fields: Any) -> Posted:
        return self.post(self.new(C.CREDIT_NOTE, amount, **fields))[0]

    def payment(self, amount: Amount, **fields: Any) -> Posted:
        return self.post(self.new(C.PAYMENT, amount, **fields))[0]

    def refund(self, amount: Amount, **fields: Any) -> Posted:
        return self.post(self.new(C.REFUND, amount, **fields))[0]

    def cancel(self, target: Posted, *, on: Day | None = None, **fields: Any) -> Posted:
        fields.setdefault("amount", ALL)
        return self._one(
            actions.cancel(orders=[Cancel(target_id=target.id, posted_on=day(on), **fields)], actor="test")
        )

    def write_off(self, target: Posted, *, on: Day | None = None, **fields: Any) -> Posted:
        fields = {"mirror_account_id": 0, "amount": ALL, **fields}
        return self._one(
            actions.write_off(orders=[WriteOff(target_id=target.id, posted_on=day(on), **fields)], actor="test")
        )

    def move(self, target: Posted, to: Account, *, on: Day | None = None, **fields: Any) -> Posted:
        order = Move(target_id=target.id, to_account_id=to.pk, posted_on=day(on), **fields)
        return self._one(actions.move(orders=[order], actor="test"))

    def quick_pay(self, target: Posted, *, on: Day | None = None, **fields: Any) -> Posted:
        fields.setdefault("amount", ALL)
        return self._one(
            actions.quick_pay(orders=[QuickPay(target_id=target.id, posted_on=day(on), **fields)], actor="test")
        )

    @staticmethod
    def _one(answers: list[Any]) -> Posted:
        [answer] = answers
        return answer

    # -- what stands in the books --------------------------------------------------------------------------------

    def open_amount(self, posted: Posted) -> Decimal:
        """What of a posted transaction is open, in major units."""
        row = Transaction.objects.get(pk=posted.id)
        item = OpenItem.objects.filter(pk=posted.id).first()
        return self.major(item.open_minor if item else 0, row.currency)

    unsettled = unallocated = open_amount

    def balance(self, account: Account | None = None, *, as_of: Day | None = None) -> Decimal:
        account = account or self.account
        found = balance_of(account_id=account.pk, currency=account.currency, as_of=day(as_of) or clock.today("UTC"))
        assert found.balance == found.unsettled - found.unallocated, found
        return self.major(found.balance, account.currency)

    def links(self, account: Account | None = None) -> set[tuple[str, str, Decimal, str]]:
        """Live allocations: (number of the credit, number of the debit, amount, principle)."""
        account = account or self.account
        rows = Allocation.objects.filter(credit__account=account, released_on=None).select_related("credit", "debit")
        return {(r.credit.number, r.debit.number, self.major(r.minor, account.currency), r.principle) for r in rows}

    def state(self, posted: Posted) -> str:
        return str(Transaction.objects.get(pk=posted.id).state)

    def minor(self, amount: Amount, account: Account | None = None) -> int:
        scaled = Decimal(str(amount)).scaleb(exponent((account or self.account).currency))
        assert scaled == int(scaled), f"{amount} has too many decimals"
        return int(scaled)

    @staticmethod
    def major(minor: int, currency: str) -> Decimal:
        return Decimal(minor).scaleb(-exponent(currency))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all let go together; answers or the exceptions they ended with, in order.

    Scope and frozen clock are carried into the threads; each closes its connection at the end.
    """
    together = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            together.wait(timeout=240)
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(contextvars.copy_context().run, run, work) for work in works]
        return [future.result(timeout=400) for future in futures]


def numbers_of(rows: Iterable[Any]) -> list[int]:
    """The digits of document numbers, in order: ``["PAY00000007"]`` gives ``[7]``."""
    return sorted(int("".join(itertools.dropwhile(str.isalpha, row))) for row in rows)


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """The database itself must refuse what happens here, naming ``constraint``; what was done before it stays."""
    with pytest.raises(IntegrityError) as refusal, atomic():  # noqa: PT012  what refuses may speak at the commit
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    named = refusal.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
    assert named == constraint, f"refused by {named}: {refusal.value}"
