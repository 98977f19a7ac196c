"""Random ledgers, some of them backdated: the pure allocator against the independent reference, step by step, the laws,
and the days of its links on every day there is.

A failure prints its seed; ``_walk(seed, …)`` repeats it.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from tests.transactions.days_law import DatedLink, check_every_day, check_step, open_as_of
from tests.transactions.random_ledgers import Step, random_ledger
from tests.transactions.reference import CREDIT, INVOICE, OTHER_DEBIT, Document, Reference

from subledger.transactions.rules.allocation import Book, NewAllocation, OpenItem
from subledger.transactions.states import LinkPrinciple, ReleaseReason

# The mutant of the allocator that took longest to be found needed 2,249 ledgers; `make slow` walks 10,000.
LEDGERS, MORE_LEDGERS, PARTS = 3_000, 10_000, 24
FIRST = date(2026, 5, 1)
KIND = {"invoice": INVOICE, "refund": OTHER_DEBIT, "payment": CREDIT, "credit_note": CREDIT}


def _date(day: int) -> date:
    return FIRST + timedelta(days=day)


def _day(on: date | None) -> int | None:
    return None if on is None else (on - FIRST).days


class Fast:
    """Walks steps with a `Book` handed its facts in random order, as the services do: a fresh one for each set."""

    def __init__(self, against_item: bool, chance: random.Random, *, sets: bool = False) -> None:
        self.against_item = against_item
        self.chance = chance
        self.sets = sets
        self.items: dict[int, OpenItem] = {}
        self.debits: set[int] = set()
        self.whole: dict[int, tuple[int, int]] = {}  # amount and base amount of each
        self.stored: list[NewAllocation] = []  # all ever made, up to the set that is being decided
        self.book = Book()

    def item(self, document: Document) -> OpenItem:
        order = document.due if document.kind == INVOICE else document.posted
        base = self.chance.choice([document.amount, document.amount * 3 // 2, self.chance.randint(0, 30)])
        return OpenItem(document.id, _date(order), document.amount, base, _date(document.posted))

    def read(self) -> None:
        """Store what the book has made, and hand what is there to a new one."""
        self.stored = self.links
        for number, link in enumerate(self.stored):
            link.id = number + 1
        items, links = list(self.items.values()), self.live()
        self.chance.shuffle(items)
        self.chance.shuffle(links)
        self.book = Book(
            [i for i in items if i.id not in self.debits], [i for i in items if i.id in self.debits], links
        )

    def walk(self, verb: str, document: Document, target: int, intended: list[int]) -> None:
        if not self.sets or self.chance.random() < 0.6:
            self.read()
        book = self.book
        new, on = self.item(document), _date(document.posted)
        self.items[new.id] = new
        self.whole[new.id] = new.open_minor, new.open_base
        if document.kind != CREDIT:
            self.debits.add(new.id)
        if verb == "cancel_invoice":
            book.close_debit(self.items[target], new, on=on, reason=ReleaseReason.INVOICE_CANCELLED)
        elif verb == "write_off":
            book.close_debit(self.items[target], new, on=on)
        elif verb == "cancel_payment":
            book.close_credit(self.items[target], new, on=on, reason=ReleaseReason.PAYMENT_CANCELLED)
        elif document.kind == CREDIT:
            meant = [self.items[i] for i in intended] if self.against_item else []
            self.chance.shuffle(meant)
            book.post_credit(new, on=on, intended=meant)
        else:
            book.post_debit(new, on=on)
        made = [x for x in book.made() if x.id is None]
        assert all(x.allocated_on != x.released_on for x in made), "no day has seen it: it is not kept"

    @property
    def links(self) -> list[NewAllocation]:
        return self.stored + [x for x in self.book.made() if x.id is None]

    def live(self) -> list[NewAllocation]:
        return [x for x in self.links if x.released_on is None]

    def merged(self) -> dict[tuple[int, int, str], int]:
        amounts: dict[tuple[int, int, str], int] = {}
        for x in self.live():
            key = (x.credit_id, x.debit_id, str(x.principle))
            amounts[key] = amounts.get(key, 0) + x.minor
        return amounts

    def dated(self) -> list[DatedLink]:
        return [
            DatedLink(id(x), x.credit_id, x.debit_id, x.minor, _day(x.allocated_on), _day(x.released_on))
            for x in self.links
        ]


def _check_laws(fast: Fast, reference: Reference) -> None:
    open_of = {i: item.open_minor for i, item in fast.items.items()}
    assert open_of == {i: reference.open(i) for i in reference.documents}
    assert min(open_of.values()) >= 0
    debits = sum(v for i, v in open_of.items() if i in fast.debits)
    credits = sum(open_of.values()) - debits
    assert not (debits and credits), "one side of the account is always used up"
    amounts = sum(v[0] if i in fast.debits else -v[0] for i, v in fast.whole.items())
    assert debits - credits == amounts, "balance = unsettled - unallocated"
    base_used = dict.fromkeys(fast.items, 0)
    for link in fast.live():
        base_used[link.credit_id] += link.credit_base
        base_used[link.debit_id] += link.debit_base
    assert all(base_used[i] + fast.items[i].open_base == whole[1] for i, whole in fast.whole.items())
    assert all(fast.items[i].open_base == 0 for i, left in open_of.items() if left == 0)


def _walk(seed: int, steps: int = 14) -> None:
    chance = random.Random(seed)
    against_item = chance.random() < 0.7
    ledger = random_ledger(seed, steps=steps)
    ids = chance.sample(range(1, 100), len(ledger)) if chance.random() < 0.5 else list(range(1, len(ledger) + 1))
    reference, fast = Reference(against_item), Fast(against_item, chance, sets=chance.random() < 0.5)
    days: dict[int, dict[int, int]] = {}
    for number, step in enumerate(ledger):
        target = ids[step.target]
        document = _document(ids[number], step, reference, target)
        if document is None:
            continue
        intended = [ids[i] for i in step.intended]
        protected = {k: v for k, v in fast.merged().items() if k[2] == LinkPrinciple.AGAINST_ITEM}
        before = fast.dated()
        fast.walk(step.verb, document, target, intended)
        if step.verb == "cancel_invoice":
            reference.cancel_invoice(target, document)
        elif step.verb == "cancel_payment":
            reference.cancel_payment(target, document)
        elif step.verb == "write_off":
            reference.write_off(target, document)
        else:
            reference.post(document, intended)
        assert fast.merged() == reference.merged(), f"step {number} {step}"
        _check_laws(fast, reference)
        if not step.verb.startswith("cancel"):
            assert protected.items() <= fast.merged().items() | {
                (k, v) for k, v in protected.items() if fast.merged().get(k, 0) > v
            }, "links made Against Item are never displaced"
        links = fast.dated()
        check_step(reference.documents, before, links, [step.day], alone=not fast.sets)
        check_every_day(reference.documents, links, step.entered)
        for past in range(step.entered + 1):
            seen = open_as_of(reference.documents.values(), links, past)
            if past < step.day and past in days:
                assert seen == days[past], f"what was open on day {past} has changed"
            days[past] = seen
        assert days[step.entered] == {i: item.open_minor for i, item in fast.items.items()}


def _document(ident: int, step: Step, reference: Reference, target: int) -> Document | None:
    if step.verb in KIND:
        return Document(ident, KIND[step.verb], step.amount, step.day, step.due)
    if target not in reference.documents:
        return None  # its own step came to nothing
    if step.verb == "write_off":
        left = reference.open(target)
        return Document(ident, CREDIT, left, step.day, step.day) if left else None
    kind = OTHER_DEBIT if step.verb == "cancel_payment" else CREDIT
    return Document(ident, kind, reference.documents[target].amount, step.day, step.day)


@pytest.mark.few(3)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_allocator_agrees_with_the_reference_on_random_ledgers(part: int):
    _walk_all(range(part, LEDGERS, PARTS))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_the_allocator_agrees_with_the_reference_on_more_random_ledgers(part: int):
    _walk_all(range(LEDGERS + part, MORE_LEDGERS, PARTS))


def _walk_all(seeds: range) -> None:
    for seed in seeds:
        try:
            _walk(seed, steps=60 if seed % 100 < 2 else 14)
        except Exception as error:
            error.add_note(f"repeat with _walk({seed}, …)")
            raise


def test_the_random_ledgers_reach_what_they_are_for():
    """Without displacement, ties and long intended lists the comparison above would prove little."""
    seen = {"displaced": 0, "due ties": 0, "several intended": 0, "cancelled with links": 0, "backdated": 0}
    for seed in range(300):
        ledger = random_ledger(seed, steps=14)
        dues = [s.due for s in ledger if s.verb == "invoice"]
        seen["due ties"] += len(dues) != len(set(dues))
        seen["backdated"] += any(s.day < s.entered for s in ledger)
        seen["several intended"] += any(len(s.intended) > 1 for s in ledger)
        fast, reference = Fast(True, random.Random(seed)), Reference(True)
        for number, step in enumerate(ledger):
            document = _document(number, step, reference, step.target)
            if document:
                fast.walk(step.verb, document, step.target, list(step.intended))
                if step.verb in KIND:
                    reference.post(document, list(step.intended))
                else:
                    getattr(reference, step.verb)(step.target, document)
        reasons = [x.release_reason for x in fast.links]
        seen["displaced"] += ReleaseReason.DISPLACED in reasons
        seen["cancelled with links"] += ReleaseReason.PAYMENT_CANCELLED in reasons
    assert min(seen.values()) > 20, seen


@pytest.mark.parametrize("seed", range(200))
def test_a_payment_that_is_cancelled_leaves_everything_as_it_was(seed: int):
    """Allocate and de-allocate is identity: every open amount and every link is what it was before."""
    chance = random.Random(seed)
    fast = Fast(chance.random() < 0.5, chance)
    reference = Reference(fast.against_item)
    for number, step in enumerate(random_ledger(seed, steps=14)):
        document = _document(number, step, reference, step.target)
        if document and step.verb in KIND:
            fast.walk(step.verb, document, step.target, list(step.intended))
            reference.post(document, list(step.intended))
    open_before, links_before = {i: item.open_minor for i, item in fast.items.items()}, fast.merged()
    payment = Document(500, CREDIT, chance.randint(1, 40), 9, 9)
    fast.walk("payment", payment, -1, [])
    fast.walk("cancel_payment", Document(501, OTHER_DEBIT, payment.amount, 9, 9), 500, [])
    assert {i: item.open_minor for i, item in fast.items.items() if i < 500} == open_before
    closing = {k: v for k, v in fast.merged().items() if k[0] == 500}
    assert closing == {(500, 501, "against_item"): payment.amount}
    assert {k: v for k, v in fast.merged().items() if k[0] != 500} == links_before
