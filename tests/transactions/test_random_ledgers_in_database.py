"""Random ledgers, some of them backdated, through the services on PostgreSQL: after every step the rows say what the
reference says, and the books as of several days are what documents and links add up to."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.factories import Ledger, company_at_work, configure
from tests.transactions.days_law import DatedLink, check_every_day, check_step, open_as_of, totals
from tests.transactions.random_ledgers import Step, random_ledger
from tests.transactions.reference import CREDIT, INVOICE, OTHER_DEBIT, Document, Reference

from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.transactions.models import Allocation, OpenItem, TransactionDefinition
from subledger.transactions.month_end import aged_sums
from subledger.transactions.open_items import CREDITS_AS_OF, open_as_of_sql
from subledger.transactions.queries import balance_of
from subledger.transactions.reports.receivables import AGED_COLUMNS, aged_receivables
from subledger.transactions.states import Classification

LEDGERS, PARTS = 90, 6
MORE = range(LEDGERS, 1_000)  # of the slow dose
FIRST = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
KIND = {"invoice": INVOICE, "refund": OTHER_DEBIT, "payment": CREDIT, "credit_note": CREDIT}


class Walk:
    """One account's history through the services, with the reference beside it."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.chance = ledger, random.Random(seed)
        self.ledger.account = ledger.open(f"Customer {seed}")
        against_item = self.chance.random() < 0.7
        configure(allocation_principle="against_item_fifo" if against_item else "fifo")
        self.reference = Reference(against_item)
        self.posted: dict[int, Any] = {}  # step number -> Posted
        self.links: list[DatedLink] = []

    def run(self, steps: list[Step]) -> None:
        number = 0
        while number < len(steps):
            together = 1
            if steps[number].verb in KIND and self.chance.random() < 0.4:
                while number + together < len(steps) and self._joins(steps, number, number + together):
                    together += 1
            taken = steps[number : number + together]
            with clock.frozen(FIRST + timedelta(days=taken[0].entered)):
                self._take(steps, number, together)
                self._compare(taken)
            number += together

    @staticmethod
    def _joins(steps: list[Step], first: int, other: int) -> bool:
        """What is posted on one day can go as one set, as long as none is meant for an invoice of the same set."""
        step = steps[other]
        return step.verb in KIND and step.entered == steps[first].entered and all(i < first for i in step.intended)

    def _take(self, steps: list[Step], number: int, together: int) -> None:
        step = steps[number]
        if step.verb in KIND:
            batch = steps[number : number + together]
            for at, answer in enumerate(self.ledger.post(*[self._new(one) for one in batch]), number):
                self.posted[at] = answer
                one = steps[at]
                document = Document(answer.id, KIND[one.verb], answer.amount_minor, one.day, one.due)
                self.reference.post(document, [self.posted[i].id for i in one.intended])
            return
        target = self.posted[step.target]
        if step.verb == "write_off" and not self.reference.open(target.id):
            return
        act = self.ledger.write_off if step.verb == "write_off" else self.ledger.cancel
        confirmed = {} if step.verb == "write_off" else {"confirm_paid_out": True, "confirm_credited": True}
        done = act(target, on=self._date(step.day), **confirmed)
        kind = OTHER_DEBIT if step.verb == "cancel_payment" else CREDIT
        document = Document(done.id, kind, done.amount_minor, step.day, step.day)
        getattr(self.reference, step.verb)(target.id, document)

    def _new(self, step: Step):
        due = self._date(step.due) if step.verb == "invoice" else None
        intended = [self.posted[i] for i in step.intended]
        on = self._date(step.day)
        return self.ledger.new(Classification(step.verb), step.amount, on=on, due=due, to=intended)

    def _compare(self, taken: list[Step]) -> None:
        account, documents, today = self.ledger.account, self.reference.documents, taken[0].entered
        expected = {i: left for i in documents if (left := self.reference.open(i))}
        assert dict(OpenItem.objects.filter(account=account).values_list("pk", "open_minor")) == expected
        links: dict[tuple[int, int, str], int] = {}
        dated: list[DatedLink] = []
        for row in Allocation.objects.filter(credit__account=account):
            since, until = self._day(row.allocated_on), row.released_on and self._day(row.released_on)
            dated.append(DatedLink(row.pk, row.credit_id, row.debit_id, row.minor, since, until))
            if row.released_on is None:
                key = (row.credit_id, row.debit_id, row.principle)
                links[key] = links.get(key, 0) + row.minor
        assert links == self.reference.merged()

        days = [step.day for step in taken]
        check_step(documents, self.links, dated, days, alone=False)
        check_every_day(documents, dated, today)
        for day in {today, *days, max(0, min(days) - 1), self.chance.randint(0, today)}:
            left = open_as_of(documents.values(), dated, day)
            assert self._open_as_of(day) == {i: minor for i, minor in left.items() if minor}
            found = balance_of(account_id=account.pk, currency="eur", as_of=self._date(day))
            assert (found.balance, found.unsettled, found.unallocated) == totals(documents, left, day)
            late = [i for i in left if documents[i].kind == INVOICE and documents[i].due < day]
            assert found.outstanding == sum(left[i] for i in late)
            if day < min(days):
                seen = open_as_of(documents.values(), self.links, day)
                assert left == seen, f"what was open on day {day} has changed"
        self.links = dated

    def _open_as_of(self, day: int) -> dict[int, int]:
        account = self.ledger.account.pk
        facts = {"company": current_company_id(), "account": account, "as_of": self._date(day), "by_due": True}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, open_minor FROM ({open_as_of_sql(of_accounts='= %(account)s')}) o", facts)
            return dict(cursor.fetchall())

    @staticmethod
    def _date(day: int) -> date:
        return (FIRST + timedelta(days=day)).date()

    @staticmethod
    def _day(on: date) -> int:
        return (on - FIRST.date()).days


