"""What rooms above do together with a posting happens with it or not at all, through every door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import Ledger

from subledger.kernel.errors import DomainError
from subledger.platform import events
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.platform.rooms import event_types
from subledger.transactions import consequences
from subledger.transactions.consequences import Consequence, Following
from subledger.transactions.errors import ConsequenceRefused
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.services import decision, posting
from subledger.transactions.services.actions import cancel, post_new
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(monkeypatch):
    """Have the house know these consequences: ``declared(Consequence(...))``."""

    def declare(*ones: Consequence) -> None:
        for module in (decision, posting):
            monkeypatch.setattr(module, "consequences", lambda: ones)

    return declare


def funding(ledger: Ledger) -> Consequence:
    """A payment whose metadata asks for it is followed by an invoice of the same amount, which it settles."""

    def invoice(order: Post) -> Post:
        amount = ledger.major(order.new.amount_minor, "eur")
        return Post(new=replace(ledger.new(C.INVOICE, amount), metadata={"because": "funding"}))

    def follow(orders):
        return [Following(at, invoice(order)) for at, order in enumerate(orders) if "fund" in order.new.metadata]

    return Consequence(name="wallet funding", about="A payment that funds has its invoice.", follow=follow)


def test_what_follows_is_posted_with_its_order_and_settled_by_it(ledger, declared):
    declared(funding(ledger))
    [paid] = ledger.post(ledger.new(C.PAYMENT, 40, metadata={"fund": "yes"}))
    invoice = Transaction.objects.get(classification=C.INVOICE)
    assert (paid.classification, paid.number) == ("payment", "PAY00000001")
    assert (invoice.amount_minor, invoice.metadata, invoice.number) == (4000, {"because": "funding"}, "INV00000001")
    assert ledger.balance() == 0
    assert len(ledger.links()) == 1


def test_the_answers_are_those_of_what_was_asked_for(ledger, declared):
    declared(funding(ledger))
    new = [ledger.new(C.PAYMENT, 10, metadata={"fund": "yes"}), ledger.new(C.PAYMENT, 20)]
    answers = post_new(new=new, actor="test")
    assert [(answer.number, answer.amount_minor) for answer in answers] == [
        ("PAY00000001", 1000), ("PAY00000002", 2000),
    ]  # fmt: skip


def test_an_order_whose_consequence_cannot_be_posted_is_refused_and_the_rest_goes_on(ledger, declared):
    def follow(orders):
        broken = replace(ledger.new(C.INVOICE, 5), type_id=1)
        return [Following(at, Post(new=broken)) for at, order in enumerate(orders) if "fund" in order.new.metadata]

    declared(Consequence(name="wallet funding", about="", follow=follow))
    new = [ledger.new(C.PAYMENT, 10), ledger.new(C.PAYMENT, 20, metadata={"fund": ""}), ledger.new(C.PAYMENT, 30)]
    first, refusal, last = post_new(new=new, actor="test", collect=True)
    assert isinstance(refusal, ConsequenceRefused)
    assert str(refusal).startswith("Nothing was posted, for what belongs to it was refused (wallet funding): ")
    assert (first.number, last.number) == ("PAY00000001", "PAY00000002")
    assert ledger.balance() == -40
    with pytest.raises(ConsequenceRefused):
        post_new(new=new, actor="test")
    assert ledger.balance() == -40


def test_a_consequence_refuses_an_order_by_what_it_came_to(ledger, declared):
    def check(decided):
        return {
            posting.leader: DomainError("The wallet is closed. Open it first.")
            for posting in decided.postings
            for row in posting.rows
            if row.amount_minor > 2500
        }

    declared(Consequence(name="wallet", about="", check=check))
    kept, refusal = post_new(new=[ledger.new(C.PAYMENT, 20), ledger.new(C.PAYMENT, 30)], actor="test", collect=True)
    assert kept.number == "PAY00000001"
    assert str(refusal) == (
        "Nothing was posted, for what belongs to it was refused (wallet): The wallet is closed. Open it first."
    )
    assert Transaction.objects.count() == 1


def test_rows_of_the_room_are_written_with_the_set_or_not_at_all(ledger, declared, monkeypatch):
    monkeypatch.setattr(events, "event_types", lambda: {**event_types(), "toy.made": "a test"})

    def write(decided):
        facts = [NewEvent("toy.made", "toy", row.id, {}) for posting in decided.postings for row in posting.rows]
        record_events(facts, actor=decided.actor)

    declared(Consequence(name="toys", about="", write=write))
    [paid] = ledger.post(ledger.new(C.PAYMENT, 40, back_office_code="A1"))
    assert Event.objects.get(type="toy.made").object_id == paid.id
    with pytest.raises(DomainError):
        ledger.post(ledger.new(C.PAYMENT, 50, back_office_code="A1"))
    ledger.open("Bob")
    with pytest.raises(DomainError):  # the whole set, and what was written beside its good half
        ledger.post(ledger.new(C.PAYMENT, 60), ledger.new(C.PAYMENT, 60, on=date(1999, 1, 1)))
    assert Event.objects.filter(type="toy.made").count() == 1


def test_a_posting_that_no_consequence_concerns_costs_no_statement_more(ledger, declared):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ledger.payment(1)
        return len(caught)

    ledger.payment(1)
    before = statements()
    declared(
        funding(ledger),
        Consequence(name="looks", about="", check=lambda decided: {}, write=lambda decided: None),
    )
    assert statements() == before


def test_a_preview_shows_what_follows_and_posting_is_held_to_it(ledger, declared):
    declared(funding(ledger))
    order = Post(new=ledger.new(C.PAYMENT, 40, metadata={"fund": "yes"}))
    shown = preview(orders=[order], actor="test")
    assert [one.classification for one in shown] == [C.PAYMENT, C.INVOICE]
    assert shown[-1].balance_after.minor == 0
    [posted] = posting.execute([replace(order, expected_outcome=shown[0].outcome)], actor="test")
    assert posted.amount_minor == 4000
    declared()
    with pytest.raises(DomainError, match=r"(?i)look"):
        posting.execute([replace(order, expected_outcome=shown[0].outcome)], actor="test")


def test_what_settles_invoices_without_a_posting_is_told_as_well(ledger, declared):
    """Applying what lies unallocated settles invoices: a consequence hears of it with no order."""
    seen = []
    declared(Consequence(name="sees", about="", write=lambda decided: seen.append(len(decided.postings))))
    ledger.invoice(10)
    allocate_accounts(account_ids=[ledger.account.pk], actor="test")
    assert seen == [1, 0]


def test_what_is_written_has_what_the_set_allocates_and_releases(ledger, declared):
    seen = []

    def write(decided):
        effects = decided.effects
        seen.append(([link.minor for link in effects.allocations], len(effects.releases)))

    declared(Consequence(name="sees", about="", write=write))
    ledger.invoice(10)
    paid = ledger.payment(4)
    cancel(orders=[Cancel(target_id=paid.id, amount=ALL)], actor="test")
    assert [links for links, _ in seen[:2]] == [[], [400]]
    assert [released for _, released in seen] == [0, 0, 1]


def test_the_consequences_of_the_house_are_those_that_rooms_declare():
    from subledger.platform.rooms import installed

    assert consequences.consequences() == tuple(one for room in installed() for one in room.consequences)
