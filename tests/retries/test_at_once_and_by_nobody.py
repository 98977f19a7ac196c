"""Failures that come in one set, retries whose money nobody would move, and who may have one made."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gateways.generic.banks import booked, camt_053, entry
from tests.gateways.generic.office import Office, said
from tests.retries.conftest import SOFT, Retrying, on

from subledger.companies.entries import save_entry
from subledger.gateways.services import execution, providers
from subledger.kernel.errors import DomainError
from subledger.platform.callers import Caller, calling
from subledger.retries.models import Retry, RetryPlan
from subledger.retries.services import retries
from subledger.retries.services.retries import make_retry
from subledger.transactions.models import PaymentMethod, TransactionType
from subledger.transactions.states import Classification

pytestmark = pytest.mark.django_db


class NotAllowed(DomainError):
    code = "not_allowed"


@pytest.mark.parametrize("door", ["report", "statement"])
def test_two_parts_of_one_invoice_that_come_back_at_once_are_tried_again_once(ledger: Any, door: str):
    """One statement with both was refused as a whole, each time that it came."""
    office = Office.opened(ledger)
    RetryPlan.objects.get(code="standard").providers.set([office.provider])
    invoice = ledger.invoice(100)
    rows = []
    for amount, reference in ((40, "A"), (60, "B")):
        rows.append(office.pay(amount, to=[invoice]))
        office.post(said(rows[-1], reference=reference))
    assert ledger.unsettled(invoice) == 0
    if door == "report":
        execution.give_back(elements=[said(row, error_code="AM04") for row in rows], actor="key:bank")
    else:
        entries = []
        for row, amount in zip(rows, ("40.00", "60.00"), strict=True):
            back = booked(row.number, direction="DBIT", amount=amount, reference=f"R{amount}", back="AM04")
            entries.append(entry(back, direction="DBIT", amount=amount, reference=f"BK-{amount}"))
        assert office.take(camt_053(*entries)).rejected == 2
    assert ledger.unsettled(invoice) == 100
    assert sorted(Retry.objects.values_list("state", "stop_reason")) == [("scheduled", None), ("stopped", "superseded")]
    assert set(Retry.objects.values_list("failed_request_id", flat=True)) == {row.pk for row in rows}


def by_another_method(books: Retrying) -> None:
    """What the gateway collects is paid by another method from now on."""
    desk = books.house.desk
    values = {"code": "card2", "name": "Card 2", "ledger_account": desk.method.ledger_account}
    other = save_entry(model=PaymentMethod, ident=None, values=values, actor="test")
    TransactionType.objects.get(classification=Classification.PAYMENT, is_default=True).payment_methods.add(other)
    values = {"payment_methods": [other], "payment_method": other}
    providers.save_provider(ident=desk.provider.pk, values=values, actor="test")


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_payment_whose_method_nobody_collects_by_then_is_not_posted_as_money_received(books: Retrying, by_hand: bool):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
    with on("09/06"):
        by_another_method(books)
    with on("11/06"):
        row = make_retry(retry_id=books.retry().pk, actor="user:ana") if by_hand else books.due()
        assert (row.state, row.stop_reason) == ("stopped", "refused")
        assert "by no provider" in row.stop_note
        assert desk.transaction(failed.transaction_id).state == "draft"
        assert (books.ledger.unsettled(invoice), books.bank.captured) == (75, 0)
        assert books.broken() == {}


def test_who_may_not_post_a_payment_may_not_have_its_retry_made(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        desk.pay(7500, to=[invoice])
        agent = Caller("key:eve", frozenset({"view", "gateways.charge"}), lambda name: NotAllowed(name))
        other = Caller("key:max", frozenset({"view", "gateways.charge:unbooked"}), lambda name: NotAllowed(name))
        with calling(other), pytest.raises(NotAllowed, match=r"gateways\.charge:retry"):
            make_retry(retry_id=books.retry().pk, actor="key:max")
        with calling(agent), pytest.raises(NotAllowed, match=r"transactions\.post:payment"):
            make_retry(retry_id=books.retry().pk, actor="key:eve")
        assert (books.retry().state, books.bank.captured) == ("scheduled", 0)


def test_one_that_breaks_is_put_off_and_holds_up_no_other(books: Retrying, monkeypatch: pytest.MonkeyPatch):
    """The first in line broke the set, each time that it was made: no retry of the company came to its turn."""
    broken, *others = (books.ledger.invoice(amount) for amount in (75, 80, 85))
    with on("08/06"):
        books.collect(broken, SOFT, SOFT, SOFT)
    real = retries.ask

    def asked(*, document_ids: Any, **named: Any) -> Any:
        if broken.id in document_ids:
            raise ValueError
        return real(document_ids=document_ids, **named)

    monkeypatch.setattr(retries, "ask", asked)
    with on("11/06", hour=9):
        assert retries.make_due() == 3
        rows = {row.document_id: row for row in Retry.objects.all()}
        assert [rows[one.id].state for one in others] == ["made", "made"]
        assert (rows[broken.id].state, rows[broken.id].due_at.hour) == ("scheduled", 10)
        assert retries.make_due() == 0
