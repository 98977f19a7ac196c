"""Random ledgers through the services on PostgreSQL: after every step the rows say what the reference says."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.factories import Ledger, company_at_work, configure
from tests.transactions.random_ledgers import Step, random_ledger
from tests.transactions.reference import CREDIT, INVOICE, OTHER_DEBIT, Document, Reference

from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.transactions.models import Allocation, OpenItem, TransactionDefinition
from subledger.transactions.queries import balance_of, open_as_of_sql
from subledger.transactions.states import Classification

LEDGERS, PARTS = 150, 6
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
        self.seen: dict[int, dict[int, int]] = {}  # what was open at the end of each day

    def run(self, steps: list[Step]) -> None:
        number = 0
        while number < len(steps):
            together = 1
            if steps[number].verb in KIND and self.chance.random() < 0.4:
                while number + together < len(steps) and self._joins(steps, number, number + together):
                    together += 1
            with clock.frozen(FIRST + timedelta(days=steps[number].day)):
                self._take(steps, number, together)
                self._compare(steps[number].day)
            number += together

    @staticmethod
    def _joins(steps: list[Step], first: int, other: int) -> bool:
        """Postings of one day can go as one set, as long as none is meant for an invoice of the same set."""
        step = steps[other]
        return step.verb in KIND and step.day == steps[first].day and all(i < first for i in step.intended)

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
        done = self.ledger.write_off(target) if step.verb == "write_off" else self.ledger.cancel(target)
        kind = OTHER_DEBIT if step.verb == "cancel_payment" else CREDIT
        document = Document(done.id, kind, done.amount_minor, step.day, step.day)
        getattr(self.reference, step.verb)(target.id, document)

    def _new(self, step: Step):
        due = (FIRST + timedelta(days=step.due)).date() if step.verb == "invoice" else None
        intended = [self.posted[i] for i in step.intended]
        return self.ledger.new(Classification(step.verb), step.amount, due=due, to=intended)

    def _compare(self, day: int) -> None:
        account = self.ledger.account
        expected = {i: left for i in self.reference.documents if (left := self.reference.open(i))}
        assert dict(OpenItem.objects.filter(account=account).values_list("pk", "open_minor")) == expected
        links: dict[tuple[int, int, str], int] = {}
        rows = Allocation.objects.filter(credit__account=account, released_on=None)
        for credit, debit, principle, minor in rows.values_list("credit_id", "debit_id", "principle", "minor"):
            links[credit, debit, principle] = links.get((credit, debit, principle), 0) + minor
        assert links == self.reference.merged()

        found = balance_of(account_id=account.pk, currency="eur", as_of=self._date(day))
        documents = self.reference.documents.values()
        assert found.balance == sum(-d.amount if d.kind == CREDIT else d.amount for d in documents)
        assert found.balance == found.unsettled - found.unallocated
        late = [d.id for d in documents if d.kind == INVOICE and d.due < day]
        assert found.outstanding == sum(self.reference.open(i) for i in late)
        for past, open_then in self.seen.items():
            if past < day:
                assert self._open_as_of(past) == open_then, f"what was open on day {past} has changed"
        self.seen[day] = self._open_as_of(day)
        assert self.seen[day] == expected

    def _open_as_of(self, day: int) -> dict[int, int]:
        facts = {"company": current_company_id(), "account": self.ledger.account.pk, "as_of": self._date(day)}
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, open_minor FROM ({open_as_of_sql(one_account=True)}) o", facts)
            return dict(cursor.fetchall())

    @staticmethod
    def _date(day: int):
        return (FIRST + timedelta(days=day)).date()


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_the_database_agrees_with_the_reference_after_every_step(part: int):
    with company_at_work(now=FIRST) as company:
        _let_refunds_pass(company)
        ledger = Ledger()
        for seed in range(part, LEDGERS, PARTS):
            try:
                Walk(ledger, 20_000 + seed).run(random_ledger(20_000 + seed, steps=14))
            except BaseException as error:
                error.add_note(f"repeat with seed {20_000 + seed}")
                raise


def _let_refunds_pass(company: Company) -> None:
    definition = TransactionDefinition.objects.get()
    save_entry(
        model=TransactionDefinition, ident=definition.pk, values={"refund_needs_credit_balance": False}, actor="test"
    )
