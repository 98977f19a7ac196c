"""Drafts, sets and the life cycles of posted transactions through the services."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.factories import AGAINST_ITEM, FIFO, Ledger, day

from subledger.kernel.errors import TransitionNotAllowed
from subledger.platform.models import Event, NumberSeries
from subledger.transactions.models import Allocation, OpenItem, Reason, Transaction, TransactionItem
from subledger.transactions.rules.allocation import Book
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft
from subledger.transactions.states import Classification as C
from subledger.transactions.states import Settlement, settlement_of


def test_a_draft_can_be_changed_until_it_is_posted_and_then_never(ledger: Ledger):
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, 10, back_office_code="A")], actor="ana")
    assert (draft.state, draft.number, ledger.balance()) == ("draft", None, 0)
    assert draft.reference_number.startswith("REF-")
    assert not OpenItem.objects.exists()

    items = (NewItem(description="A", unit_amount=Decimal(20_00)), NewItem(description="B", unit_amount=Decimal(5_00)))
    changed = update_draft(
        transaction_id=draft.pk, new=ledger.new(C.INVOICE, items=items, back_office_code="A"), actor="bob"
    )
    assert (changed.pk, changed.amount_minor, changed.updated_by) == (draft.pk, 25_00, "bob")
    assert TransactionItem.objects.filter(transaction_id=draft.pk).count() == 2

    [posted] = post_drafts(drafts=[Post(draft_id=draft.pk)], actor="bob")
    row = Transaction.objects.get(pk=draft.pk)
    assert (row.state, row.number, row.posted_on, ledger.balance()) == ("posted", posted.number, day("20/05"), 25)
    for action in (
        lambda: update_draft(transaction_id=draft.pk, new=ledger.new(C.INVOICE, 1), actor="ana"),
        lambda: post_drafts(drafts=[Post(draft_id=draft.pk)], actor="ana"),
        lambda: reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.first(), actor="ana"),
    ):
        with pytest.raises(TransitionNotAllowed, match="what is posted"):
            action()
    told = list(Event.objects.filter(object_id=draft.pk).order_by("id").values_list("type", "actor"))
    assert told == [("invoice.drafted", "ana"), ("invoice.draft_changed", "bob"), ("invoice.posted", "bob")]


def test_one_draft_named_twice_in_a_set_is_posted_once(ledger: Ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="ana")
    answers = post_drafts(drafts=[Post(draft_id=draft.pk)] * 2, actor="ana", collect=True)
    assert [getattr(a, "code", "posted") for a in answers] == ["posted", "transition_not_allowed"]
    assert ledger.balance() == -10


def test_a_rejected_draft_never_counts_and_keeps_its_reason(ledger: Ledger):
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, 10)], actor="ana")
    [rejected] = reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.get(code="duplicate"), actor="ana")
    assert (rejected.state, rejected.rejection_reason.code, rejected.number) == ("rejected", "duplicate", None)
    with pytest.raises(TransitionNotAllowed, match=r"what is rejected\. Nothing more can be done with it"):
        post_drafts(drafts=[Post(draft_id=draft.pk)], actor="ana")


def test_a_draft_meant_for_an_invoice_settles_it_when_posted(ledger: Ledger):
    older = ledger.invoice(50, due="01/06")
    inv = ledger.invoice(50, due="10/06")
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 60, to=[inv])], actor="ana")
    assert ledger.unsettled(inv) == 50
    [pay] = post_drafts(drafts=[Post(draft_id=draft.pk)], actor="ana")
    assert ledger.links() == {(pay.number, inv.number, 50, AGAINST_ITEM), (pay.number, older.number, 10, FIFO)}


@pytest.mark.parametrize(
    ("prepare", "refused"),
    [
        (lambda x: x.credit_note(10), ["cancel", "write_off", "quick_pay"]),
        (lambda x: x.payment(10), ["write_off", "quick_pay"]),
        (lambda x: x.cancel(x.invoice(10)), ["cancel", "write_off", "quick_pay"]),
        (lambda x: x.cancel(x.payment(10)), ["cancel", "write_off", "quick_pay"]),
        (lambda x: x.write_off(x.invoice(10)), ["cancel", "write_off", "quick_pay"]),
    ],
)
def test_what_a_classification_does_not_allow_is_refused(ledger: Ledger, prepare, refused: list[str]):
    posted = prepare(ledger)
    for verb in refused:
        with pytest.raises(TransitionNotAllowed):
            getattr(ledger, verb)(posted)


@pytest.mark.parametrize("ending", ["cancel", "write_off"])
def test_a_cancelled_or_written_off_invoice_takes_nothing_more(ledger: Ledger, ending: str):
    inv = ledger.invoice(10)
    getattr(ledger, ending)(inv)
    for verb in ("cancel", "write_off", "quick_pay"):
        with pytest.raises(TransitionNotAllowed):
            getattr(ledger, verb)(inv)
    with pytest.raises(Exception, match="its state is"):
        ledger.payment(5, to=[inv])


def test_a_cancelled_payment_can_be_cancelled_where_it_was_moved_to(ledger: Ledger):
    bob = ledger.open("Bob")
    moved = ledger.move(ledger.payment(10), bob)
    ledger.cancel(moved)
    assert (ledger.balance(), ledger.balance(bob)) == (0, 0)


def test_a_moved_payment_keeps_its_method_and_frees_what_it_settled(ledger: Ledger):
    from subledger.transactions.models import PaymentMethod

    cash = PaymentMethod.objects.get(code="cash")
    inv = ledger.invoice(30)
    pay = ledger.payment(30, payment_method_id=cash.pk, metadata={"slip": "7"})
    moved = Transaction.objects.get(pk=ledger.move(pay, ledger.open("Bob"), issue_reason="wrong customer").id)
    assert (moved.payment_method_id, moved.metadata, moved.moved_from_id) == (cash.pk, {"slip": "7"}, pay.id)
    assert ledger.unsettled(inv) == 30
    cancellation = Transaction.objects.get(cancels_id=pay.id)
    assert (cancellation.classification, cancellation.issue_reason) == ("payment_cancellation", "wrong customer")


def test_one_credit_settles_a_thousand_invoices_to_the_last_cent(ledger: Ledger):
    """Amounts of 0.01 to 10.00: sums that floats would miss; one set, one payment, nothing left."""
    amounts = [Decimal(n) / 100 for n in range(1, 1001)]
    invoices = ledger.post(*[ledger.new(C.INVOICE, a, due="01/06") for a in amounts])
    pay = ledger.payment(sum(amounts))
    assert pay.amount_minor == 500_500
    assert not OpenItem.objects.filter(account=ledger.account).exists()
    links = Allocation.objects.filter(credit_id=pay.id).order_by("id").values_list("debit_id", "minor")
    assert list(links) == [(i.id, i.amount_minor) for i in invoices]


def test_allocating_an_account_settles_by_fifo_what_was_left_open_and_then_nothing(ledger: Ledger, monkeypatch):
    """What was loaded another way stands open on both sides until somebody allocates."""
    bob = ledger.open("Bob")
    with monkeypatch.context() as unsettling:
        unsettling.setattr(Book, "settle", lambda self, *, on: None)
        unsettling.setattr(Book, "_fifo_credit", lambda self, credit, on: None)
        late = ledger.invoice(30, due="10/06")
        early = ledger.invoice(30, due="01/06")
        pay = ledger.payment(40)
        other = ledger.invoice(5, account=bob)
    assert (ledger.unsettled(early), ledger.unallocated(pay)) == (30, 40)
    done: list[int] = []
    accounts = [bob.pk, ledger.account.pk, ledger.account.pk]
    assert allocate_accounts(account_ids=accounts, actor="run", progress=done.append) == 2
    assert ledger.links() == {(pay.number, early.number, 30, FIFO), (pay.number, late.number, 10, FIFO)}
    assert (sum(done), ledger.unsettled(other)) == (2, 5)
    assert allocate_accounts(account_ids=accounts, actor="run") == 0, "running it again changes nothing"


def test_one_thousand_credits_meet_one_thousand_invoices_on_one_account(ledger: Ledger, monkeypatch):
    with monkeypatch.context() as unsettling:
        unsettling.setattr(Book, "settle", lambda self, *, on: None)
        unsettling.setattr(Book, "_fifo_credit", lambda self, credit, on: None)
        ledger.post(*[ledger.new(C.INVOICE, 3, due="01/06") for _ in range(1000)])
        ledger.post(*[ledger.new(C.PAYMENT, 2) for _ in range(1000)])
    made = allocate_accounts(account_ids=[ledger.account.pk], actor="run")
    assert made == 1333, "two thirds of the payments whole, one third split over two invoices"
    assert ledger.balance() == 1000
    assert set(OpenItem.objects.filter(account=ledger.account).values_list("is_debit", flat=True)) == {True}


def test_a_number_longer_than_its_series_digits_is_told_whole(ledger: Ledger):
    NumberSeries.objects.filter(code="payment").update(format="PAY{number:2}", next_value=99)
    answers = [ledger.payment(1) for _ in range(3)]
    assert [p.number for p in answers] == ["PAY99", "PAY100", "PAY101"]
    stored = Transaction.objects.filter(classification="payment").order_by("id").values_list("number", flat=True)
    assert list(stored) == ["PAY99", "PAY100", "PAY101"]


def test_notes_are_events_with_author_and_text(ledger: Ledger):
    pay = ledger.payment(10, note="found under the door")
    note = Event.objects.get(object_id=pay.id, type="transaction.noted")
    assert (note.actor, note.data) == ("test", {"text": "found under the door"})


def test_settlement_has_three_steps():
    assert [settlement_of(10, left) for left in (10, 4, 0)] == [
        Settlement.UNSETTLED,
        Settlement.PARTIALLY_SETTLED,
        Settlement.SETTLED,
    ]
