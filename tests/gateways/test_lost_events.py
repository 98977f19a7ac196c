"""Refunds and disputes whose events were lost, or came before their payment was known, come into the books all the
same: whoever looks a payment up asks what went back of it, and what was put off is told again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.endings import close_books, reopen_books
from tests.factories import NOW
from tests.gateways.test_notices import HEADERS, event
from tests.gateways.toy import lose_after, take_time

from subledger.gateways import due_work
from subledger.gateways.models import Attempt, InboxEvent, PaymentRequest
from subledger.gateways.port import DisputeSeen, RefundSeen, Succeeded
from subledger.gateways.services import inbox, reconciliation
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.django_db
FULL = 7500
DAY = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _proven(desk):
    yield
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def charge_of(desk, row):
    """The gateway's name of what it captured, which our books may not know yet."""
    outcome = desk.bank.by_request[row.public_id]
    assert isinstance(outcome, Succeeded)
    return outcome.charge


def refund_there(desk, row, minor=3000, status="succeeded"):
    desk.bank.refunds["re_there"] = RefundSeen("re_there", charge_of(desk, row), Money(minor, "eur"), status)


def dispute_there(desk, row, status="open"):
    desk.bank.disputes = [DisputeSeen("dp_there", charge_of(desk, row), Money(FULL, "eur"), status, "fraudulent")]


def look_up_due() -> int:
    """Look up everything whose hour has come, as the jobs do that are woken for it; how many were asked about."""
    asked = 0
    for company_id, provider_id in due_work.with_requests_to_look_up(clock.now()):
        with company_scope(company_id):
            asked += reconciliation.look_up(provider_id)
    return asked


def unknown(desk):
    desk.bank.script = [lose_after]
    row = desk.pay(FULL)
    assert row.state == "unknown"
    return row


def balance(desk, at=DAY):
    with clock.frozen(at):
        return desk.ledger.balance()


def test_looking_up_a_lost_answer_takes_in_the_refund_of_it(desk):
    row = unknown(desk)
    refund_there(desk, row)
    with clock.frozen(DAY):
        assert look_up_due() == 1
    assert (desk.row(row.pk).state, balance(desk), desk.row(row.pk).check_at) == ("posted", -45, None)


@pytest.mark.few(2)
@pytest.mark.parametrize(("status", "owed"), [("open", 0), ("lost", 0), ("won", -75)])
def test_and_its_dispute(desk, status, owed):
    row = unknown(desk)
    dispute_there(desk, row, status)
    with clock.frozen(DAY):
        look_up_due()
    assert balance(desk) == owed


def test_a_payment_known_by_its_event_is_asked_about_at_once(desk):
    """The refund's own event was lost while nobody here knew the payment."""
    row = unknown(desk)
    refund_there(desk, row)
    with clock.frozen(DAY):
        inbox.receive(provider=desk.provider, body=event("evt_1", "payment", row.public_id), headers=HEADERS)
        inbox.process(desk.provider.pk)
        assert (desk.row(row.pk).state, desk.ledger.balance()) == ("posted", -75)
        assert [provider for _, provider in due_work.with_requests_to_look_up(clock.now())] == [desk.provider.pk]
        assert look_up_due() == 1
        assert (desk.ledger.balance(), desk.row(row.pk).check_at) == (-45, None)
        assert look_up_due() == 0


def test_looking_up_a_posted_payment_takes_in_what_went_back_of_it(desk):
    row = desk.pay(FULL)
    assert row.check_at is None, "a payment whose call was answered costs no further question"
    refund_there(desk, row)
    for _ in range(2):
        with clock.frozen(DAY):
            reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
        assert (balance(desk), desk.row(row.pk).check_at) == (-45, None)
    assert Transaction.objects.filter(classification="refund").count() == 1


def test_a_gateway_that_does_not_answer_is_asked_again(desk):
    row = unknown(desk)
    refund_there(desk, row)
    desk.bank.is_silent = True
    with clock.frozen(DAY):
        look_up_due()
        assert (desk.row(row.pk).state, desk.ledger.balance()) == ("posted", -75)
    assert desk.row(row.pk).check_at is not None
    desk.bank.is_silent = False
    later = DAY + timedelta(days=2)
    with clock.frozen(later):
        assert look_up_due() == 1
    assert (balance(desk, later), desk.row(row.pk).check_at) == (-45, None)


def test_what_closed_books_refuse_is_asked_again(desk):
    row = desk.pay(FULL)
    dispute_there(desk, row)
    with clock.frozen(DAY):
        close_books(through=DAY.date())
        reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
        assert desk.row(row.pk).check_at is not None
        reopen_books()
    later = DAY + timedelta(days=2)
    with clock.frozen(later):
        assert look_up_due() == 1
    assert (balance(desk, later), desk.row(row.pk).check_at) == (0, None)


# -- events that came too early -----------------------------------------------------------------------------------


def told_early(desk, row):
    """The refund's event, while the payment has no end."""
    refund_there(desk, row)
    inbox.receive(provider=desk.provider, body=event("evt_r", "refund", "re_there"), headers=HEADERS)
    inbox.process(desk.provider.pk)
    kept = InboxEvent.objects.get(external_id="evt_r")
    assert (kept.state, kept.put_off_by) == ("received", "charge_unknown_yet")
    assert kept.process_at > clock.now()


@pytest.mark.parametrize("is_given_up", [False, True])
def test_what_was_put_off_is_told_as_soon_as_the_payment_has_its_end(desk, is_given_up):
    row = unknown(desk)
    told_early(desk, row)
    if is_given_up:
        for days in range(1, 8):
            with clock.frozen(NOW + timedelta(days=days)):
                inbox.process(desk.provider.pk)
        assert InboxEvent.objects.get().state == "failed"
    later = NOW + timedelta(days=8)
    with clock.frozen(later):
        told = Succeeded(charge_of(desk, row), Money(FULL, "eur"), charge=charge_of(desk, row))
        assert apply_outcomes([ReportedOutcome(row.pk, told, observed_at=later)], actor="system") == ["posted"]
        assert inbox.process(desk.provider.pk) == 1
        assert desk.ledger.balance() == -45
    kept = InboxEvent.objects.get()
    assert (kept.state, kept.put_off_by, kept.error) == ("processed", "", "")


def test_an_event_waits_for_a_call_that_is_under_way(desk):
    """Its worker has sent it, and has no answer yet: the money may have moved and gone back already."""
    desk.bank.script = [lose_after]
    row = desk.pay(FULL)
    PaymentRequest.objects.filter(pk=row.pk).update(state="under_processing")
    Attempt.objects.filter(request=row).update(ended_at=None)
    told_early(desk, row)


def test_an_event_of_somebody_elses_charge_waits_for_nothing(desk):
    desk.bank.script = [take_time]
    row = desk.pay(FULL)
    assert row.state == "under_processing", "answered: the gateway takes its time"
    desk.bank.refunds["re_there"] = RefundSeen("re_there", "ch_of_another_shop", Money(100, "eur"), "succeeded")
    inbox.receive(provider=desk.provider, body=event("evt_r", "refund", "re_there"), headers=HEADERS)
    inbox.process(desk.provider.pk)
    assert InboxEvent.objects.get().state == "ignored"
