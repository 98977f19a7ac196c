"""A customer's page over several invoices, a part or the whole balance, against the sandbox: whatever comes between,
the gateway takes no more than is owed. Each of our guards is shown off first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from tests.gateways.simulation.actors import BACK
from tests.gateways.simulation.world import World, stage

from subledger.gateways import errors, link_errors
from subledger.gateways.models import Claim, PaymentRequest
from subledger.gateways.services import links, submission, worker
from subledger.gateways.services.payables import Payable, balance_payable, payable
from subledger.kernel.errors import NotFound
from subledger.transactions.errors import IntendedInvoiceInvalid
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.allocation import Book
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.sampled(3)

BOTH = pytest.mark.parametrize("guard", ["guard off", "guard on"])


@pytest.fixture
def world(committed_db):
    with stage() as found, found.world() as world:
        yield world


def opened(*invoices, amount=None):
    return links.begin_payment(
        invoice_ids=[one.id for one in invoices], amount_minor=amount, success_url=BACK, cancel_url=BACK
    )


def balance_of(account):
    return links.begin_balance(account_id=account.pk, success_url=BACK, cancel_url=BACK)


def pay(world: World, page, number: str = "4242424242424242") -> int:
    """The customer types a card on the gateway's page and comes back; the status of the gateway's answer."""
    status, _ = world.visit(page.url, f"number={number}&expiry=12/34&cvc=123&name=Ana")
    links.came_back(provider=world.desk.provider, reference=page.reference)
    return status


def captured(world: World) -> int:
    return sum(one["amount"] for one in world.control("GET", "moved") if one["type"] == "captured")


def owed(world: World) -> int:
    return sum(OpenItem.objects.filter(account=world.accounts[0], is_debit=True).values_list("open_minor", flat=True))


def charged(world: World, minor: int, *invoices, **fields):
    """An agent, or a run, charges the card on file."""
    account = world.accounts[0]
    new = NewTransaction(
        classification=C.PAYMENT,
        account_id=account.pk,
        amount_minor=minor,
        payment_method_id=world.gateway_method_id,
        payment_preference_id=world.cards[account.pk, "good"].pk,
        intended_ids=tuple(one.id for one in invoices),
        **fields,
    )
    [answer] = submission.post(orders=[Post(new=new)], actor="user:ana")
    return answer


def carried_out(world: World) -> None:
    worker.work_off(world.provider_id)


def test_several_are_paid_at_once_by_one_request_that_claims_each(world):
    first, second, other = (world.desk.ledger.invoice(amount) for amount in (60, 40, 15))
    page = opened(second, first)
    [row] = PaymentRequest.objects.all()
    claimed = set(Claim.objects.filter(request=row, is_open=True).values_list("object_id", flat=True))
    assert (row.amount_minor, claimed) == (100_00, {first.id, second.id})
    assert opened(first, second).reference == page.reference, "asked for again, it is the page that is open"
    assert pay(world, page) == 303
    payment = Transaction.objects.get(classification=C.PAYMENT)
    assert (payment.amount_minor, set(payment.intended_ids)) == (100_00, {first.id, second.id})
    assert set(OpenItem.objects.values_list("transaction", "open_minor")) == {(other.id, 15_00)}
    assert not Claim.objects.filter(is_open=True).exists()


def test_a_part_is_within_what_is_open_and_leaves_the_rest_to_be_paid(world):
    invoice = world.desk.ledger.invoice(75)
    for wrong in (0, -1, 75_01):
        with pytest.raises(link_errors.AmountNotPayable):
            opened(invoice, amount=wrong)
    page = opened(invoice, amount=30_00)
    assert opened(invoice, amount=30_00).reference == page.reference
    pay(world, page)
    assert (captured(world), owed(world)) == (30_00, 45_00)
    pay(world, opened(invoice))
    assert (captured(world), owed(world)) == (75_00, 0)
    with pytest.raises(link_errors.AlreadyPaid):
        opened(invoice)


def test_the_whole_balance_is_what_is_owed_less_free_credit(world, monkeypatch):
    ledger = world.desk.ledger
    with monkeypatch.context() as unsettling:  # as what was loaded: credit stands free beside what is open
        unsettling.setattr(Book, "settle", lambda self, *, on: None)
        unsettling.setattr(Book, "_fifo_credit", lambda self, credit, on: None)
        ledger.payment(20)
        invoices = [ledger.invoice(60), ledger.invoice(40)]
    page = balance_of(ledger.account)
    [row] = PaymentRequest.objects.all()
    assert row.amount_minor == 80_00
    assert set(Claim.objects.values_list("object_id", flat=True)) == {one.id for one in invoices}
    assert balance_of(ledger.account).reference == page.reference
    ledger.payment(10, to=[invoices[0]])
    assert links.close_settled(world.provider_id) == 1, "10 of the 80 came in another way, though 90 is open"
    pay(world, balance_of(ledger.account))
    assert (captured(world), owed(world)) == (70_00, 0)
    with pytest.raises(link_errors.NothingOwed):
        balance_of(ledger.account)


def test_the_balance_leaves_out_what_is_being_collected(world):
    first, second = world.desk.ledger.invoice(60), world.desk.ledger.invoice(40)
    charged(world, 60_00, first)
    found = balance_payable(world.accounts[0].pk)
    assert (found.open_minor, found.amount_minor) == (100_00, 40_00)
    assert [one.pk for one in found.documents] == [second.id]
    charged(world, 40_00, second)
    assert balance_payable(world.accounts[0].pk).is_collected
    with pytest.raises(errors.PaymentUnderWay):
        balance_of(world.accounts[0])
    carried_out(world)
    assert captured(world) == 100_00


def test_a_set_is_of_one_account(world):
    mine, theirs = world.desk.ledger.invoice(60), world.desk.ledger.invoice(40, account=world.accounts[1])
    with pytest.raises(IntendedInvoiceInvalid):
        opened(mine, theirs)
    with pytest.raises(NotFound):
        payable([world.desk.ledger.payment(5).id])


# -- what comes between ------------------------------------------------------------------------------------------


def off(*what: tuple[object, str, object]) -> ExitStack:
    taken = ExitStack()
    for place, name, instead in what:
        taken.enter_context(patch.object(place, name, instead))
    return taken


NO_CLAIMS = (Payable, "claims", frozenset())
NO_LAST_LOOK = (worker, "not_to_leave", lambda rows: {})
NO_ROOM = (links, "not_to_leave", lambda rows, **_: {})


@BOTH
@pytest.mark.parametrize("meant", ["for one of them", "for nothing"])
def test_a_page_is_paid_while_a_run_charges(world, guard, meant):
    """The page asks for both; the card on file is charged for one of them, or for the account, before it is paid."""
    first, second = world.desk.ledger.invoice(60), world.desk.ledger.invoice(40)
    with off(NO_CLAIMS, NO_LAST_LOOK) if guard == "guard off" else ExitStack():
        page = opened(first, second)
        try:
            if meant == "for nothing":
                charged(world, 40_00, confirm_in_advance=guard == "guard off")
            else:
                charged(world, 40_00, second, confirm_in_advance=guard == "guard off")
        except (errors.PaymentUnderWay, errors.ChargeAboveOwed):
            assert guard == "guard on"
        assert pay(world, page) == 303
        carried_out(world)
    assert captured(world) == (140_00 if guard == "guard off" else 100_00)


@BOTH
def test_a_page_over_another_set_closes_the_one_before(world, guard):
    first, second = world.desk.ledger.invoice(60), world.desk.ledger.invoice(40)
    with off(NO_CLAIMS, NO_ROOM) if guard == "guard off" else ExitStack():
        before = opened(first, second)
        page = opened(second)
        assert page.reference != before.reference
        statuses = [pay(world, page), pay(world, before)]
    if guard == "guard off":
        assert (statuses, captured(world)) == ([303, 303], 140_00)
    else:
        assert (statuses, captured(world)) == ([303, 410], 40_00)


@BOTH
def test_an_agent_takes_cash_while_the_page_is_open(world, guard):
    first, second = world.desk.ledger.invoice(60), world.desk.ledger.invoice(40)
    page = opened(first, second)
    world.desk.ledger.payment(60, to=[first])
    if guard == "guard on":
        assert links.close_settled(world.provider_id) == 1  # a worker is woken for it by the posting
    status = pay(world, page)
    assert (status, captured(world)) == ((303, 100_00) if guard == "guard off" else (410, 0))
    if guard == "guard on":
        pay(world, opened(second))
        assert (captured(world), owed(world)) == (40_00, 0)


@pytest.mark.few(2)
@pytest.mark.parametrize("then", ["the same set", "one of it", "the balance"])
def test_what_was_paid_without_coming_back_is_found_when_the_page_is_closed(world, then):
    """The customer paid and closed the window: the books do not know yet, and the link is opened again."""
    first, second, third = (world.desk.ledger.invoice(amount) for amount in (60, 40, 15))
    page = opened(first, second)
    world.visit(page.url, "number=4242424242424242&expiry=12/34&cvc=123&name=Ana")
    again: dict[str, Callable[[], object]] = {
        "the same set": lambda: opened(first, second),
        "one of it": lambda: opened(second),
        "the balance": lambda: balance_of(world.accounts[0]),
    }
    if then == "the same set":
        assert again[then]().reference == page.reference, "which the gateway says is paid"
        links.came_back(provider=world.desk.provider, reference=page.reference)
    elif then == "one of it":
        with pytest.raises(link_errors.AlreadyPaid):
            again[then]()
    else:
        pay(world, again[then]())
        assert (captured(world), owed(world)) == (115_00, 0)
        return
    assert (captured(world), owed(world)) == (100_00, 15_00)
    assert payable([third.id]).open_minor == 15_00
