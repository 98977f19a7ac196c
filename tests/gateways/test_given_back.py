"""Money that a gateway holds goes back once: by the gateway, by hand, by both, in every order."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from tests import endings
from tests.factories import NOW
from tests.gateways.toy import decline, lose_after, take_time

from subledger.gateways import errors, refund_errors
from subledger.gateways.models import Dispute, PaymentRequest
from subledger.gateways.port import Declined, DisputeSeen, RefundSeen, RequestOutcome, Succeeded
from subledger.gateways.services import reconciliation, submission
from subledger.gateways.services.carrier import GatewayCarrier
from subledger.gateways.services.fees import GATEWAY_FEE
from subledger.gateways.services.gateway_events import apply_facts
from subledger.journal.models import JournalEntry, JournalLine
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.transactions.going_out_errors import CreditBeingRefunded, RefundNeedsCreditBalance
from subledger.transactions.models import Reason, RefundMethod, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post, Posted
from subledger.transactions.services.actions import cancel
from subledger.transactions.services.drafts import reject_drafts
from subledger.transactions.states import Classification as C

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
LATER = NOW + timedelta(days=1)
FULL = 7500


def tell(desk, *facts, at=LATER):
    with clock.frozen(at):
        return apply_facts(provider=desk.provider, facts=facts, observed_at=at)


def clearing(desk) -> int:
    """What the books say the gateway holds, its fees apart, in minor units."""
    lines = JournalLine.objects.filter(ledger_account=desk.method.ledger_account)
    lines = lines.exclude(entry__in=JournalEntry.objects.filter(source=GATEWAY_FEE))
    sums = lines.aggregate(debit=Sum("debit_minor", default=0), credit=Sum("credit_minor", default=0))
    return sums["debit"] - sums["credit"]


def cancel_past_the_gateway(desk, row) -> None:
    """As books made before this was refused have it."""
    with clock.frozen(LATER):
        cancel(orders=[Cancel(target_id=row.transaction_id, amount=ALL, money_has_moved=True)], actor="test")


def refunded(row, minor=FULL, status="succeeded", reference="re_there") -> RefundSeen:
    return RefundSeen(reference, row.reference, Money(minor, "eur"), status)


def disputed(row, status="open", minor=FULL) -> DisputeSeen:
    return DisputeSeen("dp_1", row.reference, Money(minor, "eur"), status, "fraudulent")


def proven() -> None:
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


@pytest.fixture
def paid(desk):
    invoice = desk.ledger.invoice(75)
    return desk.pay(FULL, to=[invoice])


# What happens to the money; by hand stands for books made before cancelling past the gateway was refused.
DEEDS = {
    "by hand": lambda desk, row: cancel_past_the_gateway(desk, row),
    "refund 30": lambda desk, row: tell(desk, refunded(row, 3000, reference="re_30")),
    "refund 45": lambda desk, row: tell(desk, refunded(row, 4500, reference="re_45")),
    "refund 30 again": lambda desk, row: tell(desk, refunded(row, 3000, reference="re_30")),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("order", [o for o in itertools.permutations(DEEDS) if o[0] == "by hand"])
def test_what_was_given_back_by_hand_is_not_booked_again(desk, paid, order):
    for deed in order:
        DEEDS[deed](desk, paid)
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (75, 0)
    proven()


@pytest.mark.parametrize(("end", "owed", "held"), [("open", 75, 0), ("lost", 75, 0), ("won", 0, FULL)])
def test_a_dispute_of_what_was_given_back_by_hand(desk, paid, end, owed, held):
    cancel_past_the_gateway(desk, paid)
    for status in ("open", end, end):
        tell(desk, disputed(paid, status))
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (owed, held)
    proven()


def test_a_refund_that_was_in_the_books_and_comes_back_is_money_of_the_customer(desk, paid):
    cancel_past_the_gateway(desk, paid)
    tell(desk, refunded(paid))
    tell(desk, refunded(paid, status="failed"), at=LATER + timedelta(days=2))
    with clock.frozen(LATER + timedelta(days=2)):
        assert (desk.ledger.balance(), clearing(desk)) == (0, FULL)
        tell(desk, disputed(paid), at=LATER + timedelta(days=3))
    with clock.frozen(LATER + timedelta(days=3)):
        assert (desk.ledger.balance(), clearing(desk)) == (75, 0)
    proven()


def test_our_own_refund_that_was_under_way_is_not_booked_beside_a_cancellation_by_hand(desk):
    paid = desk.pay(FULL)
    desk.bank.script = [lose_after]
    asked = desk.refund(FULL, paid.transaction_id)
    assert desk.work(asked.request_id).state == "unknown"
    cancel_past_the_gateway(desk, paid)
    with clock.frozen(LATER):
        reconciliation.look_up(desk.provider.pk, request_ids=[asked.request_id])
        row = desk.row(asked.request_id)
        assert (row.state, desk.ledger.balance(), clearing(desk), desk.bank.captured) == ("posted", 0, 0, 0)
    assert desk.transaction(asked.transaction_id).state == "rejected"
    proven()


def test_a_cancellation_by_hand_does_not_pass_our_own_refund_under_way(desk):
    paid = desk.pay(FULL)
    desk.bank.script = [lose_after]
    asked = desk.refund(FULL, paid.transaction_id)
    row = desk.work(asked.request_id)
    order = Cancel(target_id=paid.transaction_id, amount=ALL)
    with clock.frozen(LATER):
        with pytest.raises(CreditBeingRefunded, match=rf"refund {row.number} over 75\.00 EUR by Toy bank, unknown"):
            cancel(orders=[order], actor="test")
        reconciliation.look_up(desk.provider.pk, request_ids=[asked.request_id])
        assert (desk.row(row.pk).state, desk.ledger.balance(), clearing(desk)) == ("posted", 0, 0)
    assert desk.transaction(paid.transaction_id).state == "posted"
    proven()


def test_our_own_refund_that_had_not_left_does_not_follow_a_cancellation_by_hand(desk):
    paid = desk.pay(FULL)
    asked = desk.refund(FULL, paid.transaction_id)
    cancel_past_the_gateway(desk, paid)
    row = desk.work(asked.request_id)
    assert (row.state, row.error_code, desk.bank.captured) == ("rejected", "credit_used", FULL)
    assert desk.transaction(asked.transaction_id).state == "draft"


def test_a_cancellation_that_the_gateway_did_after_all_is_not_booked_twice(desk, paid):
    """The gateway declined, the books were changed by hand, and then the money went back."""
    desk.bank.script = [decline]
    asked = desk.cancel(paid.transaction_id)
    assert desk.work(asked.request_id).state == "rejected"
    cancel_past_the_gateway(desk, paid)
    outcome = RequestOutcome(desk.row(asked.request_id).public_id, Succeeded("re_late", Money(FULL, "eur")))
    tell(desk, outcome, at=LATER + timedelta(hours=1))
    with clock.frozen(LATER):
        assert (desk.row(asked.request_id).state, desk.ledger.balance(), clearing(desk)) == ("posted", 75, 0)
    proven()


def test_a_cancellation_through_the_gateway_and_a_dispute_are_two_movements(desk, paid):
    asked = desk.cancel(paid.transaction_id)
    desk.work(asked.request_id)
    tell(desk, disputed(paid))
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (150, -FULL)
    proven()


# -- by hand, today -----------------------------------------------------------------------------------------------


def test_an_ordinary_cancellation_is_refused_and_says_how_to_pay_back(desk, paid):
    ordinary = Cancel(target_id=paid.transaction_id, amount=ALL)
    with pytest.raises(refund_errors.HeldByGateway, match=r"Toy bank holds the money.*Gateway refund"):
        submission.post(orders=[ordinary], actor="user:ana")
    [answer] = submission.post(orders=[ordinary], actor="user:ana", collect=True)
    assert (answer.code, desk.ledger.balance()) == ("payment_held_by_gateway", 0)


def test_in_a_set_the_others_go_on(desk, paid):
    cash = desk.ledger.payment(10)
    orders = [Cancel(target_id=ident, amount=ALL) for ident in (paid.transaction_id, cash.id)]
    answers = submission.post(orders=orders, actor="user:ana", collect=True)
    assert isinstance(answers[0], refund_errors.HeldByGateway)
    assert isinstance(answers[1], Posted)


@pytest.mark.parametrize("type_of", ["ordinary", "gateway"])
@pytest.mark.parametrize("deed", ["refund 30", "dispute"])
def test_what_went_back_in_part_is_not_cancelled_as_a_whole(desk, paid, type_of, deed):
    DEEDS[deed](desk, paid) if deed in DEEDS else tell(desk, disputed(paid, minor=3000))
    type_id = desk.cancellation_type.pk if type_of == "gateway" else None
    with (
        clock.frozen(LATER),
        pytest.raises(refund_errors.PaidBackAlready, match=r"30.00 EUR of it went back.*45.00 EUR"),
    ):
        submission.post(orders=[Cancel(target_id=paid.transaction_id, type_id=type_id, amount=ALL)], actor="user:ana")


def test_moved_money_is_held_all_the_same(desk, paid):
    other = desk.ledger.open("Bob")
    payment = desk.transaction(paid.transaction_id)
    moved = desk.ledger.move(Posted(payment.pk, payment.number, "payment", payment.account_id, FULL), other)
    with pytest.raises(refund_errors.HeldByGateway):
        submission.post(orders=[Cancel(target_id=moved.id, amount=ALL)], actor="user:ana")


def test_a_refund_of_a_gateways_payment_leaves_the_account_of_its_gateway(desk, paid):
    cash = RefundMethod.objects.exclude(pk=desk.refund_method.pk).first()
    new = NewTransaction(
        classification=C.REFUND, account_id=desk.ledger.account.pk, refund_method_id=cash.pk, amount_minor=3000
    )
    with pytest.raises(errors.MethodOfAnother):
        submission.refund_payment(payment_id=paid.transaction_id, amount=3000, new=new, actor="user:ana")


def test_what_a_dispute_took_cannot_be_refunded_as_well(desk, paid):
    tell(desk, disputed(paid))
    with clock.frozen(LATER), pytest.raises(refund_errors.NothingToRefund):
        desk.refund(3000, paid.transaction_id)


# -- what a dispute took, and nobody has reported yet --------------------------------------------------------------


def say_disputed(bank, order):
    return bank.settle(order, Declined("charge_disputed", "Charge ch_1 has been charged back."))


def by_cash(desk, minor: int) -> Post:
    cash = RefundMethod.objects.exclude(pk=desk.refund_method.pk).first()
    return Post(new=desk.ledger.new(C.REFUND, Decimal(minor) / 100, refund_method_id=cash.pk))


@pytest.fixture
def credit(desk):
    """A payment for no invoice, whose refund the gateway refuses: its payer took the money back already."""
    row = desk.pay(FULL)
    desk.bank.script = [say_disputed]
    with clock.frozen(LATER):
        asked = desk.refund(FULL, row.transaction_id)
        refused = desk.work(asked.request_id)
    assert (refused.state, refused.error_code) == ("rejected", "charge_disputed")
    return row


def test_what_a_gateway_says_was_taken_back_is_not_paid_out_in_cash_before_its_event(desk, credit):
    with clock.frozen(LATER):
        [refusal] = submission.post(orders=[by_cash(desk, FULL)], actor="user:ana", collect=True)
        assert isinstance(refusal, RefundNeedsCreditBalance), "the account has no credit left to pay out"
        assert "75.00 EUR is being paid out" in str(refusal)
    tell(desk, disputed(credit))
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (0, 0), "the money went back once, by the dispute"
    proven()


def test_what_was_taken_back_is_neither_refunded_nor_cancelled_nor_moved_before_its_event(desk, credit):
    payment = desk.transaction(credit.transaction_id)
    with clock.frozen(LATER):
        for type_id in (desk.cancellation_type.pk, None):
            with pytest.raises(refund_errors.TakenBack, match=r"as soon as .* reports the dispute"):
                submission.post(orders=[Cancel(target_id=payment.pk, type_id=type_id, amount=ALL)], actor="user:ana")
        with pytest.raises(refund_errors.TakenBack):
            desk.refund(3000, payment.pk)
        moved = Posted(payment.pk, payment.number, "payment", payment.account_id, FULL)
        with pytest.raises(CreditBeingRefunded, match="what a dispute took back of payment"):
            desk.ledger.move(moved, desk.ledger.open("Bob"))


def test_a_won_dispute_gives_the_credit_free_again(desk, credit):
    tell(desk, disputed(credit), disputed(credit, "won"))
    with clock.frozen(LATER):
        [paid_out] = submission.post(orders=[by_cash(desk, FULL)], actor="user:ana", collect=True)
    assert isinstance(paid_out, Posted)
    proven()


@pytest.mark.parametrize("what", ["refund", "cancellation"])
def test_what_a_refusal_for_a_dispute_advises_can_be_done(desk, what):
    """To the letter: the refund's draft is rejected, the payment stays until the dispute is reported."""
    row = desk.pay(FULL)
    desk.bank.script = [say_disputed]
    with clock.frozen(LATER):
        asked = desk.refund(FULL, row.transaction_id) if what == "refund" else desk.cancel(row.transaction_id)
        ended = GatewayCarrier().end(asked)
        assert "booked as soon as the gateway reports it" in str(ended.declined)
        assert "another method" not in str(ended.declined)
        assert "pays nothing back" not in str(ended.declined)
        if what == "refund":
            assert str(ended.declined).endswith("Reject the draft.")
            reject_drafts(transaction_ids=[ended.transaction_id], reason=Reason.objects.first(), actor="user:ana")
            assert desk.transaction(ended.transaction_id).state == "rejected"
    tell(desk, disputed(row))
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (0, 0)
    proven()


