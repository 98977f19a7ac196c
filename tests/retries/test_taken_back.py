"""What becomes of a chain whose retry was taken back before it left: it ends, or goes on, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.factories import day
from tests.gateways.toy import succeed, take_time
from tests.retries.conftest import SOFT, Retrying, on

from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.instruments import forget_token
from subledger.gateways.services.withdrawal import withdraw
from subledger.messages.models import Message
from subledger.platform.models import Event
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.retries.models import Retry
from subledger.retries.services.retries import make_due
from subledger.transactions.rules.orders import Posted

pytestmark = pytest.mark.django_db


def due(books: Retrying, invoice: Posted) -> PaymentRequest:
    """The request of the first retry, which waits for its worker."""
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06"):
        make_due()
        row = books.retry()
        assert row.state == "made"
        return PaymentRequest.objects.get(pk=row.made_request_id)


def test_what_somebody_withdraws_ends_its_chain(books: Retrying):
    invoice = books.ledger.invoice(75)
    asked = due(books, invoice)
    with on("11/06"):
        withdraw(request_id=asked.pk, reason="She pays by transfer", actor="user:ana")
        row = books.retry()
        assert (row.failed_request_id, row.state, row.stop_reason) == (asked.pk, "stopped", "taken_back")
        assert row.stop_note == "She pays by transfer"
        assert books.told(invoice) == ["retry.scheduled", "retry.made", "retry.stopped"]
        withdraw(request_id=asked.pk, actor="user:ana")  # asked for again
        assert (Retry.objects.count(), make_due()) == (2, 0)
        run = books.house.run("Later")
        assert books.house.outcome(run, invoice) == ("succeeded", 7500), "nothing keeps a run from it any more"
    assert books.broken() == {}


def paid(books: Retrying, invoice: Posted) -> None:
    books.ledger.payment(75, to=[invoice])


def disputed(books: Retrying, invoice: Posted) -> None:
    open_dispute(document_id=invoice.id, reason="Not delivered", actor="test")


def promised(books: Retrying, invoice: Posted) -> None:
    make_promise(new=NewPromise(document_id=invoice.id, instalments=[Instalment(day("01/07"), None)]), actor="test")


def removed(books: Retrying, invoice: Posted) -> None:
    forget_token(provider=books.house.desk.provider, token=books.house.desk.card.token, actor="test")


ENDS = {paid: "settled", disputed: "disputed", promised: "promised", removed: "method_removed"}


@pytest.mark.few(2)
@pytest.mark.parametrize("end", ENDS)
def test_what_is_over_when_it_was_to_leave_ends_its_chain(books: Retrying, end: Callable[[Retrying, Posted], None]):
    invoice = books.ledger.invoice(75)
    asked = due(books, invoice)
    with on("11/06"):
        end(books, invoice)
        assert books.house.desk.work(asked.pk).state == "rejected"
        assert (books.retry().state, books.retry().stop_reason) == ("stopped", ENDS[end])
    assert books.told(invoice) == ["retry.scheduled", "retry.made", "retry.stopped"]
    assert len(books.bank.orders) == 1
    assert books.broken() == {}


def test_what_is_paid_in_part_meanwhile_is_tried_again_over_the_rest(books: Retrying):
    """At the same place of the plan: nothing failed, and no customer is told that it did."""
    invoice = books.ledger.invoice(75)
    asked = due(books, invoice)
    with on("11/06"):
        books.ledger.payment(20, to=[invoice])
        assert books.house.desk.work(asked.pk).error_code == "less_is_owed"
        row = books.retry()
        assert (row.state, row.number, row.due_at.hour, row.put_off) == ("scheduled", 1, 13, "amount_changed")
        books.hear()
        assert not Message.objects.filter(kind="charge_failed", object_id=row.pk).exists()
    with on("11/06", hour=13):
        assert books.due(SOFT).number == 2, "the plan goes on"
    with on("16/06"):
        books.due(succeed)
    assert (books.ledger.unsettled(invoice), books.bank.captured) == (0, 5500)
    assert books.broken() == {}


def test_what_another_charge_covers_is_looked_at_again(books: Retrying):
    """An advance over as much has left: nothing more is owed as long as that is under way, and if it fails, all is."""
    invoice, desk = books.ledger.invoice(75), books.house.desk
    asked = due(books, invoice)
    with on("11/06"):
        books.bank.script.append(take_time)
        advance = desk.pay(7500)
        assert desk.work(asked.pk).error_code == "already_settled"
        row = books.retry()
        assert (row.state, row.number, row.put_off) == ("scheduled", 1, "under_way")
        del advance
    with on("11/06", hour=13):
        assert (books.due().state, books.retry().put_off) == ("scheduled", "under_way")
    assert Event.objects.filter(object_id=invoice.id, type="retry.made").count() == 1
    assert books.broken() == {}


def test_a_payment_by_hand_that_is_withdrawn_is_a_draft_and_not_tried_again(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
    with on("11/06"):
        make_due()
        withdraw(request_id=books.retry().made_request_id or 0, actor="user:ana")
        assert (books.retry().state, books.retry().stop_reason) == ("stopped", "taken_back")
        assert desk.transaction(failed.transaction_id).state == "draft"
        assert make_due() == 0
