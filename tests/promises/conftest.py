"""Promises and disputes by short verbs, in the units and days of `tests.factories`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.factories import Amount, Day, Ledger, company_at_work, day

from subledger.platform import clock
from subledger.platform.models import Event
from subledger.promises.models import InvoiceDispute, Promise
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, break_promises, make_promise
from subledger.reports.proof import prove
from subledger.transactions.rules.orders import Posted


class Promises(Ledger):
    """Books in which somebody promises."""

    def promise(self, invoice: Posted, *said: tuple[Day, Amount | None], **fields: Any) -> Promise:
        instalments = [Instalment(day(on), None if amount is None else self.minor(amount)) for on, amount in said]  # type: ignore[arg-type]
        return make_promise(new=NewPromise(document_id=invoice.id, instalments=instalments, **fields), actor="test")

    def dispute(self, invoice: Posted, reason: str = "The hours of May.", **fields: Any) -> InvoiceDispute:
        return open_dispute(document_id=invoice.id, reason=reason, actor="test", **fields)

    @staticmethod
    def told(invoice: Posted) -> list[str]:
        """The events of promises and disputes on an invoice, in order."""
        rows = Event.objects.filter(object_id=invoice.id, object_type="transaction").order_by("id")
        return [row.type for row in rows if row.type.startswith("promise.") or "disput" in row.type]


def is_on(text: str) -> Any:
    """The clock stands at noon of a day."""
    on = day(text)
    assert on is not None
    return clock.frozen(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))


def broken_invariants() -> list[str]:
    """What `check` finds in the books of the company in scope."""
    return [row for finding in prove(everywhere=False) for row in finding.rows]


@contextmanager
def next_day(text: str) -> Iterator[int]:
    """A day begins, and workers break what is due; how many."""
    with is_on(text):
        yield break_promises()


@pytest.fixture
def books(db: None) -> Iterator[Promises]:
    with company_at_work():
        yield Promises()
