"""Integrators are told when an invoice is paid, in part or whole, or due again: once a change, by every door."""

from __future__ import annotations

from typing import Any

from tests.factories import Ledger, configure
from tests.transactions.facts import CUSTOMER, FIRST_ID, decided, facts, may, open_debit, post, target

from subledger.companies.event_objects import event_object
from subledger.page_kit.trail import Trail
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.rules.allocation import NewAllocation
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.rules.settlements import MOST_NAMED, changes_by_debit, event_of, named, settled_by_credit
from subledger.transactions.services import actions, drafts
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.states import Classification as C
from subledger.transactions.states import LinkPrinciple, ReleaseReason


def link(credit: int, debit: int, minor: int, *, ident: int | None = None, released: int | None = None) -> Any:
    on = None if released is None else may(released)
    reason = None if released is None else ReleaseReason.DISPLACED
    return NewAllocation(credit, debit, minor, LinkPrinciple.FIFO, may(1), minor, minor, ident, on, reason)


# -- what a set changes ----------------------------------------------------------------------------------------------


def test_many_links_are_one_change_of_a_debit():
    found = changes_by_debit([link(1, 9, 30), link(2, 9, 50), link(1, 8, 20)])
    assert {debit: (change.minor, change.by) for debit, change in found.items()} == {
        9: (80, {1: 30, 2: 50}), 8: (20, {1: 20}),
    }  # fmt: skip


def test_a_link_that_was_made_and_released_between_two_days_changes_nothing():
    assert changes_by_debit([link(1, 9, 30, released=4)]) == {}
    assert settled_by_credit([link(1, 9, 30, released=4)], [1]) == {}


def test_a_released_link_takes_back_and_one_for_another_is_told_as_such():
    found = changes_by_debit([link(1, 9, 30, ident=70, released=4), link(2, 9, 30)])
    assert (found[9].minor, found[9].by) == (0, {1: -30, 2: 30})
    type_, data = event_of(found[9], open_minor=0, currency="eur", account_id=CUSTOMER)
    assert type_ == "invoice.settled_otherwise"
    assert data["settled_by"] == [{"transaction_id": 2, "amount": 30}]
    assert data["no_longer_by"] == [{"transaction_id": 1, "amount": 30}]


def test_the_same_credit_that_comes_back_changes_nothing():
    assert changes_by_debit([link(1, 9, 30, ident=70, released=4), link(1, 9, 30)]) == {}


def test_one_minor_unit_is_a_change_and_none_of_a_credit_is_named():
    assert changes_by_debit([link(1, 9, 1)])[9].by == {1: 1}
    assert settled_by_credit([link(1, 9, 1)], [1]) == {1: {9: 1}}
    [found] = changes_by_debit([link(1, 9, 30, ident=70, released=4), link(1, 9, 30), link(2, 9, 1)]).values()
    assert (found.minor, found.by) == (1, {1: 0, 2: 1})
    type_, data = event_of(found, open_minor=1, currency="eur", account_id=CUSTOMER)
    assert (type_, data["settled_by"]) == ("invoice.partially_paid", [{"transaction_id": 2, "amount": 1}])
    assert "no_longer_by" not in data


def test_an_event_names_a_hundred_and_counts_the_rest():
    told = named("settles", dict.fromkeys(range(MOST_NAMED + 3), 1))
    assert (len(told["settles"]), told["settles_more"]) == (MOST_NAMED, 3)
    assert named("settles", dict.fromkeys(range(MOST_NAMED), 1)).keys() == {"settles"}
    assert named("settles", {}) == {}


def test_what_is_known_to_be_no_invoice_is_not_told_of_as_one():
    refund = target(1, C.REFUND, 60_00)
    done = decided(facts(refund, open_items={CUSTOMER: [open_debit(1, 60_00)]}), post(C.PAYMENT, 60_00))
    assert [event.type for event in done.effects.events] == ["payment.posted"]
    assert done.effects.settlements == []
    assert done.effects.events[0].data["settles"] == [{"transaction_id": 1, "amount": 60_00}]
    unknown = decided(facts(open_items={CUSTOMER: [open_debit(1, 60_00)]}), post(C.PAYMENT, 60_00))
    [told] = unknown.effects.settlements  # the statement that writes it looks what it is
    assert (told.type, told.object_id, told.data["settled_by"][0]["transaction_id"]) == ("invoice.paid", 1, FIRST_ID)


# -- what is told of it ----------------------------------------------------------------------------------------------