# -- facts that an account cannot take -----------------------------------------------------------------------------


def terminate(desk) -> None:
    endings.terminate(desk.ledger.account.pk)


@pytest.mark.parametrize("fact", [refunded, disputed])
def test_a_terminated_accounts_money_that_goes_back_stands_on_suspense(desk, paid, fact):
    terminate(desk)
    tell(desk, fact(paid))
    refund = Transaction.objects.get(classification="refund")
    assert (refund.state, refund.account.system_role, refund.amount_minor) == ("posted", "suspense", FULL)
    with clock.frozen(LATER):
        assert (desk.ledger.balance(), clearing(desk)) == (0, 0)
    assert not PaymentRequest.objects.exclude(state="posted").exists()
    proven()


def test_a_won_dispute_of_a_terminated_account_returns_to_suspense(desk, paid):
    terminate(desk)
    tell(desk, disputed(paid), disputed(paid, "won"))
    returned = Transaction.objects.get(pk=Dispute.objects.get().returned_id)
    assert (returned.account.system_role, clearing(desk)) == ("suspense", FULL)
    proven()


def test_a_cancellation_that_comes_through_for_a_terminated_account(desk, paid):
    desk.bank.script = [take_time]
    asked = desk.cancel(paid.transaction_id)
    row = desk.work(asked.request_id)
    terminate(desk)
    tell(desk, RequestOutcome(row.public_id, Succeeded("re_slow", Money(FULL, "eur"))))
    row = desk.row(row.pk)
    booked = desk.transaction(row.transaction_id)
    assert (row.state, booked.classification, booked.account.system_role) == ("posted", "refund", "suspense")
    assert clearing(desk) == 0
    proven()


