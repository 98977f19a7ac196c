"""Money of an account in doubt counts in full, whatever it was meant for, until somebody has looked into it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.api.client import ApiClient
from tests.factories import NOW
from tests.gateways.generic.banks import booked, camt_053, entry
from tests.gateways.generic.office import code_of, said

from subledger.companies.entries import save_entry
from subledger.gateways.errors import HeldBack, PaymentUnderWay
from subledger.gateways.models import PaymentRequest, UnbookedFact
from subledger.gateways.services import unbooked
from subledger.gateways.services.execution import give_back
from subledger.gateways.services.payables import payable
from subledger.gateways.services.submission import refund_payment
from subledger.gateways.services.withdrawal import withdraw
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.transactions.going_out_errors import CreditBeingRefunded, RefundAboveCredit, RefundNeedsCreditBalance
from subledger.transactions.models import TransactionDefinition
from subledger.transactions.rules.orders import Posted
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
HELD = "payment_request_held_back"


def by_call(office, row, amount, *, verb="post", reference="OTHER"):
    tell = {"post": office.post, "return": lambda one: give_back(elements=[one], actor="key:bank")}[verb]
    [answer] = tell(said(row, amount=Money.parse(amount, "eur"), reference=reference))
    assert answer.error is not None


def by_table(office, row, amount, *, verb="post", reference="OTHER"):
    result = {"post": "posted", "return": "returned"}[verb]
    header = "request,result,reference,error_code,amount,currency"
    [_] = office.take(f"{header}\n{row.number},{result},{reference},AM04,{amount},EUR\n").refused


def by_statement(office, row, amount, *, verb="post", reference="OTHER"):
    way = "CRDT" if (row.type == "payment") == (verb == "post") else "DBIT"
    told = booked(
        row.number, amount=amount, direction=way, back="MD06" if verb == "return" else "", reference=reference
    )
    [_] = office.take(camt_053(entry(told, direction=way))).refused


TELL = pytest.mark.parametrize("tell", [by_call, by_table, by_statement])


def resolve() -> None:
    for fact in UnbookedFact.objects.filter(resolved_at=None):
        unbooked.resolve(fact_id=fact.pk, resolution="It was another's.", actor="user:ana")


def doubtful(office, doubt, **fields):
    """A charge of 100.00 of which nobody knows whether its money moved."""
    row = office.pay(100, **fields)
    if doubt == "held back":
        by_call(office, row, "99.65")
    elif doubt == "rejected":
        withdraw(request_id=row.pk, actor="user:ana")
        by_call(office, row, "100.00")
    else:
        office.process(said(row))
        PaymentRequest.objects.filter(pk=row.pk).update(state="unknown", check_at=NOW)
    return row


# -- charges -------------------------------------------------------------------------------------------------------


@pytest.mark.each_once
@pytest.mark.parametrize("first", ["invoice", "none"])
@pytest.mark.parametrize("doubt", ["held back", "rejected", "unknown"])
def test_naming_another_invoice_does_not_charge_the_same_debt_twice(office, doubt, first):
    invoice, small = office.ledger.invoice(100), office.ledger.invoice("0.01")
    row = doubtful(office, doubt, to=[invoice] if first == "invoice" else [])
    for is_confirmed in (False, True):
        with pytest.raises(PaymentUnderWay if doubt == "unknown" else HeldBack, match=row.number):
            office.pay("100.01", to=[small], confirm_in_advance=is_confirmed)
    assert office.pay("0.01", to=[small], confirm_in_advance=False).state == "pending"


@pytest.mark.parametrize("doubt", ["held back", "rejected"])
def test_an_invoice_that_is_cancelled_and_made_anew_is_the_same_debt(office, doubt):
    invoice = office.ledger.invoice(100)
    row = doubtful(office, doubt)
    office.ledger.cancel(invoice)
    anew = office.ledger.invoice(100)
    with pytest.raises(HeldBack, match=row.number):
        office.pay(100, to=[anew], confirm_in_advance=True)
    assert payable([anew.id]).is_collected
    resolve()
    if doubt == "held back":
        withdraw(request_id=row.pk, actor="user:ana")
    assert office.pay(100, to=[anew]).state == "pending"


def test_nothing_is_collected_in_advance_beside_money_in_doubt(office):
    row = doubtful(office, "held back")
    with pytest.raises(HeldBack, match=row.number):
        office.pay(30)
    resolve()
    assert office.pay(30).state == "pending"


@pytest.mark.few(2)
@TELL
def test_a_charge_counts_what_came_in_and_not_what_was_asked_for(office, tell):
    office.ledger.invoice(100)
    row = office.pay(60, confirm_in_advance=False)
    tell(office, row, "100.00")
    with pytest.raises(HeldBack, match=row.number):
        office.pay(40)
    resolve()
    assert office.pay(40, confirm_in_advance=False).state == "pending"


@pytest.mark.few(2)
@TELL
def test_another_booking_of_what_is_posted_may_have_paid_the_next_invoice(office, tell):
    row = office.pay(100, to=[office.ledger.invoice(100)])
    office.post(said(row))
    tell(office, row, "90.00")
    invoice = office.ledger.invoice(100)
    with pytest.raises(HeldBack, match=row.number):
        office.pay(100, to=[invoice])


def test_a_younger_request_does_not_leave_beside_what_came_in_since(office):
    """It was asked for before anybody knew."""
    office.ledger.invoice(100)
    row = office.pay(100, confirm_in_advance=False)
    withdraw(request_id=row.pk, actor="user:ana")
    younger = office.pay(100, confirm_in_advance=False)
    by_statement(office, row, "100.00")
    [answer] = office.process(said(younger))
    assert (code_of(answer), answer.error.reason) == ("payment_request_not_due", "already_settled")


def test_the_api_refuses_it_whatever_is_confirmed(office, company):
    office.ledger.invoice(100)
    small = office.ledger.invoice("0.01")
    row = doubtful(office, "rejected")
    asked = {
        "account": office.ledger.account.public_id,
        "state": "posted",
        "amount": 10001,
        "method": encode("pmm", office.method.pk),
        "allocate_to": [encode("txn", small.id)],
        "confirm_in_advance": True,
    }
    answer = ApiClient(company).post("payments", asked, expect=409)
    assert (answer["code"], row.number in answer["detail"]) == (HELD, True)


# -- what goes out -------------------------------------------------------------------------------------------------


@pytest.mark.few(2)
@TELL
def test_a_refund_counts_what_went_out_and_not_what_was_asked_for(office, tell):
    office.ledger.payment(100)
    row = office.refund(40)
    tell(office, row, "90.00")
    with pytest.raises(RefundNeedsCreditBalance, match=r"10\.00 EUR is left"):
        office.ledger.refund(60)
    with pytest.raises(HeldBack, match=row.number):
        office.refund(60, confirm_above_credit=True)
    withdraw_or_reject(office, row)
    with pytest.raises(RefundNeedsCreditBalance, match=rf"{row.number} over 40\.00 EUR, rejected, .* 90\.00 EUR moved"):
        office.ledger.refund(60)
    resolve()
    office.ledger.refund(60)


def withdraw_or_reject(office, row) -> None:
    [answer] = office.reject(said(row))
    assert answer.error is None


@pytest.mark.few(2)
@TELL
def test_another_payout_of_what_is_posted_is_not_paid_out_again(office, tell):
    office.ledger.payment(300)
    row = office.refund(100)
    office.post(said(row))
    tell(office, row, "90.00")
    with pytest.raises(RefundNeedsCreditBalance, match=r"110\.00 EUR is left"):
        office.ledger.refund(200)
    resolve()
    office.ledger.refund(200)


def test_more_under_the_same_reference_is_the_same_payout(office):
    office.ledger.payment(300)
    row = office.refund(100)
    office.post(said(row))
    by_call(office, row, "130.00", reference=f"REF-{row.pk}")
    with pytest.raises(RefundNeedsCreditBalance, match=r"170\.00 EUR is left"):
        office.ledger.refund(200)


@pytest.mark.few(2)
@TELL
def test_what_a_bank_gave_back_over_another_amount_is_not_given_back_again(office, tell):
    row = office.pay(100)
    office.post(said(row))
    payment = office.transaction(row)
    tell(office, row, "99.65", verb="return")
    with pytest.raises(RefundNeedsCreditBalance, match=r"0\.35 EUR is left"):
        office.ledger.refund(100)
    new = office.ledger.new(C.REFUND, 0, confirm_above_credit=True)
    with pytest.raises(HeldBack, match=row.number):
        refund_payment(payment_id=payment.pk, amount=10000, new=new, actor="user:ana")
    with pytest.raises(CreditBeingRefunded, match=row.number):
        office.cancel(payment.pk)
    with pytest.raises(CreditBeingRefunded, match=row.number):
        office.ledger.move(posted(payment), office.ledger.open("Bob"))
    resolve()
    office.ledger.refund(100)


def test_what_was_given_back_of_a_moved_payment_counts_where_it_stands(office):
    row = office.pay(100)
    office.post(said(row))
    bob = office.ledger.open("Bob")
    office.ledger.move(posted(office.transaction(row)), bob)
    by_call(office, row, "99.65", verb="return")
    with pytest.raises(RefundNeedsCreditBalance, match=row.number):
        office.ledger.refund(100, account=bob)


# Credit of 100.00, or of 200.00 beside what is said; the request of 100.00 is posted, rejected or waits.
LEFT = [
    ("posted", "99.99", "100.00", "0.01"),
    ("posted", "100.00", "100.00", "0.00"),
    ("rejected", "99.99", "200.00", "100.01"),
    ("rejected", "100.00", "200.00", "100.00"),
    ("rejected", "100.01", "200.00", "99.99"),
    ("waits", "99.99", "200.00", "100.01"),
    ("waits", "100.01", "200.00", "99.99"),
]


@pytest.mark.few(2)
@pytest.mark.parametrize("needs_credit", [True, False])
@pytest.mark.parametrize(("state", "told", "credit", "left"), LEFT)
def test_what_is_told_to_have_gone_is_a_fact_that_nobody_can_confirm_away(
    office, state, told, credit, left, needs_credit
):
    """Up to what is left once that is taken off, what is in doubt beside it is asked about; no cent decides more."""
    if not needs_credit:
        save_entry(
            model=TransactionDefinition, ident=TransactionDefinition.objects.get().pk,
            values={"refund_needs_credit_balance": False}, actor="test",
        )  # fmt: skip
    ledger, cents = office.ledger, Decimal("0.01")
    ledger.payment(Decimal(credit) + (100 if state == "posted" else 0))
    row = office.refund(100)
    if state == "posted":
        own = booked(row.number, amount="100.00", direction="DBIT", reference="OURS")
        assert office.take(camt_053(entry(own, direction="DBIT"))).posted == 1
    if state == "rejected":
        withdraw_or_reject(office, row)
    by_statement(office, row, told)
    free = -ledger.balance() - max(Decimal(told), Decimal(100) if state != "posted" else 0)
    for amount in (Decimal(left) + cents, Decimal(credit)):
        for confirmed in (False, True):
            with pytest.raises(RefundNeedsCreditBalance, match=row.number):
                ledger.refund(amount, confirm_above_credit=confirmed)
    if free < Decimal(left):
        with pytest.raises(RefundAboveCredit):
            ledger.refund(Decimal(left))
        ledger.refund(Decimal(left), confirm_above_credit=True)
    elif Decimal(left):
        ledger.refund(Decimal(left))
    assert ledger.balance() == Decimal(left) - Decimal(credit)


def test_it_is_named_once_where_its_request_waits_too(office):
    office.ledger.payment(200)
    row = office.refund(40)
    by_statement(office, row, "90.00")
    with pytest.raises(RefundNeedsCreditBalance) as refusal:
        office.ledger.refund(150)
    words = f"refund {row.number} over 40.00 EUR by Bank, pending, of which it is said that 50.00 EUR more moved"
    assert (str(refusal.value).count(row.number), words in str(refusal.value)) == (1, True)


@pytest.mark.each_once
@pytest.mark.parametrize("told", ["0.01", "99.99", "100.01"])
@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_the_amount_that_was_told_stands_where_it_is_asked_about(office, state, told):
    office.ledger.payment(200)
    row = office.refund(100)
    if state == "rejected":
        withdraw(request_id=row.pk, actor="user:ana")
    by_statement(office, row, told)
    words = f"{state}, of which it is said that {told} EUR moved"
    if (state, told) == ("pending", "100.01"):
        words = "pending, of which it is said that 0.01 EUR more moved"
    with pytest.raises(RefundNeedsCreditBalance) as refusal:
        office.ledger.refund(200)
    assert words in str(refusal.value)


def test_what_was_rejected_and_is_begun_after_all_may_go_out(office):
    office.ledger.payment(100)
    row = office.refund(100)
    withdraw(request_id=row.pk, actor="user:ana")
    [answer] = office.process(said(row))
    assert (code_of(answer), UnbookedFact.objects.get().verb) == ("payment_request_settled", "process")
    with pytest.raises(RefundNeedsCreditBalance, match=row.number):
        office.ledger.refund(100)


def posted(payment):
    return Posted(payment.pk, payment.number, "payment", payment.account_id, payment.amount_minor)
