"""Sets of orders where some are refused, and refusals inside somebody else's transaction."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.factories import Ledger

from subledger.accounts.services import change_account_state
from subledger.journal.models import JournalEntry
from subledger.kernel.errors import DomainError
from subledger.transactions.models import TransactionDefinition
from subledger.transactions.rules import effects
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, WriteOff
from subledger.transactions.rules.settlements import settled_by_credit
from subledger.transactions.services import inputs
from subledger.transactions.services.actions import post_new, write_off
from subledger.transactions.states import Classification as C


def test_a_refused_order_of_a_set_is_its_answer_and_the_others_are_kept(ledger: Ledger):
    """One account's failure does not leave the later ones undone."""
    closed = ledger.open("Closed")
    change_account_state(account_id=closed.pk, action="terminate", actor="test")
    new = [
        ledger.new(C.INVOICE, 10),
        ledger.new(C.PAYMENT, 5, account=closed),
        ledger.new(C.PAYMENT, 0),
        NewTransaction(classification=C.PAYMENT, account_id=1, amount_minor=5),
        ledger.new(C.PAYMENT, 4),
    ]
    answers = post_new(new=new, actor="test", collect=True)
    codes = [getattr(answer, "code", "posted") for answer in answers]
    assert codes == ["posted", "account_terminated", "amount_invalid", "not_found", "posted"]
    assert ledger.balance() == 6

    orders = [WriteOff(target_id=ident, amount=ALL, mirror_account_id=0) for ident in (1, answers[0].id)]
    codes = [getattr(answer, "code", "posted") for answer in write_off(orders=orders, actor="test", collect=True)]
    assert codes == ["not_found", "posted"]


def test_what_is_told_of_an_account_costs_what_is_linked_there_not_what_the_set_posts(ledger: Ledger, monkeypatch):
    """Each account looked through every posting of the set: 4,000 payments cost three times as much each as 250."""
    looked: list[int] = []

    def counted(links, credits):
        looked.append(len(wanted := list(credits)))
        return settled_by_credit(links, wanted)

    monkeypatch.setattr(effects, "settled_by_credit", counted)
    accounts = [ledger.open(f"Owner {number}") for number in range(12)]
    ledger.post(*[ledger.new(C.INVOICE, 5, account=account) for account in accounts])
    ledger.post(*[ledger.new(C.PAYMENT, 5, account=account) for account in accounts])
    assert looked == [1] * 12


def test_without_collect_one_refusal_keeps_the_whole_set_out(ledger: Ledger):
    with pytest.raises(DomainError):
        ledger.post(ledger.new(C.INVOICE, 10), ledger.new(C.PAYMENT, 0))
    assert ledger.balance() == 0
    assert not JournalEntry.objects.exists()


def test_the_databases_own_refusal_leaves_what_was_around_it_usable(ledger: Ledger, monkeypatch):
    """An import posts inside its own transaction: a guard that speaks at the end must cost it one posting only."""
    ledger.payment(10, back_office_code="A")
    monkeypatch.setattr(inputs, "_codes_taken", lambda orders: set())  # as if somebody took it a moment ago
    with pytest.raises(DomainError, match="'A' is on another payment") as refusal:
        ledger.payment(20, back_office_code="A")
    assert refusal.value.code == "back_office_code_taken"
    ledger.payment(30)
    assert ledger.balance() == -40


def test_confirming_the_warning_lets_a_refund_pass_the_credit_limit(ledger: Ledger):
    account = ledger.open("Lim", credit_limit_minor=0)
    ledger.payment(10, account=account)
    assert ledger.refund(20, account=account, confirm_credit_limit=True, confirm_above_credit=True).number
    assert ledger.balance(account) == 10


def test_a_refund_up_to_the_credit_limit_needs_no_confirmation_and_one_unit_more_does(ledger: Ledger):
    definition = TransactionDefinition.objects.get()
    definition.refund_needs_credit_balance = False
    definition.save()
    account = ledger.open("Lim", credit_limit_minor=20_00)
    with pytest.raises(DomainError) as refusal:
        ledger.refund("20.01", account=account)
    assert refusal.value.code == "credit_limit_exceeded"
    assert ledger.refund(20, account=account).number


def test_a_payment_reads_as_many_open_items_as_it_takes_however_many_there_are(ledger: Ledger):
    """Also where reading all of them at once and sorting looks cheaper, as it does on large accounts."""
    ledger.post(*[ledger.new(C.INVOICE, 1) for _ in range(500)])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute("DISCARD PLANS")
    ledger.payment(1)  # its plans are made
    before = _open_items_fetched()
    ledger.payment(2)
    assert _open_items_fetched() - before < 50


def _open_items_fetched() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_get_xact_tuples_fetched('transactions_openitem'::regclass)")
        return int(cursor.fetchone()[0])