def told(*of: Posted, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """The events of transactions as integrators read them, but those of their posting; ids as the numbers they bear."""
    numbers = {row.public_id: row.number for row in Transaction.objects.all()}
    events = Event.objects.filter(object_id__in=[one.id for one in of], pk__gt=since).order_by("pk")
    found = []
    for event in events:
        data = event_object(event)["data"]
        found.append((event.type, {key: _numbered(value, numbers) for key, value in data.items()}))
    return [(type_, data) for type_, data in found if type_ != "invoice.posted"]


def _numbered(value: Any, numbers: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [(numbers[each["transaction"]], each["amount"]) for each in value]
    return numbers.get(value, value) if isinstance(value, str) else value


def last_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True)[0]


def of(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: data[key] for key in keys if key in data}


def test_payments_say_what_they_settle_and_invoices_that_they_are_paid(ledger: Ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/05")
    first = ledger.payment(40, on="05/05")
    [(type_, data)] = told(invoice)
    assert type_ == "invoice.partially_paid"
    assert of(data, "amount", "unsettled_amount", "settled_by", "currency") == {
        "amount": 40_00, "unsettled_amount": 60_00, "settled_by": [(first.number, 40_00)], "currency": "eur",
    }  # fmt: skip
    rest = ledger.payment(70, on="06/05")
    assert [type_ for type_, _ in told(invoice)] == ["invoice.partially_paid", "invoice.paid"]
    assert of(told(invoice)[1][1], "amount", "unsettled_amount", "settled_by") == {
        "amount": 60_00, "unsettled_amount": 0, "settled_by": [(rest.number, 60_00)],
    }  # fmt: skip
    assert told(rest)[0][1]["settles"] == [(invoice.number, 60_00)]


def test_an_invoice_that_free_credit_settles_as_it_is_posted_is_paid_once(ledger: Ledger):
    payments = [ledger.payment(30, on="01/05"), ledger.payment(90, on="02/05")]
    invoice = ledger.invoice(100, on="04/05")
    [(type_, data)] = told(invoice)
    assert (type_, data["settled_by"]) == ("invoice.paid", [(payments[0].number, 30_00), (payments[1].number, 70_00)])


def test_a_set_tells_of_an_invoice_once(ledger: Ledger):
    invoice = ledger.invoice(100, on="04/05")
    ledger.post(*(ledger.new(C.PAYMENT, 50, on="05/05") for _ in range(2)))
    assert [type_ for type_, _ in told(invoice)] == ["invoice.paid"]


def test_a_cancelled_payment_leaves_its_invoices_due_again(ledger: Ledger):
    invoice = ledger.invoice(100, on="04/05")
    payment = ledger.payment(100, on="05/05")
    since = last_event()
    cancellation = ledger.cancel(payment, on="06/05", issue_reason="Bounced")
    [(type_, data)] = told(invoice, since=since)
    assert type_ == "invoice.due_again"
    assert of(data, "amount", "unsettled_amount", "no_longer_by") == {
        "amount": 100_00, "unsettled_amount": 100_00, "no_longer_by": [(payment.number, 100_00)],
    }  # fmt: skip
    [(type_, data)] = told(payment, since=since)
    assert (type_, data["cancelled_by"], data["reason"]) == ("payment.cancelled", cancellation.number, "Bounced")
    [(type_, data)] = told(cancellation)
    assert (type_, data["cancels"]) == ("payment_cancellation.posted", payment.number)


def test_a_cancelled_invoice_says_by_what_and_whose_money_is_free(ledger: Ledger):
    paid, other = ledger.invoice(100, on="04/05"), ledger.invoice(100, on="05/05")
    payment = ledger.payment(100, on="05/05")
    since = last_event()
    cancellation = ledger.cancel(paid, on="06/05")
    [(type_, data)] = told(paid, since=since)
    assert (type_, data["cancelled_by"]) == ("invoice.cancelled", cancellation.number)
    assert data["no_longer_by"] == [(payment.number, 100_00)]
    [(type_, data)] = told(other, since=since)  # the money went on
    assert (type_, data["settled_by"]) == ("invoice.paid", [(payment.number, 100_00)])
    assert told(cancellation)[0][1]["cancels"] == paid.number


def test_a_write_off_and_a_move_say_what_ended_what(ledger: Ledger):
    ledger.system("write_off")
    invoice = ledger.invoice(100, on="04/05")
    written_off = ledger.write_off(invoice, on="05/05")
    [(type_, data)] = told(invoice)
    assert (type_, data["written_off_by"]) == ("invoice.written_off", written_off.number)
    assert told(written_off)[0][1]["writes_off"] == invoice.number

    payment, other = ledger.payment(30, on="06/05"), ledger.open("Bo")
    moved = ledger.move(payment, other, on="07/05")
    [_, (type_, data)] = told(payment)
    cancellation = Transaction.objects.get(cancels_id=payment.id)
    assert (type_, data["moved_to"], data["cancelled_by"]) == ("payment.moved", moved.number, cancellation.number)
    assert told(moved)[0][1]["moved_from"] == payment.number


def test_an_invoice_that_another_credit_settles_is_told(ledger: Ledger):
    configure(allocation_principle="against_item_fifo")
    invoice = ledger.invoice(100, on="04/05")
    by_fifo = ledger.payment(100, on="05/05")
    since = last_event()
    meant = ledger.payment(100, on="06/05", to=[invoice])
    [(type_, data)] = told(invoice, since=since)
    assert type_ == "invoice.settled_otherwise"
    assert (data["settled_by"], data["no_longer_by"]) == ([(meant.number, 100_00)], [(by_fifo.number, 100_00)])
    assert "unsettled_amount" in data
    assert data["unsettled_amount"] == 0


def test_a_refund_says_what_it_pays_back_and_is_no_invoice(ledger: Ledger):
    payment = ledger.payment(30, on="04/05")
    refund = ledger.refund(30, on="05/05")
    [(type_, data)] = told(refund)
    assert (type_, data["settled_by"]) == ("refund.posted", [(payment.number, 30_00)])


def test_a_debit_found_open_that_is_no_invoice_is_not_told_of(ledger: Ledger):
    ledger.system("write_off")
    payment = ledger.payment(30, on="04/05")
    invoice = ledger.invoice(30, on="04/05")
    cancellation = ledger.cancel(payment, on="05/05")
    since = last_event()
    ledger.payment(30, on="06/05")
    assert [type_ for type_, _ in told(invoice, since=since)] == ["invoice.paid"]
    assert told(cancellation, since=since) == []


def test_settling_what_was_left_open_tells_too(ledger: Ledger):
    """By `allocate_accounts`, which takes no orders at all."""
    invoice, payment = ledger.invoice(100, on="04/05"), ledger.payment(100, on="04/05")
    left_open(invoice, payment)
    since = last_event()
    allocate_accounts(account_ids=[ledger.account.pk], actor="test")
    [(type_, data)] = told(invoice, since=since)
    assert (type_, data["settled_by"]) == ("invoice.paid", [(payment.number, 100_00)])


def left_open(*both: Posted) -> None:
    """Release their allocation as another program did, so that both are open side by side."""
    released = {"released_on": may(20), "released_at": clock.now(), "release_reason": "displaced"}
    Allocation.objects.filter(credit_id__in=[one.id for one in both]).update(**released)


def test_a_quick_payment_and_a_posted_draft_tell_alike(ledger: Ledger):
    first, second = ledger.invoice(100, on="04/05", due="10/05"), ledger.invoice(50, on="04/05", due="11/05")
    ledger.quick_pay(first, on="05/05")
    [draft] = drafts.save_drafts(new=[ledger.new(C.PAYMENT, 50)], actor="test")
    actions.post_drafts(drafts=[Post(draft_id=draft.pk)], actor="test")
    assert [type_ for type_, _ in told(first)] == ["invoice.paid"]
    assert [type_ for type_, _ in told(second)] == ["invoice.paid"]
    assert told(Posted(draft.pk, "", C.PAYMENT, 0, 0))[-1][1]["settles"] == [(second.number, 50_00)]


def test_the_trail_says_it_in_words_with_names_and_amounts(ledger: Ledger):
    invoice = ledger.invoice(100, on="04/05")
    payment = ledger.payment(40, on="05/05", issue_reason="Wire")
    ledger.cancel(payment, on="06/05", issue_reason="Bounced")
    trail = Trail(Event.objects.filter(object_id__in=[invoice.id, payment.id]).order_by("pk"))
    account = f"Account: {ledger.account.number} Ann"
    said = {trail.title(event): set(trail.facts(event)) - {account} for event in trail.events}
    by = f"{payment.number} 40.00\u00a0EUR"
    assert said["Invoice paid in part"] == {"Still open: 60.00\u00a0EUR", f"Settled by: {by}"}
    assert said["Invoice due again"] == {"Still open: 100.00\u00a0EUR", f"No longer settled by: {by}"}
    cancellation = Transaction.objects.get(cancels_id=payment.id).number
    assert said["Payment cancelled"] == {f"Cancelled by: {cancellation}", "Reason: Bounced"}
    assert said["Payment posted"] == {f"Settles: {invoice.number} 40.00\u00a0EUR"}
