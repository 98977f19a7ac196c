"""Failures that are learned by polls and by the files of banks: one retry each, however often they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from tests.factories import NOW, Ledger
from tests.gateways.generic.banks import booked, camt_053, entry, pain_002, reason, status
from tests.gateways.generic.office import Office, said
from tests.gateways.toy import TOY, ToyGateway, take_time
from tests.retries.conftest import Retrying, on

from subledger.gateways import registry
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Declined, Notice
from subledger.gateways.services import inbox, polling, reconciliation
from subledger.retries.models import Retry, RetryPlan

pytestmark = pytest.mark.django_db

CAMT_054 = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"


def test_row_4_learned_by_a_poll(books: Retrying, monkeypatch: pytest.MonkeyPatch):
    """A gateway that cannot reach us is asked for its events, the same ones twice."""
    invoice, desk = books.ledger.invoice(75), books.house.desk
    with on("08/06"):
        row = books.collect(invoice, take_time)

        class TellingGateway(ToyGateway):
            async def notices(self, *, after: str, since: datetime) -> Sequence[Notice]:
                return [Notice("evt_1", "payment", row.public_id, NOW, b"{}")]

        # Another class: what a class can do is remembered of it for as long as the process lives.
        kinds = {**registry.kinds(), TOY.name: replace(TOY, make=TellingGateway)}
        monkeypatch.setattr(registry, "kinds", lambda: kinds)
        books.bank.by_request[row.public_id] = Declined("insufficient_funds", "No.")
        for new in (1, 0):
            assert polling.poll(desk.provider.pk) == new
            assert inbox.process(desk.provider.pk) == new
        reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
        only = Retry.objects.get()
        assert (only.failed_request_id, only.state, str(only.due_on)) == (row.pk, "scheduled", "2026-06-11")
    assert books.told(invoice) == ["retry.scheduled"]


def refused_by_pain_002(office: Office, row: PaymentRequest) -> None:
    message = office.export("pain.008", mark=True).message
    office.take(pain_002(status(row.number, "RJCT", why=reason("AM04")), message=message))


def returned_by_camt_053(office: Office, row: PaymentRequest) -> None:
    office.export("pain.008", mark=True)
    office.take(camt_053(entry(booked(row.number, amount="75.00", reference="B1"))))
    assert not Retry.objects.exists(), "it was paid"
    back = booked(row.number, direction="DBIT", amount="75.00", reference="B2", back="AM04")
    office.take(camt_053(entry(back, direction="DBIT", reference="BK-2")))


def returned_by_camt_054(office: Office, row: PaymentRequest) -> None:
    office.post(said(row, reference="E2E-1"))
    back = booked(row.number, direction="DBIT", amount="75.00", reference="B2", back="AM04")
    office.take(
        camt_053(entry(back, direction="DBIT"), namespace=CAMT_054, message="BkToCstmrDbtCdtNtfctn", statement="Ntfctn")
    )


def returned_before_it_was_booked(office: Office, row: PaymentRequest) -> None:
    office.export("pain.008", mark=True)
    back = booked(row.number, direction="DBIT", amount="75.00", reference="B2", back="AM04")
    office.take(camt_053(entry(back, direction="DBIT", reference="BK-2")))


def rejected_by_csv(office: Office, row: PaymentRequest) -> None:
    office.take(f"request,result,error_code\n{row.number},rejected,AM04\n")


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "tell",
    [
        refused_by_pain_002,
        returned_by_camt_053,
        returned_by_camt_054,
        returned_before_it_was_booked,
        rejected_by_csv,
    ],
)
def test_row_4_learned_by_a_file(ledger: Ledger, tell: Callable[[Office, PaymentRequest], None]):
    """Not enough money (AM04), told by each kind of file, and once more by an integrator: one retry, of the invoice."""
    office = Office.opened(ledger)
    RetryPlan.objects.get(code="standard").providers.set([office.provider])
    invoice = ledger.invoice(75)
    row = office.pay(75, to=[invoice])
    tell(office, row)
    assert (office.state(row), ledger.unsettled(invoice)) == ("rejected", 75)
    office.reject(said(row))  # told again, by others too
    only = Retry.objects.get()
    assert (only.failed_request_id, only.document_id, only.decline_class) == (row.pk, invoice.id, "soft")
    assert (only.state, only.code, only.number) == ("scheduled", "AM04", 1)
