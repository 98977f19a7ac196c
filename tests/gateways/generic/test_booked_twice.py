"""What one source books of a request under two references, or on two days, happened twice: the second is kept as work.

Told again it is the same, and so is what another source tells first, by its own reference or by none."""

from __future__ import annotations

from datetime import date

import pytest
from tests.gateways.generic.banks import booked, camt_053, entry, pain_002, status
from tests.gateways.generic.office import said

from subledger.gateways.generic.states import Told, is_another
from subledger.gateways.models import UnbookedFact
from subledger.gateways.services.execution import give_back
from subledger.transactions.going_out_errors import RefundAboveCredit

pytestmark = pytest.mark.django_db
NOTICE = "BkToCstmrDbtCdtNtfctn"


def line(row, reference, *, on=21, back=False, **fields):
    """An entry of a statement over one request."""
    way = "CRDT" if (row.type == "payment") != back else "DBIT"
    told = booked(row.number, amount="100.00", direction=way, back="MD06" if back else "", reference=reference)
    return entry(told, direction=way, on=f"<Dt>2026-05-{on}</Dt>", reference=reference, **fields)


def kept():
    return [(fact.verb, fact.reference, fact.code) for fact in UnbookedFact.objects.order_by("pk")]


@pytest.fixture(params=["charge", "refund"])
def row(office, request):
    if request.param == "charge":
        return office.pay(100)
    office.ledger.payment(300)
    return office.refund(100)


@pytest.mark.parametrize("other", [{"reference": "BBB"}, {"reference": "AAA", "on": 22}], ids=["reference", "day"])
@pytest.mark.parametrize("is_one", [True, False], ids=["one statement", "two"])
def test_a_second_booking_of_a_bank_is_kept_as_work(office, row, is_one, other):
    first, second = line(row, "AAA"), line(row, **other)
    reports = [office.take(camt_053(*part)) for part in ([[first, second]] if is_one else [[first], [second]])]
    assert [sum(getattr(one, name) for one in reports) for name in ("posted", "unchanged")] == [1, 0]
    [(verb, reference, code)] = kept()
    assert (verb, code) == ("post", "payment_request_settled")
    assert reference.removesuffix(f"/{row.number}") == other["reference"]
    for _ in range(2):
        assert office.take(camt_053(first)).unchanged == 1
        office.take(camt_053(second))
    assert len(kept()) == 1


def test_a_second_return_is_kept_as_work(office, row):
    office.take(camt_053(line(row, "AAA")))
    for reference, kinds in (("BACK-1", (1, 0)), ("BACK-1", (0, 1)), ("BACK-2", (0, 0))):
        report = office.take(camt_053(line(row, reference, back=True)))
        assert (report.rejected, report.unchanged) == kinds
    assert kept() == [("return", "BACK-2", "payment_request_settled")]
    again = office.take(camt_053(line(row, "AAA"), line(row, "BACK-1", back=True)))
    assert (again.unchanged, again.refused) == (2, [])


def test_what_went_out_twice_is_not_paid_out_once_more(office):
    office.ledger.payment(300)
    row = office.refund(100)
    office.take(camt_053(line(row, "AAA"), line(row, "BBB")))
    with pytest.raises(RefundAboveCredit, match=r"credit of 100\.00 EUR"):
        office.ledger.refund(200)


def test_a_table_with_another_reference_tells_of_another_booking(office, row):
    def table(reference):
        return office.take(f"request,result,reference\n{row.public_id},posted,{reference}\n")

    assert (table("R-1").posted, table("R-1").unchanged, table("R-2").unchanged) == (1, 1, 0)
    assert kept() == [("post", "R-2", "payment_request_settled")]


def test_a_call_with_another_reference_tells_of_another_booking(office, row):
    for reference in ("R-1", "R-1", "R-2", "R-2"):
        office.post(said(row, reference=reference))
    assert kept() == [("post", "R-2", "payment_request_settled")]
    for reference in ("B-1", "B-1", "B-2"):
        give_back(elements=[said(row, reference=reference)], actor="key:bank")
    assert kept()[1:] == [("return", "B-2", "payment_request_settled")]


def test_other_sources_tell_of_the_same_booking_by_their_own_names(office, row):
    office.post(said(row, reference="MINE"))
    for content in (
        pain_002(status(row.number, "ACSC")),
        camt_053(line(row, ""), message=NOTICE),
        camt_053(line(row, "AAA")),
        camt_053(line(row, "AAA"), message=NOTICE),
    ):
        report = office.take(content)
        assert (report.unchanged, report.refused) == (1, [])
    office.post(said(row, reference="MINE"))
    assert kept() == []


def told(reference, day=None):
    return Told(reference, day and date(2026, 5, day))


@pytest.mark.parametrize(
    ("before", "now", "other"),
    [
        ({}, told("A", 21), False),
        ({"camt.053": [told("A", 21)]}, told("A", 21), False),
        ({"camt.053": [told("A", 21)]}, told("B", 21), True),
        ({"camt.053": [told("A", 21)]}, told("A", 22), True),
        ({"camt.053": [told("A", 21)]}, told("", 21), False),
        ({"camt.053": [told("A", 21)]}, told("", 22), True),
        ({"camt.053": [told("", 21)]}, told("A", 21), False),
        ({"camt.053": [told("A")]}, told("A", 22), False),
        ({"camt.053": [told("A", 21), told("B", 22)]}, told("B", 22), False),
        ({"camt.054": [told("A", 21)]}, told("B", 21), False),
        ({"camt.054": [told("A", 21)]}, told("B", 22), True),
        ({"api": [told("A", 21)]}, told("B", 22), False),
        ({"api": [told("A", 21)], "camt.053": [told("B", 22)]}, told("A", 21), True),
    ],
)
def test_a_source_is_compared_with_what_it_told_before(before, now, other):
    assert is_another(now, source="camt.053", before=before) is other