@pytest.mark.few(1)
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_the_database_agrees_with_the_reference_after_every_step(part: int):
    _walk(range(part, LEDGERS, PARTS))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_the_database_agrees_with_the_reference_in_many_ledgers(part: int):
    _walk(MORE[part::PARTS])


def _walk(seeds: range) -> None:
    with company_at_work(now=FIRST) as company:
        _let_refunds_pass(company)
        ledger = Ledger()
        for seed in seeds:
            try:
                steps = random_ledger(20_000 + seed, steps=14)
                Walk(ledger, 20_000 + seed).run(steps)
                _sums_of_a_day_are_those_of_its_items(steps)
            except BaseException as error:
                error.add_note(f"repeat with seed {20_000 + seed}")
                raise


def _sums_of_a_day_are_those_of_its_items(steps: list[Step]) -> None:
    """What a month's end says without a look at each item, of all accounts so far."""
    for day in {0, steps[len(steps) // 2].day, steps[-1].entered}:
        on = Walk._date(day)
        aged = aged_receivables(as_of=on).table(AGED_COLUMNS)
        at, money = [[column.name for column in AGED_COLUMNS].index(name) for name in ("currency", "total")]
        assert {one: minor for one, minor in aged_sums(as_of=on).items() if minor} == {
            total[at]: total[money] for total in aged.totals if total[money]
        }
        facts = {"company": current_company_id(), "as_of": on, "by_due": True}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, open_minor FROM ({CREDITS_AS_OF}) o ORDER BY id", facts)
            credits = cursor.fetchall()
            cursor.execute(f"SELECT id, open_minor FROM ({open_as_of_sql()}) o WHERE NOT is_debit ORDER BY id", facts)
            assert credits == cursor.fetchall()


def _let_refunds_pass(company: Company) -> None:
    definition = TransactionDefinition.objects.get()
    save_entry(
        model=TransactionDefinition, ident=definition.pk, values={"refund_needs_credit_balance": False}, actor="test"
    )
