"""Working off what waits on an account costs as much at first as at last; what is kept as work is found by itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subledger.gateways.kept_facts import doubts_on
from subledger.gateways.models import Claim, PaymentRequest
from subledger.gateways.services import worker
from subledger.gateways.services.outstanding import not_to_leave
from subledger.gateways.services.payables import balance_payable

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(desk):
    """Five charges of one account that wait, each for an invoice of its own."""
    invoices = [desk.ledger.invoice(10) for _ in range(5)]
    asked = [desk.ask(1_000, to=[invoice], confirm_in_advance=False).request_id for invoice in invoices]
    return PaymentRequest.objects.in_bulk(asked), asked


def read_while(deed, monkeypatch):
    """How many requests were read as rows."""
    read = []
    made = PaymentRequest.from_db.__func__
    monkeypatch.setattr(PaymentRequest, "from_db", classmethod(lambda cls, *given: read.append(1) or made(cls, *given)))
    deed()
    return len(read)


def test_what_waits_behind_those_that_leave_is_not_read(desk, waiting, monkeypatch):
    rows, asked = waiting
    assert read_while(lambda: not_to_leave([rows[asked[0]]]), monkeypatch) == 0
    assert read_while(lambda: not_to_leave([rows[asked[3]]]), monkeypatch) == 3


def test_what_has_left_is_counted_and_not_read(desk, waiting, monkeypatch):
    rows, asked = waiting
    worker.claim(desk.provider, limit=4, request_ids=asked)
    last = PaymentRequest.objects.get(pk=asked[4])
    assert read_while(lambda: not_to_leave([last]), monkeypatch) == 0
    desk.ledger.payment(45)
    assert list(not_to_leave([last])) == [last.pk]


def test_nothing_is_looked_for_among_requests_where_nothing_is_kept(desk, waiting):
    with CaptureQueriesContext(connection) as asked:
        assert doubts_on([desk.ledger.account.pk]) == []
    assert not any("gateways_paymentrequest" in one["sql"] and "JOIN" in one["sql"] for one in asked)


def test_the_balance_of_an_account_reads_no_request_that_is_no_page(desk, waiting, monkeypatch):
    found = balance_payable(desk.ledger.account.pk)
    assert (found.open_minor, found.amount_minor, found.documents, found.under_way) == (5_000, 0, [], [])


def test_whether_a_balance_is_collected_is_asked_once_and_makes_no_claim_of_each_document(desk, monkeypatch):
    for _ in range(5):
        desk.ledger.invoice(10)
    found = balance_payable(desk.ledger.account.pk)
    made, init = [], Claim.__init__
    monkeypatch.setattr(Claim, "__init__", lambda self, *given, **named: made.append(1) or init(self, *given, **named))
    with CaptureQueriesContext(connection) as asked:
        assert not found.is_collected
    with CaptureQueriesContext(connection) as again:
        assert not found.is_collected
    assert (made, len(again.captured_queries)) == ([], 0)
    assert asked.captured_queries
