"""A run that posts many drafts posts none past its gateway, whenever the gateway comes to be theirs."""

from __future__ import annotations

import pytest

from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import providers
from subledger.runs.services.control import pause_run, resume_run
from subledger.runs.services.worker import work
from subledger.runs.states import Outcome
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction
from subledger.transactions.services import bulk_kinds
from subledger.transactions.services.bulk import Act, Bulk, plan, start_bulk
from subledger.transactions.services.carriers import save_drafts, update_draft
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.django_db


def begun(*drafts):
    bulk = Bulk(act=Act.POST, transaction_ids=[draft.pk for draft in drafts])
    run = start_bulk(bulk=bulk, shown=plan(bulk=bulk, actor="test").digest, actor="test")
    while not run.steps.exists():
        work(run.pk, seconds=0)
    pause_run(run_id=run.pk, actor="test")
    return run


def ended(run):
    resume_run(run_id=run.pk, actor="test")
    work(run.pk)
    return [(step.outcome, step.reason) for step in run.steps.order_by("position")]


@pytest.fixture
def meant(office):
    """A payment of an invoice and a refund by hand, as drafts."""
    office.signs()
    ledger = office.ledger
    invoice = ledger.invoice(100)
    new = [ledger.new(C.PAYMENT, 100, to=[invoice]), ledger.new(C.REFUND, 30, account=refunded(ledger))]
    return invoice, *save_drafts(new=new, actor="test")


def refunded(ledger):
    account = ledger.open("Bob")
    ledger.payment(30, account=account)
    return account


def by_gateway(office, draft):
    """The same draft, by a method of the gateway."""
    account, is_payment = draft.account, draft.classification == C.PAYMENT
    way = {"payment_method_id": office.method.pk} if is_payment else {"refund_method_id": office.refund_method.pk}
    new = office.ledger.new(C(draft.classification), None, account=account, **way)
    new.amount_minor, new.intended_ids = draft.amount_minor, tuple(draft.intended_ids or ())
    update_draft(transaction_id=draft.pk, new=new, actor="test")


def test_drafts_that_become_the_gateways_once_the_run_stands_are_left_alone(office, meant):
    invoice, payment, refund = meant
    run = begun(payment, refund)
    for draft in (payment, refund):
        by_gateway(office, draft)
    assert ended(run) == [(Outcome.SKIPPED, "by_gateway")] * 2
    found = Transaction.objects.in_bulk([payment.pk, refund.pk])
    assert [found[draft.pk].state for draft in (payment, refund)] == ["draft", "draft"]
    assert (office.ledger.unsettled(invoice), PaymentRequest.objects.count()) == (100, 0)


def test_a_method_that_becomes_the_gateways_takes_its_drafts_with_it(office, meant):
    """The drafts say what they said: it is the configuration that makes them another's business."""
    _, payment, refund = meant
    run = begun(payment, refund)
    values = {
        "payment_methods": [office.method, PaymentMethod.objects.get(pk=payment.payment_method_id)],
        "refund_methods": [office.refund_method, RefundMethod.objects.get(pk=refund.refund_method_id)],
    }
    providers.save_provider(ident=office.provider.pk, values=values, actor="test")
    assert ended(run) == [(Outcome.SKIPPED, "by_gateway")] * 2
    assert PaymentRequest.objects.count() == 0


def test_what_is_handed_over_at_the_last_moment_goes_to_its_gateway(office, meant, monkeypatch):
    """Between the last look and the lock: the door is that of one posting, and no payment is posted past a gateway."""
    _, payment, _ = meant
    run = begun(payment)
    values = {"payment_methods": [office.method, PaymentMethod.objects.get(pk=payment.payment_method_id)]}
    providers.save_provider(ident=office.provider.pk, values=values, actor="test")
    monkeypatch.setattr(bulk_kinds, "moved", lambda idents: frozenset())
    assert ended(run) == [(Outcome.SUCCEEDED, "")]
    assert Transaction.objects.get(pk=payment.pk).state == "pending"
    assert PaymentRequest.objects.get().transaction_id == payment.pk


def test_what_was_changed_is_not_handed_over_either(office, meant, monkeypatch):
    _, payment, refund = meant
    run = begun(payment, refund)
    for draft in (payment, refund):
        by_gateway(office, draft)
    monkeypatch.setattr(bulk_kinds, "moved", lambda idents: frozenset())
    assert ended(run) == [(Outcome.SKIPPED, "changed")] * 2
    assert PaymentRequest.objects.count() == 0