def test_a_refund_that_comes_back_to_a_terminated_account_stands_on_suspense(desk):
    paid = desk.pay(FULL)
    row = desk.work(desk.refund(FULL, paid.transaction_id).request_id)
    terminate(desk)
    outcome = RequestOutcome(row.public_id, Declined("refund_failed", "The account is closed.", row.reference))
    tell(desk, outcome)
    back = Transaction.objects.filter(classification="payment").order_by("-pk")[0]
    assert (desk.row(row.pk).state, back.account.system_role, clearing(desk)) == ("rejected", "suspense", FULL)
    proven()


GONE_BACK = {
    "refunded": lambda desk, row: tell(desk, refunded(row)),
    "refunded in part": lambda desk, row: tell(desk, refunded(row, 3000)),
    "being refunded": lambda desk, row: tell(desk, refunded(row, 3000, status="pending")),
    "disputed": lambda desk, row: tell(desk, disputed(row)),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("deed", GONE_BACK)
def test_a_payment_whose_money_went_back_is_not_moved(desk, deed):
    row = desk.pay(FULL)
    other = desk.ledger.open("Bob")
    GONE_BACK[deed](desk, row)
    with clock.frozen(LATER):
        before = desk.ledger.balance()
        move = Move(target_id=row.transaction_id, to_account_id=other.pk)
        with pytest.raises(refund_errors.PaidBackAlready, match=r"cannot be moved: .* went back already"):
            submission.post(orders=[move], actor="user:ana")
        assert (desk.ledger.balance(), desk.ledger.balance(other)) == (before, 0)
    proven()


def test_a_payment_whose_dispute_was_won_is_moved(desk):
    row = desk.pay(FULL)
    other = desk.ledger.open("Bob")
    tell(desk, disputed(row), disputed(row, "won"))
    with clock.frozen(LATER):
        submission.post(orders=[Move(target_id=row.transaction_id, to_account_id=other.pk)], actor="user:ana")
        assert (desk.ledger.balance(), desk.ledger.balance(other)) == (0, -75)
    proven()
