"""Many at once: a promise is broken once, and a payment and the clock come to one of the two, whoever is first."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.factories import at_once, company_at_work, day
from tests.promises.conftest import Promises, broken_invariants

from subledger.platform import clock
from subledger.promises.models import Promise
from subledger.promises.services.promises import break_promises


def test_workers_break_once_and_payments_come_before_or_after(committed_db: None):
    with company_at_work():
        books = Promises()
        late = [books.invoice(10) for _ in range(3)]
        paid = books.invoice(40, account=books.open("Bea"))
        promises = [books.promise(invoice, ("01/06", None)) for invoice in [*late, paid]]
        with clock.frozen(datetime(2026, 6, 10, 12, tzinfo=UTC)):
            answers = at_once(
                break_promises,
                break_promises,
                lambda: books.payment(40, account=promises[-1].account, on="10/06"),
                break_promises,
            )
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        states = dict(Promise.objects.values_list("document_id", "state"))
        assert {states[invoice.id] for invoice in late} == {"broken"}
        assert states[paid.id] in ("broken", "kept")
        for invoice in late:
            assert books.told(invoice) == ["promise.made", "promise.broken"]
        assert len(books.told(paid)) == 2
        assert {row.ended_on for row in Promise.objects.filter(state="broken")} == {day("04/06")}
        assert broken_invariants() == []
