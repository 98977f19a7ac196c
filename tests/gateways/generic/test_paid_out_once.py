"""A credit is paid out once: what is on its way out counts, at every door, and is looked at again when it leaves."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.endings import terminate
from tests.factories import NOW
from tests.gateways.generic.office import Office, said
from tests.pages.conftest import member, seat
from tests.pages.test_gateways import text_of, url

from subledger.companies.entries import save_entry
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.withdrawal import withdraw
from subledger.kernel.money import Money
from subledger.reports.proof import prove
from subledger.transactions.going_out_errors import CreditBeingRefunded, RefundAboveCredit, RefundNeedsCreditBalance
from subledger.transactions.models import TransactionDefinition, TransactionType
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.services.posting import execute
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


def check_off() -> None:
    definition = TransactionDefinition.objects.get()
    save_entry(
        model=TransactionDefinition, ident=definition.pk, values={"refund_needs_credit_balance": False}, actor="test"
    )


def collected(office, amount, **fields):
    """A payment that the integrator has collected."""
    row = office.pay(amount, **fields)
    office.post(said(row, reference=f"C-{row.pk}"))
    return office.transaction(row)


def test_one_credit_is_refunded_by_the_bank_once(office):
    office.ledger.payment(50)
    row = office.refund(50)
    with pytest.raises(RefundNeedsCreditBalance, match=r"50\.00 EUR is being paid out .* its credit is 50\.00 EUR"):
        office.refund(50)
    assert office.export("pain.001").written == (row.public_id,)


def test_credit_that_waits_for_the_bank_is_not_paid_out_in_cash(office):
    office.ledger.payment(50)
    office.refund(30)
    with pytest.raises(RefundAboveCredit, match=r"credit of 20\.00 EUR .*30\.00 EUR that is being paid out"):
        office.ledger.refund(50)
    office.ledger.refund(20)
    with pytest.raises(RefundNeedsCreditBalance):
        office.ledger.refund(1)
    assert office.ledger.balance() == -30


def test_a_cancellation_that_pays_back_takes_the_credit_with_it(office):
    payment = collected(office, 50)
    office.cancel(payment.pk)
    with pytest.raises(RefundNeedsCreditBalance):
        office.refund(50)
    with pytest.raises(RefundNeedsCreditBalance):
        office.ledger.refund(50)


def test_a_payment_whose_credit_is_being_refunded_is_not_paid_back_as_well(office):
    payment = collected(office, 50)
    Office.opened(office.ledger, code="other").refund(50)
    with pytest.raises(CreditBeingRefunded, match=r"50\.00 EUR"):
        office.cancel(payment.pk)


def test_a_payment_that_paid_an_invoice_is_paid_back_beside_a_refund(office):
    invoice = office.ledger.invoice(50)
    payment = collected(office, 50, to=[invoice])
    office.ledger.payment(20)
    Office.opened(office.ledger, code="other").refund(20)
    assert office.cancel(payment.pk).amount_minor == 5000


@pytest.mark.parametrize("file_format", ["pain.001", "csv"])
def test_a_refund_whose_credit_an_invoice_used_does_not_leave(office, file_format):
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(50)
    export = office.export(file_format, mark=True)
    assert export.written == ()
    assert [(left.request, left.code) for left in export.left_out] == [(row.public_id, "credit_used")]
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


def test_with_the_check_off_a_credit_that_was_used_up_is_not_refunded(office):
    check_off()
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(30)
    [left] = office.export("pain.001").left_out
    assert (left.code, left.request) == ("less_credit", row.public_id)
    assert "20.00 EUR" in left.reason


def test_with_the_check_off_what_leaves_the_account_owing_from_the_first_leaves(office):
    check_off()
    invoice = office.ledger.invoice(50)
    office.ledger.payment(50, to=[invoice])
    row = office.refund(50)
    office.ledger.invoice(20)
    assert office.export("pain.001").written == (row.public_id,)


@pytest.mark.wide
def test_the_older_of_two_refunds_has_the_credit(office):
    check_off()
    office.ledger.payment(50)
    older, newer = office.refund(30), office.refund(20)
    office.ledger.invoice(10)
    assert office.export("pain.001").written == (older.public_id,)
    office.process(said(older))
    [answer] = office.process(said(newer))
    assert (answer.error.code, answer.error.reason) == ("payment_request_not_due", "less_credit")
    assert office.transaction(newer).state == "draft"


def test_an_integrator_is_not_given_a_refund_whose_credit_is_gone(office):
    office.ledger.payment(50)
    row = office.refund(50)
    office.ledger.invoice(50)
    [answer] = office.process(said(row))
    assert answer.error.reason == "credit_used"
    assert (office.state(row), office.transaction(row).state) == ("rejected", "draft")


def test_a_preview_tells_what_is_being_paid_out_already(office):
    office.ledger.payment(50)
    office.refund(30)
    [told] = preview(orders=[Post(new=office.ledger.new(C.REFUND, 20))], actor="user:ana")
    assert (told.balance_before.minor, told.going_out.minor, told.balance_in_the_end.minor) == (-5000, 3000, 0)


def held_back(office, row) -> None:
    [answer] = office.post(said(row, amount=Money(9965, "eur")))
    assert answer.error.code == "amount_differs"


def rejected_and_said_to_have_moved(office, row) -> None:
    withdraw(request_id=row.pk, actor="user:ana")
    held_back(office, row)


UNDER_WAY = {
    "waits": lambda office, row: None,
    "under processing": lambda office, row: office.process(said(row)),
    "held back": held_back,
    "rejected": rejected_and_said_to_have_moved,
    "unknown": lambda office, row: PaymentRequest.objects.filter(pk=row.pk).update(state="unknown", check_at=NOW),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("state", UNDER_WAY)
def test_with_the_check_off_the_same_credit_is_not_paid_out_twice_either(office, state):
    """The switch lets a refund exceed the credit; what of the credit is on its way is none for another."""
    check_off()
    ledger = office.ledger
    ledger.payment(100)
    row = office.refund(100)
    UNDER_WAY[state](office, row)
    draft = save_drafts(new=[ledger.new(C.REFUND, 100)], actor="test")[0]
    ways = {
        "by hand": lambda: ledger.refund(100, confirm_above_credit=True),
        "above it": lambda: ledger.refund(150, confirm_above_credit=True),
        "a draft": lambda: execute([Post(draft_id=draft.pk, confirm_above_credit=True)], actor="test"),
    }
    for way, refund in ways.items():
        with pytest.raises(RefundNeedsCreditBalance, match=f"being paid out .*{row.number}") as refusal:
            refund()
        assert "Wait for that to be paid out, or withdraw it" in str(refusal.value), way
    assert ledger.balance() == -100
    ledger.payment(30)
    ledger.refund(30)
    with pytest.raises(RefundNeedsCreditBalance):
        ledger.refund(1)


def test_with_the_check_off_a_part_of_it_is_asked_about(office):
    check_off()
    office.ledger.payment(100)
    row = office.refund(60)
    with pytest.raises(
        RefundAboveCredit, match=rf"credit of 40\.00 EUR .*60\.00 EUR that is .* by refund {row.number}"
    ):
        office.ledger.refund(41)
    office.ledger.refund(40)
    office.post(said(row))
    office.ledger.refund(500)
    assert office.ledger.balance() == 500


def test_with_the_check_off_a_second_refund_of_what_settled_an_invoice_asks_while_the_first_is_under_way(office):
    check_off()
    office.ledger.payment(100, to=[office.ledger.invoice(100)])
    row = office.refund(100)
    asked = rf"credit of 0\.00 EUR .* by refund {row.number} .*would owe 200\.00 EUR"
    with pytest.raises(RefundAboveCredit, match=asked):
        office.ledger.refund(100)
    office.ledger.refund(100, confirm_above_credit=True)
    assert office.ledger.balance() == 100


def test_with_the_check_off_api_and_page_say_the_same(company, office):
    check_off()
    office.ledger.payment(100)
    row = office.refund(100)
    body = {"account": office.ledger.account.public_id, "amount": 100_00, "state": "posted"}
    refused = ApiClient(company).post("refunds", body, expect=409)
    assert refused["code"] == "refund_needs_credit_balance"
    assert row.number in refused["detail"]
    kind = TransactionType.objects.get(classification="refund", is_default=True).pk
    page = seat(member(company, "administrator")).post(
        url("transaction_new", office.ledger.account.pk, "refund"), {"type": kind, "then": "post", "amount": "100"}
    )
    assert (page.status_code, row.number in text_of(page)) == (409, True)
    assert office.ledger.balance() == -100


def test_what_has_not_left_a_terminated_account_stays(office):
    """What was said of terminating it holds: nothing is paid back or collected there any more."""
    office.ledger.payment(50)
    row = office.refund(50)
    account = office.ledger.account
    terminate(account.pk)
    [answer] = office.process(said(row))
    assert answer.error.reason == "account_terminated"
    assert (office.state(row), office.ledger.balance()) == ("rejected", -50)
    assert office.export("pain.001").written == ()
    assert not [finding for finding in prove(everywhere=False) if finding.rows]
