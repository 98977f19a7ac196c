"""A gateway's payment that was moved to another account: what becomes of its money stands where it is by now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.endings import terminate
from tests.factories import NOW
from tests.gateways.generic.banks import booked, camt_053, entry
from tests.gateways.generic.office import Office
from tests.gateways.toy import take_time

from subledger.gateways import refund_errors
from subledger.gateways.charges import account_of
from subledger.gateways.models import Charge
from subledger.gateways.port import Declined, DisputeSeen, RefundSeen, Returned, Succeeded
from subledger.gateways.services import submission
from subledger.gateways.services.fees import GATEWAY_FEE
from subledger.gateways.services.gateway_events import apply_facts
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.journal.models import JournalLine, LedgerAccount
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import Posted
from subledger.transactions.states import Classification

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
FULL = 7500


@pytest.fixture(autouse=True)
def _proven(ledger):
    yield
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def moved(ledger, payment_id, to):
    paid = Transaction.objects.get(pk=payment_id)
    return ledger.move(Posted(paid.pk, paid.number, "payment", paid.account_id, paid.amount_minor), to)


def asked_on(desk, account_id):
    """A refund that somebody enters on an account by the gateway's method, naming no payment."""
    new = NewTransaction(
        classification=Classification.REFUND,
        account_id=account_id,
        refund_method_id=desk.refund_method.pk,
        amount_minor=FULL,
        confirm_above_credit=True,
    )
    [asked] = submission.post(orders=[Post(new=new)], actor="user:ana")
    return asked


def notes():
    return " ".join(str(data) for data in Event.objects.filter(type="transaction.noted").values_list("data", flat=True))


def test_a_refund_of_its_new_account_pays_it_back(desk):
    paid, other = desk.pay(FULL), desk.ledger.open("Ana")
    moved(desk.ledger, paid.transaction_id, other)
    row = desk.work(asked_on(desk, other.pk).request_id)
    assert (row.state, row.charge_id) == ("posted", Charge.objects.get().pk)
    assert (desk.ledger.balance(), desk.ledger.balance(other)) == (0, 0)


def test_a_refund_of_its_old_account_does_not_pay_it_back(desk):
    paid, other = desk.pay(FULL), desk.ledger.open("Ana")
    moved(desk.ledger, paid.transaction_id, other)
    desk.ledger.payment(75)  # credit of its own, which no gateway holds
    with pytest.raises(refund_errors.NothingToRefund):
        asked_on(desk, desk.ledger.account.pk)
    assert (desk.ledger.balance(), desk.ledger.balance(other)) == (-75, -75)


def test_it_is_paid_back_on_its_new_account_by_its_old_name_too(desk):
    paid, other = desk.pay(FULL), desk.ledger.open("Ana")
    moved(desk.ledger, paid.transaction_id, other)
    row = desk.work(desk.refund(FULL, paid.transaction_id).request_id)
    assert (row.account_id, desk.ledger.balance(), desk.ledger.balance(other)) == (other.pk, 0, 0)
    later = NOW + timedelta(days=3)
    with clock.frozen(later):
        back = Declined("refund_failed", "The account is closed.", row.reference)
        assert apply_outcomes([ReportedOutcome(row.pk, back, observed_at=later)], actor="system") == ["rejected"]
        assert (desk.ledger.balance(), desk.ledger.balance(other)) == (0, -75)


def test_a_refund_that_comes_back_stands_beside_the_refund_that_it_undoes(desk):
    """On the suspense account, where that was posted there: its own account was terminated meanwhile."""
    paid = desk.pay(FULL)
    row = desk.work(desk.refund(FULL, paid.transaction_id).request_id)
    refund = Transaction.objects.get(pk=row.transaction_id)
    assert refund.account_id == desk.ledger.account.pk
    terminate(desk.ledger.account.pk)
    later = NOW + timedelta(days=3)
    with clock.frozen(later):
        apply_outcomes(
            [ReportedOutcome(row.pk, Declined("refund_failed", "Closed."), observed_at=later)], actor="system"
        )
    again = Transaction.objects.filter(classification="payment").latest("pk")
    assert (again.account.system_role, f"account {desk.ledger.account.number}" in notes()) == ("suspense", True)


def test_what_came_in_on_suspense_is_known_to_stand_there(desk):
    desk.bank.script = [take_time]
    row = desk.work(desk.ask(FULL).request_id)
    terminate(desk.ledger.account.pk)
    told = Succeeded("ch_late", Money(FULL, "eur"), charge="ch_late")
    assert apply_outcomes([ReportedOutcome(row.pk, told)], actor="system") == ["posted"]
    suspense = Transaction.objects.get(pk=desk.row(row.pk).transaction_id).account
    assert (suspense.system_role, account_of(Charge.objects.get())) == ("suspense", suspense.pk)


def test_a_return_that_no_account_takes_names_the_account_of_the_payment_by_now(ledger):
    office, other = Office.opened(ledger), ledger.open("Ana")
    row = office.pay(75)
    office.take(camt_053(entry(booked(row.number, amount="75.00"))))
    moved(ledger, office.row(row.pk).transaction_id, other)
    terminate(other.pk)
    apply_outcomes([ReportedOutcome(row.pk, Returned("MD06", "Refund asked by the payer."))], actor="bank")
    assert f"for account {other.number} " in notes()
    assert f"for account {ledger.account.number} " not in notes()


def fees() -> list[tuple[int, int]]:
    """What fees came to, each with the account that its lines name."""
    lines = JournalLine.objects.filter(entry__source=GATEWAY_FEE, debit_minor__gt=0).order_by("entry_id")
    return list(lines.values_list("account_id", "debit_minor"))


@pytest.mark.parametrize("what", ["dispute", "refund"])
def test_a_fee_is_of_the_account_that_caused_it(desk, what):
    """That of the collection stays where it was collected; what its end costs is of the account that it ends on."""
    paid, other = desk.pay(FULL), desk.ledger.open("Ana")
    moved(desk.ledger, paid.transaction_id, other)
    whole, fee = Money(FULL, "eur"), Money(1500, "eur")
    seen = {
        "dispute": DisputeSeen("dp_1", paid.reference, whole, "open", "fraudulent", fee),
        "refund": RefundSeen("re_1", paid.reference, whole, "succeeded", "", fee),
    }[what]
    apply_facts(provider=desk.provider, facts=[seen], observed_at=NOW + timedelta(hours=1))
    assert fees() == [(desk.ledger.account.pk, 7), (other.pk, 1500)]


def test_a_banks_charge_on_a_return_is_of_the_account_that_the_payment_was_moved_to(ledger):
    office, other = Office.opened(ledger, fee_account=LedgerAccount.objects.get(code="5200")), ledger.open("Ana")
    row = office.pay(75)
    office.take(camt_053(entry(booked(row.number, amount="75.00"))))
    moved(ledger, office.row(row.pk).transaction_id, other)
    back = Returned("MD06", "Refund asked by the payer.", fee=Money(300, "eur"))
    apply_outcomes([ReportedOutcome(row.pk, back)], actor="bank")
    assert fees() == [(other.pk, 300)]
