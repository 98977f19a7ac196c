"""A request of which it is said that its money moved does not leave again until somebody has looked into that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.api.client import ApiClient
from tests.endings import terminate
from tests.factories import NOW
from tests.gateways.generic.banks import batch, booked, camt_053, entry
from tests.gateways.generic.office import code_of, said
from tests.pages.conftest import member, seat
from tests.pages.test_gateways import text_of, url

from subledger.gateways.errors import ChargeAboveOwed, HeldBack, PaymentUnderWay
from subledger.gateways.models import PaymentRequest, UnbookedFact
from subledger.gateways.services import unbooked
from subledger.gateways.services.execution import give_back
from subledger.gateways.services.withdrawal import take_back_stranded, withdraw
from subledger.gateways.stranded import under_way_on
from subledger.kernel.money import Money
from subledger.transactions.going_out_errors import CreditBeingRefunded, RefundNeedsCreditBalance
from subledger.transactions.rules.orders import Post

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
HELD = "payment_request_held_back"


def say_less(office, row) -> None:
    """A statement books 99.65 of the 100.00 that were to be collected."""
    content = camt_053(entry(booked(row.number, amount="99.65"), amount="99.65"))
    [refused] = office.take(content).refused
    assert refused.code == "amount_differs"


def say_old(office, row) -> None:
    content = camt_053(entry(booked(row.number, amount="100.00"), on="<Dt>1990-01-01</Dt>"))
    [refused] = office.take(content).refused
    assert refused.code == "booked_on_improbable"


def report_less(office, row) -> None:
    [answer] = office.post(said(row, amount=Money(9965, "eur")))
    assert code_of(answer) == "amount_differs"


def report_old(office, row) -> None:
    [answer] = office.post(said(row, booked_on=date(1990, 1, 1)))
    assert code_of(answer) == "booked_on_improbable"


def send_less(office, row) -> None:
    content = f"request,result,reference,amount,currency\n{row.number},posted,R-1,99.65,EUR\n"
    [refused] = office.take(content).refused
    assert refused.code == "amount_differs"


SAID = {"statement": say_less, "old day": say_old, "call": report_less, "old call": report_old, "table": send_less}


@pytest.fixture(params=SAID)
def held(office, request):
    """A direct debit of 100.00 for an invoice, in a file that was not marked, of which that was said."""
    row = office.pay(100, to=[office.ledger.invoice(100)])
    office.export("pain.008")
    SAID[request.param](office, row)
    assert office.state(row) == "pending"
    assert UnbookedFact.objects.get().request_id == row.pk
    return row


@pytest.mark.each_once
@pytest.mark.parametrize("file_format", ["pain.008", "csv"])
def test_the_next_file_does_not_hold_it_and_says_why(office, held, file_format):
    for mark in (False, True):
        export = office.export(file_format, mark=mark)
        [left_out] = export.left_out
        assert (export.written, left_out.number, left_out.code) == ((), held.number, HELD)
        assert UnbookedFact.objects.get().said in left_out.reason
    assert office.state(held) == "pending", "nothing is taken back: its money may have moved"


def test_it_is_neither_begun_nor_withdrawn(office, held):
    [answer] = office.process(said(held))
    assert (code_of(answer), office.state(held)) == (HELD, "pending")
    with pytest.raises(HeldBack, match=rf"{held.number} is held back: its money may have moved already"):
        withdraw(request_id=held.pk, actor="user:ana", is_not_sent=True)
    assert office.state(held) == "pending"


@pytest.mark.few(2)
def test_once_that_is_closed_it_leaves(office, held):
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="The bank was wrong.", actor="user:ana")
    assert office.export("pain.008", mark=True).left_out == ()
    assert office.state(held) == "under_processing"


@pytest.mark.few(2)
def test_what_was_said_can_be_booked_all_the_same(office, held):
    [answer] = office.post(said(held))
    assert (code_of(answer), office.state(held), office.ledger.balance()) == (None, "posted", 0)


def test_whoever_said_it_sets_it_right_by_saying_it_again(office):
    row = office.pay(100)
    report_less(office, row)
    [answer] = office.post(said(row))
    assert code_of(answer) is None
    assert UnbookedFact.objects.get().resolution == "It was reported again, and taken."


def test_another_booking_leaves_what_was_said_open(office):
    row = office.pay(100)
    report_less(office, row)
    office.post(said(row, reference="ANOTHER"))
    assert UnbookedFact.objects.get().resolved_at is None


def test_a_table_sets_it_right_as_well(office):
    row = office.pay(100)
    send_less(office, row)
    office.take(f"request,result,reference,amount,currency\n{row.number},posted,R-1,100.00,EUR\n")
    assert (office.state(row), UnbookedFact.objects.get().resolved_by) == ("posted", "system")


@pytest.mark.parametrize("verb", ["post", "return"])
def test_what_is_said_once_more_is_no_work(office, verb):
    row = office.pay(100)
    office.post(said(row))
    if verb == "return":
        give_back(elements=[said(row)], actor="key:bank")
    for _ in range(2):
        office.post(said(row)) if verb == "post" else give_back(elements=[said(row)], actor="key:bank")
    assert not UnbookedFact.objects.exists()


def test_a_call_that_says_nothing_is_no_work(office):
    row = office.pay(100)
    office.post(said(row, reference=""), replace(said(row), request="prq_0000000000000", request_unique_identifier="2"))
    office.post(said(row), said(row, id="again"))
    assert (office.state(row), UnbookedFact.objects.count()) == ("pending", 0)


def test_what_is_rejected_and_said_to_be_booked_is_not_asked_for_anew(office):
    invoice = office.ledger.invoice(100)
    row = office.pay(100, to=[invoice])
    withdraw(request_id=row.pk, actor="user:ana")
    draft = office.transaction(row)
    content = camt_053(entry(booked(row.number, amount="100.00"), amount="100.00"))
    [refused] = office.take(content).refused
    assert refused.code == "payment_request_settled"
    with pytest.raises(HeldBack, match=row.number):
        office._asked(Post(draft_id=draft.pk))
    with pytest.raises(HeldBack, match=row.number):
        office.pay(100, to=[invoice])
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It was another's.", actor="user:ana")
    assert office._asked(Post(draft_id=draft.pk)).state == "pending"


def test_a_file_that_was_booked_over_another_sum_is_not_sent_again(office):
    rows = [office.pay(amount) for amount in (100, 50)]
    message = office.export("pain.008").message
    [refused] = office.take(camt_053(entry(batch(message), amount="149.65"))).refused
    assert refused.code == "batch_amount_differs"
    other = office.pay(20, account=office.ledger.open("Bob"))
    export = office.export("pain.008", mark=True)
    assert {one.number for one in export.left_out} == {row.number for row in rows}
    assert export.written == (other.public_id,)


def test_the_api_says_so_beforehand(office, company):
    row = office.pay(100)
    report_less(office, row)
    api = ApiClient(company)
    shown = api.get(f"payment_requests/{row.public_id}")
    assert row.number in shown["held_back"]
    assert api.post(f"payment_requests/{row.public_id}/withdraw", {}, expect=409)["code"] == HELD
    [fact] = api.get("unbooked_facts")["data"]
    assert (fact["source"], fact["code"], fact["amount"]) == ("api", "amount_differs", 9965)


def test_what_to_do_about_it_goes_by_how_its_request_stands_by_now(office, company):
    row = office.pay(100)
    report_less(office, row)
    fact, api = UnbookedFact.objects.get(), ApiClient(company)
    assert fact.reason.endswith("report on the request with its own amount, or reject it.")
    assert api.get("unbooked_facts")["data"][0]["reason"] == fact.reason
    office.reject(said(row))
    by_now = (
        f"It is of another amount than was asked for, and payment request {row.number} is rejected by now. If its "
        "return was reported before, this is the booking that it undid: nothing is to be done. Only if its money moved "
        "and stayed, close it under To look into and then post a payment or refund over it by hand."
    )
    assert api.get("unbooked_facts")["data"][0]["reason"] == by_now
    client = seat(member(company, "administrator"))
    for page in (client.get(url("unbooked")), client.get(url("unbooked_fact", fact.pk))):
        assert (by_now in text_of(page), "or reject it" in text_of(page)) == (True, False)
    unbooked.resolve(fact_id=fact.pk, resolution="The bank was wrong.", actor="user:ana")
    assert api.get("unbooked_facts")["data"][0]["reason"] == fact.reason, "what was so then"


@pytest.mark.few(2)
@pytest.mark.parametrize("say", SAID.values(), ids=SAID)
def test_another_charge_for_the_same_debt_counts_what_may_have_been_collected(office, say):
    """It is held back, not gone: a debit for the invoice beside it would collect the debt twice."""
    invoice = office.ledger.invoice(100)
    loose = office.pay(100, confirm_in_advance=False)
    meant = office.pay(100, to=[invoice])
    say(office, loose)
    export = office.export("pain.008", mark=True)
    assert export.written == ()
    assert {one.number: one.code for one in export.left_out} == {loose.number: HELD, meant.number: "already_settled"}


def test_what_a_file_holds_goes_before_a_younger_debit_for_the_invoice(office):
    """Whether the file was sent nobody said: what it holds is not taken back for another charge."""
    invoice = office.ledger.invoice(100)
    loose = office.pay(100, confirm_in_advance=False)
    office.export("pain.008")
    with pytest.raises(ChargeAboveOwed):
        office.pay(100, to=[invoice], confirm_in_advance=False)
    export = office.export("pain.008", mark=True)
    assert (export.written, export.left_out) == ((loose.public_id,), ())


def test_terminating_its_account_does_not_take_it_back(office):
    row = office.pay(100)
    report_less(office, row)
    assert [(one.words, one.is_stopped) for one in under_way_on(office.ledger.account)] == [
        (f"payment request {row.number} over 100.00 EUR by Bank (held back, for its money may have moved: it stays "
         "until that is looked into)", False)
    ]  # fmt: skip
    terminate(office.ledger.account.pk)
    assert take_back_stranded(office.provider.pk) == 0
    assert office.state(row) == "pending"


def test_a_return_does_not_take_back_a_cancellation_that_may_have_been_paid(office):
    row = office.pay(100)
    office.post(said(row))
    back = office.cancel(office.transaction(office.row(row.pk)).pk)
    office.post(said(back, amount=Money(9900, "eur")))
    give_back(elements=[said(row)], actor="key:bank")
    assert office.state(back) == "pending"


# -- what is meant for no invoice ----------------------------------------------------------------------------------


def say_booked(office, row) -> None:
    """A bank books what was withdrawn."""
    content = camt_053(entry(booked(row.number, amount="100.00"), amount="100.00"))
    [refused] = office.take(content).refused
    assert refused.code == "payment_request_settled"


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("first", "then", "owed", "is_held"),
    [
        ("invoice", "none", 100, True),
        ("none", "invoice", 100, True),
        ("none", "none", 100, True),
        ("invoice", "invoice", 200, True),
        ("invoice", "none", 200, False),
        ("none", "invoice", 200, False),
        ("invoice", "another invoice", 200, False),
        ("none", "none elsewhere", 100, False),
    ],
)
def test_what_is_rejected_and_may_have_come_in_counts_on_its_account(office, first, then, owed, is_held):
    """As one that is held back does: what it claimed stays claimed, and beside it the account owes so much less."""
    ledger = office.ledger
    one = ledger.invoice(100)
    meant = {"invoice": {"to": [one]}, "none": {}, "none elsewhere": {"account": ledger.open("Bob")}}
    if owed > 100:
        meant["another invoice"] = {"to": [ledger.invoice(owed - 100)]}
    row = office.pay(100, **meant[first])
    withdraw(request_id=row.pk, actor="user:ana")
    say_booked(office, row)
    if not is_held:
        assert office.pay(100, **meant[then]).state == "pending"
        return
    with pytest.raises(HeldBack, match=row.number):
        office.pay(100, **meant[then])
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It was another's.", actor="user:ana")
    assert office.pay(100, **meant[then]).state == "pending"


def test_credit_that_may_have_been_paid_out_is_not_paid_out_by_another_refund(office):
    office.ledger.payment(100)
    row = office.refund(100)
    withdraw(request_id=row.pk, actor="user:ana")
    report_booked = said(row, amount=Money(10000, "eur"))
    [answer] = office.post(report_booked)
    assert code_of(answer) == "payment_request_settled"
    with pytest.raises(HeldBack, match=row.number):
        office.refund(100)
    assert office.pay(20).state == "pending", "what comes in is no matter of it"
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It was another's.", actor="user:ana")
    assert office.refund(100).state == "pending"


def test_the_requests_of_a_file_that_was_booked_over_another_sum_are_not_asked_anew(office):
    rows = [office.pay(amount) for amount in (100, 50)]
    message = office.export("pain.008").message
    for row in rows:
        withdraw(request_id=row.pk, actor="user:ana", is_not_sent=True)
    [refused] = office.take(camt_053(entry(batch(message), amount="149.65"))).refused
    assert refused.code == "batch_amount_differs"
    with pytest.raises(HeldBack, match=rows[0].number):
        office.pay(100)


def test_credit_that_may_have_been_paid_out_is_not_paid_out_by_hand(office):
    """Nor is the payment it stands on cancelled or moved: its money may be gone."""
    ledger = office.ledger
    payment = ledger.payment(100)
    row = office.refund(100)
    withdraw(request_id=row.pk, actor="user:ana")
    [answer] = office.post(said(row, amount=Money(9965, "eur")))
    assert code_of(answer) == "amount_differs"
    with pytest.raises(
        RefundNeedsCreditBalance, match=f"by {row.number} over 100.00 EUR, rejected, of which it is said"
    ):
        ledger.refund(100)
    with pytest.raises(CreditBeingRefunded, match=row.number):
        ledger.cancel(payment)
    with pytest.raises(CreditBeingRefunded, match=row.number):
        ledger.move(payment, ledger.open("Bob"))
    ledger.payment(50)
    ledger.refund(50)  # beside it there is credit enough
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="It was another's.", actor="user:ana")
    ledger.refund(100)
    assert ledger.balance() == 0


@pytest.mark.each_once
@pytest.mark.parametrize(("first", "then"), [("none", "invoice"), ("invoice", "none"), ("none", "none")])
@pytest.mark.parametrize("doubt", ["held back", "unknown"])
def test_nobody_can_confirm_to_charge_what_may_have_been_charged(office, doubt, first, then):
    invoice = office.ledger.invoice(100)
    meant = {"none": {}, "invoice": {"to": [invoice]}}
    row = office.pay(100, **meant[first], confirm_in_advance=False)
    if doubt == "held back":
        report_less(office, row)
    else:
        office.export("pain.008", mark=True)
        PaymentRequest.objects.filter(pk=row.pk).update(state="unknown", check_at=NOW)
    with pytest.raises(HeldBack if doubt == "held back" else PaymentUnderWay, match=row.number):
        office.pay(100, **meant[then], confirm_in_advance=True)
    office.post(said(row))
    assert office.ledger.balance() == 0
    assert office.pay(100, confirm_in_advance=True).state == "pending", "in advance, as nothing is in doubt"
