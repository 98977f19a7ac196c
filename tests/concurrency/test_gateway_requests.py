"""Several people, workers and events at the same payment at once. Each race is shown with its guard off first."""

from __future__ import annotations

import json
import random
import threading
import time

import pytest
from django.db import OperationalError
from django.db.models import QuerySet, Sum
from tests.concurrency.conftest import take_off
from tests.factories import NOW, Ledger, at_once, company_at_work
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed

from subledger.gateways import errors, refund_errors
from subledger.gateways.models import Charge, InboxEvent, PaymentRequest
from subledger.gateways.port import Succeeded
from subledger.gateways.services import bank_files, inbox, links, requests, returns, submission, worker
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.gateways.services.payables import payable
from subledger.gateways.states import ClaimKind, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification

pytestmark = pytest.mark.sampled(3)

BOTH = pytest.mark.parametrize("guard", ["guard off", "guard on"])


@pytest.fixture
def books(request: pytest.FixtureRequest):
    """A committed company with a gateway; a scratch database's when its guard is to be taken off."""
    off = "guard" in request.fixturenames and request.getfixturevalue("guard") == "guard off"
    request.getfixturevalue("scratch_db" if off else "committed_db")
    with company_at_work():
        yield make_desk(Ledger())


def _unlocked(monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    """What would happen if nobody locked: rows are read as they stand, and a moment is spent thinking."""

    def plain(self: QuerySet, **_options: object) -> QuerySet:
        time.sleep(0.05)
        return self.all()

    monkeypatch.setattr(QuerySet, "select_for_update", plain)
    for module in modules:
        monkeypatch.setattr(module, "lock_accounts", lambda ids: None)


@BOTH
def test_two_agents_charging_for_one_invoice_charge_once(books: Desk, guard: str, monkeypatch: pytest.MonkeyPatch):
    if guard == "guard off":
        take_off("DROP INDEX payment_request_one_open")
        monkeypatch.setattr(submission, "refuse_claimed", lambda claims: None)
        for module in (bank_files, worker):  # the last look before a charge leaves, which would find the second
            monkeypatch.setattr(module, "not_to_leave", lambda rows: {})
    invoice = books.ledger.invoice(75)
    answers = at_once(*[lambda: books.ask(7500, to=[invoice])] * 2)
    books.work()
    if guard == "guard off":
        assert books.bank.captured == 15000, "charged twice"
        return
    assert books.bank.captured == 7500
    [refusal] = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(refusal, errors.PaymentUnderWay)


@BOTH
def test_pages_that_are_opened_at_once_over_sets_that_overlap_are_one(books: Desk, guard: str, monkeypatch):
    """Two windows of one customer: one asks for two invoices, the other for one of them."""
    first, second = books.ledger.invoice(75), books.ledger.invoice(25)
    if guard == "guard off":
        take_off("DROP INDEX payment_request_one_open")
        monkeypatch.setattr(links, "not_to_leave", lambda rows: {})
    both = lambda: payable([first.id, second.id])  # noqa: E731
    one = lambda: payable([first.id])  # noqa: E731
    answers = at_once(*[lambda find=find: links._open_request(find, books.provider) for find in (both, one)])
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    asked = PaymentRequest.objects.aggregate(sum=Sum("amount_minor"))["sum"]
    if guard == "guard off":
        assert (asked, refused) == (17500, []), "either page could be paid"
        return
    assert asked in (10000, 7500)
    assert [type(one) for one in refused] == [errors.PaymentUnderWay]


@BOTH
def test_thirty_partial_refunds_at_once_stay_within_what_was_captured(books: Desk, guard: str):
    if guard == "guard off":
        take_off("ALTER TABLE gateways_charge DROP CONSTRAINT refunds_within_captured")
    paid = books.pay(7500)
    charge = Charge.objects.get(request=paid)
    one_more = {"type": RequestType.REFUND, "account_id": charge.account_id, "currency": "eur", "charge_id": charge.pk}

    def ask(minor: int):
        wanted = requests.Wanted(provider=books.provider, amount_minor=minor, **one_more)
        return lambda: requests.request(wanted=[wanted], actor="test")

    answers = at_once(*[ask(minor) for minor in random.Random(7).choices(range(400, 1200), k=30)])
    refunds = PaymentRequest.objects.filter(charge=charge).aggregate(sum=Sum("amount_minor"))["sum"]
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    charge.refresh_from_db()
    assert charge.reserved_minor == refunds
    if guard == "guard off":
        assert refunds > charge.captured_minor
    else:
        assert refunds <= charge.captured_minor
        assert refused
        assert all(isinstance(error, refund_errors.NothingToRefund) for error in refused)


def test_eight_who_post_one_draft_refund_at_once_all_find_its_one_request(books: Desk):
    books.pay(7500)
    new = books.ledger.new(Classification.REFUND, 75, refund_method_id=books.refund_method.pk)
    [draft] = save_drafts(new=[new], actor="test")

    def post_it():
        return submission.post(orders=[Post(draft_id=draft.pk)], actor="test")[0]

    answers = at_once(*[post_it] * 8)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    [request_id] = {answer.request_id for answer in answers}
    books.work(request_id)
    assert Transaction.objects.get(pk=draft.pk).state == "posted"
    assert post_it().request_id == request_id, "once it is posted, too"
    assert PaymentRequest.objects.filter(transaction_id=draft.pk).count() == 1


@BOTH
def test_one_event_delivered_fifty_times_from_ten_threads_is_one(books: Desk, guard: str):
    if guard == "guard off":
        take_off("DROP INDEX inbox_event_once")
    body = json.dumps({"id": "evt_1", "type": "payment", "object": "prq_x", "at": NOW.timestamp()}).encode()

    def deliver() -> list[object]:
        headers = {"toy-signature": "toy-webhook-secret"}
        return [inbox.receive(provider=books.provider, body=body, headers=headers) for _ in range(5)]

    answers = at_once(*[deliver] * 10)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    taken = [one for answer in answers for one in answer if one]
    assert InboxEvent.objects.count() == len(taken) == (50 if guard == "guard off" else 1)


@BOTH
def test_a_customers_return_and_its_notice_post_one_payment(books: Desk, guard: str, monkeypatch):
    """Both know that the page was paid, and both say so at once."""
    invoice = books.ledger.invoice(75)
    wanted = requests.Wanted(
        provider=books.provider,
        type=RequestType.PAYMENT,
        account_id=books.ledger.account.pk,
        amount_minor=7500,
        currency="eur",
        order={"intended_ids": [invoice.id]},
        claims=frozenset({(ClaimKind.TRANSACTION, invoice.id)}),
    )
    [ident] = requests.request(wanted=[wanted], actor="test")
    if guard == "guard off":
        _unlocked(monkeypatch, returns)
        take_off("DROP INDEX charge_reference")
        take_off("ALTER TABLE gateways_charge DROP CONSTRAINT gateways_charge_request_id_key")
    told = ReportedOutcome(ident, Succeeded("ch_1", Money(7500, "eur")), observed_at=clock.now())
    answers = at_once(*[lambda: apply_outcomes([told], actor="system")] * 2)
    assert answers == [["posted"], ["posted"]]
    payments = Transaction.objects.filter(classification="payment").count()
    assert payments == (2 if guard == "guard off" else 1)


@BOTH
def test_two_workers_carry_out_a_request_once(books: Desk, guard: str, monkeypatch):
    asked = [books.ask(1000 + number) for number in range(20)]
    if guard == "guard off":
        _unlocked(monkeypatch)
    idents = [one.request_id for one in asked]
    claimed = at_once(*[lambda: worker.claim(books.provider, limit=100, request_ids=idents)] * 2)
    calls = [call for calls in claimed for call in calls]
    assert len(calls) == (40 if guard == "guard off" else 20)
    assert {call.request_id for call in calls} == {one.request_id for one in asked}


@BOTH
def test_two_workers_have_one_call_by_one_card(books: Desk, guard: str, monkeypatch: pytest.MonkeyPatch):
    """The first commits its call after the second saw that nobody is at the card, and before it takes what is next."""
    if guard == "guard off":
        monkeypatch.setattr(worker, "_without_busy", lambda rows, at: list(rows))
    for number in range(2):
        books.ask(1000 + number)
    has_looked, is_claimed, look = threading.Event(), threading.Event(), worker._busy
    own = threading.local()

    def busy(at: object) -> set[int]:
        found = look(at)
        if getattr(own, "is_second", False) and not has_looked.is_set():
            has_looked.set()
            assert is_claimed.wait(60)
        return found

    monkeypatch.setattr(worker, "_busy", busy)

    def first() -> list[object]:
        assert has_looked.wait(60)
        calls = list(worker.claim(books.provider, limit=1))
        is_claimed.set()
        return calls

    def second() -> list[object]:
        own.is_second = True
        return list(worker.claim(books.provider, limit=1))

    assert [len(one) for one in at_once(first, second)] == [1, 1 if guard == "guard off" else 0]


@BOTH
def test_a_payment_that_the_gateway_is_paying_back_cannot_be_cancelled_past_it(books: Desk, guard: str):
    from subledger.transactions.rules.orders import ALL, Cancel
    from subledger.transactions.services.actions import cancel

    if guard == "guard off":
        take_off("DROP TRIGGER gateway_holds ON transactions_transaction")
    paid = books.pay(7500)
    asked = books.cancel(paid.transaction_id)
    plain = lambda: cancel(orders=[Cancel(target_id=paid.transaction_id, amount=ALL)], actor="test")  # noqa: E731
    work = lambda: books.work(asked.request_id)  # noqa: E731
    first, second = at_once(plain, work)
    reversals = Transaction.objects.filter(classification="payment_cancellation").count()
    assert reversals == 1
    if guard == "guard off":
        # Cancelled by hand at once: what the gateway then paid back has nothing left to cancel, and is parked.
        assert not isinstance(first, DomainError) or books.row(asked.request_id).state == "posted"
    else:
        assert books.row(asked.request_id).state == "posted"
        assert isinstance(first, DomainError)


@pytest.mark.wide
def test_sets_of_accounts_in_any_order_never_deadlock(books: Desk):
    """#9: outcomes, postings and claims of the same accounts, in random sets, from eight threads."""
    accounts = [books.ledger.open(f"Owner {number}") for number in range(6)]
    for at, account in enumerate(accounts):
        books.register(account, f"tok-{at}-{books.provider.pk}")
    stop = time.monotonic() + 6
    done = threading.Event()

    def stir(seed: int):
        rng = random.Random(seed)

        def run() -> int:
            rounds = 0
            while time.monotonic() < stop and not done.is_set():
                some = rng.sample(accounts, 3)
                asked = [books.ask(rng.randint(100, 900), account_id=account.pk) for account in some]
                rng.shuffle(asked)
                told = [
                    ReportedOutcome(
                        one.request_id, Succeeded(f"ch_{seed}_{rounds}_{at}", Money(one.amount_minor, "eur"))
                    )
                    for at, one in enumerate(asked)
                ]
                apply_outcomes(told, actor="system")
                books.ledger.post(*[books.ledger.new(Classification.PAYMENT, 1, account=account) for account in some])
                rounds += 1
            return rounds

        return run

    answers = at_once(*[stir(seed) for seed in range(8)])
    assert not [answer for answer in answers if isinstance(answer, OperationalError)], answers
    assert all(isinstance(rounds, int) and rounds for rounds in answers), answers
