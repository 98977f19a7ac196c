"""What is read of items of invoices that credit notes credit: once for a set, under its lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from subledger.transactions.item_credits import credited_items, credits_of_drafts, notes_as_a_whole, notes_crediting
from subledger.transactions.rules.credits import CreditedItem, DraftCredit, NoteAsAWhole, credited_by_drafts
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.facts import Target
from subledger.transactions.rules.items import ItemRef, NewItem
from subledger.transactions.rules.orders import Cancel, Order, Post
from subledger.transactions.states import Classification


def credits_named(orders: Iterable[Order]) -> set[int]:
    """The transactions of which new credit notes credit items."""
    return {item.credits.transaction_id for _, item in _credits(orders) if item.credits is not None}


def most_credited(orders: Sequence[Order], named: Set[int]) -> Iterator[tuple[int, int]]:
    """(account, minor units): what new credit notes take of items of invoices, at most. An item never comes to more
    than it was posted with, so this can be read before the lock."""
    if named:
        items = credited_items(named)
        for account_id, item in _credits(orders):
            of = items.get(item.credits) if item.credits is not None else None
            if of is not None:
                yield account_id, max(of.whole.net + of.whole.tax, 0)


class CreditingFacts(NamedTuple):
    """What may be credited, what drafts credit, and what credits invoices that are to be cancelled."""

    items: Mapping[ItemRef, CreditedItem]
    of_drafts: Mapping[int, Sequence[DraftCredit]]
    notes: Mapping[int, Sequence[str]]
    notes_as_a_whole: Mapping[int, Sequence[NoteAsAWhole]]
    credited_twice: Set[int]  # invoices to be cancelled that those, or notes of the set, are for as a whole


def crediting_facts(orders: Sequence[Order], targets: Mapping[int, Target], named: Set[int]) -> CreditingFacts:
    """The facts of crediting, of what these orders name."""
    drafts = {order.draft_id for order in orders if isinstance(order, Post) and order.draft_id and not order.new}
    of_drafts = credits_of_drafts(_of(Classification.CREDIT_NOTE, drafts, targets))
    named = named | {one.ref.transaction_id for credits in of_drafts.values() for one in credits}
    as_a_whole = _as_a_whole(orders) | {
        invoice
        for draft in drafts & targets.keys()
        if targets[draft].amount_minor > sum(credited_by_drafts(of_drafts.get(draft, ())))
        for invoice in _meant(targets[draft])
    }
    cancelled = _of(Classification.INVOICE, {order.target_id for order in orders if isinstance(order, Cancel)}, targets)
    for_cancelled = notes_as_a_whole(cancelled)
    return CreditingFacts(
        items=credited_items(named | as_a_whole),
        of_drafts=of_drafts,
        notes=notes_crediting(cancelled),
        notes_as_a_whole=for_cancelled,
        credited_twice=for_cancelled.keys() | as_a_whole.intersection(cancelled),
    )


def _as_a_whole(orders: Iterable[Order]) -> set[int]:
    """The invoices that new credit notes are for with items that name none."""
    new = [order.new for order in orders if isinstance(order, Post) and order.new]
    return {invoice for one in new if any(item.credits is None for item in one.items) for invoice in _meant(one)}


def _meant(document: NewTransaction | Target) -> Sequence[int]:
    return document.intended_ids if document.classification == Classification.CREDIT_NOTE else ()


def _of(classification: Classification, idents: Iterable[int | None], targets: Mapping[int, Target]) -> list[int]:
    found = (targets[ident] for ident in idents if ident is not None and ident in targets)
    return [target.id for target in found if target.classification == classification]


def _credits(orders: Iterable[Order]) -> Iterator[tuple[int, NewItem]]:
    for order in orders:
        if isinstance(order, Post) and order.new:
            for item in order.new.items:
                if item.credits is not None:
                    yield order.new.account_id, item
