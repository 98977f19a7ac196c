"""Disputes hold an invoice until they are closed."""

from __future__ import annotations

import pytest
from tests.factories import day
from tests.promises.conftest import Promises, broken_invariants, is_on

from subledger.kernel.errors import DomainError, TransitionNotAllowed
from subledger.promises.errors import DisputeInvalid, DisputeStands, NothingToDispute
from subledger.promises.queries import disputes_to_answer
from subledger.promises.services.disputes import close_dispute, follow_up


def test_a_dispute_is_opened_put_off_and_closed(books: Promises):
    invoice = books.invoice(100)
    dispute = books.dispute(invoice, amount_minor=40_00, follow_up_on=day("25/05"), note="Mail of Ana.")
    with pytest.raises(DisputeStands):
        books.dispute(invoice)
    with is_on("24/05"):
        assert not disputes_to_answer(today=day("24/05"))  # type: ignore[arg-type]
    with is_on("25/05"):
        assert [row.pk for row in disputes_to_answer(today=day("25/05"))] == [dispute.pk]  # type: ignore[arg-type]
        follow_up(dispute_id=dispute.pk, follow_up_on=day("01/06"), actor="test")
        follow_up(dispute_id=dispute.pk, follow_up_on=day("01/06"), actor="test")  # nothing new: told once
    close_dispute(dispute_id=dispute.pk, outcome="partly_accepted", resolution="10.00 are credited.", actor="test")
    with pytest.raises(TransitionNotAllowed):
        close_dispute(dispute_id=dispute.pk, outcome="rejected", actor="test")
    with pytest.raises(TransitionNotAllowed):
        follow_up(dispute_id=dispute.pk, follow_up_on=None, actor="test")
    assert books.told(invoice) == ["invoice.disputed", "invoice.dispute_changed", "invoice.dispute_closed"]
    books.dispute(invoice, "Something else.")
    assert broken_invariants() == []


def test_what_cannot_be_disputed(books: Promises):
    invoice, settled = books.invoice(100), books.invoice(10)
    books.payment(10, to=[settled])
    with pytest.raises(NothingToDispute):
        books.dispute(settled)
    for fields, param in (
        ({"reason": " "}, "/reason"),
        ({"amount_minor": 100_01}, "/amount"),
        ({"amount_minor": 0}, "/amount"),
        ({"follow_up_on": day("19/05")}, "/follow_up_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            books.dispute(invoice, **fields)  # type: ignore[arg-type]
        assert refusal.value.param == param
    dispute = books.dispute(invoice)
    with pytest.raises(DisputeInvalid):
        close_dispute(dispute_id=dispute.pk, outcome="dropped", actor="test")
