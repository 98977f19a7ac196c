"""The integrator's bulk calls: every element has its own answer, and what is refused changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.endings import close_books, reopen_books
from tests.factories import Ledger, company_at_work
from tests.gateways.generic.office import Office, code_of, footprint, said

from subledger.gateways.generic.errors import TooManyElements
from subledger.gateways.kind import GatewayKind
from subledger.gateways.models import Charge, UnbookedFact
from subledger.gateways.services import execution
from subledger.gateways.services.reports import Element
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.platform.models import Event

pytestmark = pytest.mark.django_db


def test_a_payment_waits_for_the_integrator_and_is_posted_by_its_report(office):
    invoice = office.ledger.invoice(75)
    row = office.pay(75, to=[invoice])
    assert (row.state, office.transaction(row).state, office.ledger.balance()) == ("pending", "pending", 75)
    [began] = office.process(said(row, id="a", reference="BATCH-1"))
    assert (began.request_unique_identifier, began.request, began.state) == ("a", row.public_id, "under_processing")
    assert (office.row(row.pk).reference, office.ledger.balance()) == ("BATCH-1", 75)
    [done] = office.post(said(row, reference="PAID-1", amount=Money(7500, "eur")))
    assert (done.state, done.error) == ("posted", None)
    after = office.row(row.pk)
    assert (after.reference, str(after.executed_on)) == ("PAID-1", "2026-05-20")
    assert (office.transaction(row).state, office.ledger.balance()) == ("posted", 0)
    assert office.ledger.unsettled(invoice) == 0
    assert Charge.objects.get(request=after).reference == "PAID-1"
    told = Event.objects.filter(object_id=row.pk).order_by("id").values_list("type", "actor")
    assert list(told) == [
        ("payment_request.created", "user:ana"),
        ("payment_request.under_processing", "key:bank"),
        ("payment_request.posted", "key:bank"),
    ]


def test_a_pending_request_may_be_posted_without_having_been_begun(office):
    row = office.pay(75)
    assert office.post(said(row))[0].state == "posted"
    assert office.ledger.balance() == -75


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_rejected_payment_is_undone_with_the_reason(office, is_begun):
    row = office.pay(75)
    if is_begun:
        office.process(said(row))
    [answer] = office.reject(said(row, error_code="AM04", error_message="No money", reference="NO-1"))
    assert answer.state == "rejected"
    after = office.row(row.pk)
    assert (after.error_code, after.error_message) == ("AM04", "No money")
    assert (office.transaction(row).state, office.ledger.balance()) == ("rejected", 0)


@pytest.mark.parametrize(("verb", "left"), [("post", 0), ("reject", -75)])
def test_refunds_and_cancellations_take_the_same_way(office, verb, left):
    for ask in (lambda row: office.refund(75), lambda row: office.cancel(office.transaction(row).pk)):
        paid = office.pay(75)
        office.post(said(paid))
        before = office.ledger.balance() + 75
        asked = ask(paid)
        assert (asked.state, office.ledger.balance()) == ("pending", before - 75)
        assert getattr(office, verb)(said(asked))[0].error is None
        assert office.ledger.balance() == before + left


def test_partial_success_keeps_the_good_and_says_why_of_each_other(office):
    good, settled, wrong, twin = (office.pay(amount) for amount in (10, 20, 30, 40))
    office.reject(said(settled))
    elements = [
        said(good, id="1", reference="R1"),
        said(settled, id="2", reference="R2"),
        said(wrong, id="3", reference="R3", amount=Money(3001, "eur")),
        said(twin, id="4", reference="R4"),
        said(twin, id="5", reference="R5"),
        Element("6", "prq_0000000000001", "R6"),
        Element("7", "nonsense", "R7"),
        Element("", good.public_id, "R8"),
    ]
    answers = office.post(*elements)
    assert [code_of(answer) for answer in answers] == [
        "request_twice",  # the last element names it too, and nobody knows which was meant
        "payment_request_settled",
        "amount_differs",
        "request_twice",
        "request_twice",
        "not_found",
        "not_found",
        "element_invalid",
    ]
    answers = office.post(*elements[:7])
    assert [answer.state for answer in answers] == ["posted"] + [None] * 6
    assert [answer.request_unique_identifier for answer in answers] == list("1234567")
    assert {office.state(row) for row in (wrong, twin)} == {"pending"}
    assert office.ledger.balance() == -10


def refusals(office):
    """(verb, elements, codes): calls of which nothing is taken."""
    first, second, done = office.pay(10), office.pay(20), office.pay(30)
    office.post(said(done, reference="DONE"))
    other = Office.opened(office.ledger, code="other")
    foreign = other.pay(5)
    long = "x" * 201
    return {
        "the same identifier twice": (
            "post",
            [said(first, id="a"), said(second, id="a")],
            ["request_unique_identifier_twice"] * 2,
        ),
        "the same request twice": ("reject", [said(first, id="a"), said(first, id="b")], ["request_twice"] * 2),
        "its number is the same request": (
            "post",
            [said(first, id="a"), Element("b", first.number, "R")],
            ["request_twice"] * 2,
        ),
        "posted needs a reference": ("post", [said(first, reference=" ")], ["element_invalid"]),
        "rejected needs a code": ("reject", [said(first, error_code="")], ["element_invalid"]),
        "a reference too long": ("process", [said(first, reference=long)], ["element_invalid"]),
        "a reference nobody sees": ("process", [said(first, reference="\u200b\u200b")], ["element_invalid"]),
        "a message nobody sees": ("reject", [said(first, error_message="\u2060")], ["element_invalid"]),
        "a zero character": ("reject", [said(first, error_message="a\0b")], ["element_invalid"]),
        "an amount in another currency": ("post", [said(first, amount=Money(1000, "usd"))], ["amount_differs"]),
        "begun when it is over": ("process", [said(done)], ["payment_request_settled"]),
        "posted when it is posted": ("post", [said(done, reference="DONE")], ["payment_request_settled"]),
        "rejected when it is posted": ("reject", [said(done)], ["payment_request_settled"]),
        "one reference for two": (
            "post",
            [said(first, reference="X"), said(second, reference="X")],
            ["reference_taken"] * 2,
        ),
        "the reference of another": ("post", [said(first, reference="DONE")], ["reference_taken"]),
        "another provider": ("post", [said(foreign)], ["request_of_another_provider"]),
    }


# Refused, and kept as work with an event of its own: it may have happened all the same.
MAY_HAVE_HAPPENED = {
    "an amount in another currency",
    "rejected when it is posted",
    "one reference for two",
    "the reference of another",
}


@pytest.mark.few(2)
@pytest.mark.parametrize("case", range(14))
def test_what_is_refused_changes_nothing(office, case):
    name, (verb, elements, codes) = list(refusals(office).items())[case]
    before = footprint()
    answers = getattr(execution, verb)(elements=elements, actor="key:bank", provider_id=office.provider.pk)
    assert [code_of(answer) for answer in answers] == codes, name
    after, kept = footprint(), UnbookedFact.objects.count()
    assert after == (before[0] + kept, before[1])
    assert kept == (len(codes) if name in MAY_HAVE_HAPPENED else 0)
    assert all(str(answer.error) and answer.state is None for answer in answers)


def test_a_bank_s_reason_is_told_in_words(office):
    known, unknown = office.pay(10), office.pay(20)
    office.reject(said(known, error_code="AC04"), said(unknown, error_code="E-17"))
    assert [office.row(row.pk).error_message for row in (known, unknown)] == ["The account is closed", "E-17"]


def test_begun_once(office):
    row = office.pay(10)
    office.process(said(row))
    [again] = office.process(said(row))
    assert code_of(again) == "transition_not_allowed"


def test_a_call_of_a_thousand_is_taken_and_one_more_is_not(office):
    row = office.pay(10)
    rest = [Element(f"x{n}", "prq_0000000000001", f"R{n}") for n in range(1_000)]
    with pytest.raises(TooManyElements, match="1001 elements"):
        office.post(said(row), *rest)
    assert office.state(row) == "pending"
    answers = office.post(said(row), *rest[:999])
    assert [answer.state for answer in answers] == ["posted"] + [None] * 999


def test_no_elements_no_answers(office):
    assert office.post() == []


def test_requests_of_a_gateway_that_executes_itself_are_nobodys_to_report(office, monkeypatch):
    row = office.pay(10)
    itself = GatewayKind("generic", "Itself", make=lambda settings: None)  # type: ignore[arg-type, return-value]
    monkeypatch.setattr("subledger.gateways.services.execution.kind_named", lambda name: itself)
    before = footprint()
    for verb in (office.process, office.post, office.reject):
        assert code_of(verb(said(row))[0]) == "provider_executes_itself"
    assert footprint() == before


def test_another_company_s_request_is_not_found(office):
    row = office.pay(10)
    with company_at_work():
        stranger = Office.opened(Ledger())
        assert [code_of(a) for a in stranger.post(said(row))] == ["not_found"]
        with pytest.raises(NotFound):
            execution.post(elements=[said(row)], actor="key:x", provider_id=office.provider.pk)
    assert office.state(row) == "pending"


def test_money_that_moved_while_the_books_are_closed_is_kept_and_posted_later(office):
    row = office.pay(10)
    close_books(through=date(2026, 5, 20), actor="user:ana")
    [answer] = office.post(said(row, reference="R1"))
    assert (answer.state, code_of(answer)) == ("unknown", "posting_refused")
    assert "closed" in str(answer.error)
    assert (office.row(row.pk).reference, office.ledger.balance()) == ("R1", 0)
    reopen_books(reason="late", actor="user:ana")
    assert office.post(said(row, reference="R1"))[0].state == "posted"
    assert office.ledger.balance() == -10


@pytest.mark.wide
def test_a_set_costs_the_same_statements_whatever_its_size(office):
    def statements(rows):
        with CaptureQueriesContext(connection) as begun:
            office.process(*[said(row, reference="") for row in rows])
        with CaptureQueriesContext(connection) as posted:
            assert {answer.state for answer in office.post(*[said(row) for row in rows])} == {"posted"}
        return len(begun), len(posted)

    statements([office.pay(1)])  # warms what is cached
    assert statements([office.pay(1) for _ in range(3)]) == statements([office.pay(1) for _ in range(30)])
