"""What allocations made and released change of the debits and credits they join: one change each, whatever the number.

A set of postings may make, release and make links again on one invoice; who is told of it wants to know how much was
open before, how much is open now, and by which credits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .allocation import NewAllocation

# Of how many others an event speaks by id; the rest is counted, and read at /allocations.
MOST_NAMED = 100

PAID, PARTIALLY_PAID, DUE_AGAIN = "invoice.paid", "invoice.partially_paid", "invoice.due_again"
SETTLED_OTHERWISE = "invoice.settled_otherwise"  # as much is open as before, and by other credits


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one debit: ``minor`` more of it is settled (less, where negative); by credit, the same."""

    minor: int
    by: Mapping[int, int]


def changes_by_debit(links: Iterable[NewAllocation]) -> dict[int, Change]:
    """The changes of debits by the links that a set made or released; those that came to nothing are left out."""
    by_debit: dict[int, dict[int, int]] = {}
    for link in links:
        if (minor := _moved(link)) != 0:
            by = by_debit.setdefault(link.debit_id, {})
            by[link.credit_id] = by.get(link.credit_id, 0) + minor
    return {debit: Change(sum(by.values()), by) for debit, by in by_debit.items() if any(by.values())}


def settled_by_credit(links: Iterable[NewAllocation], credits: Iterable[int]) -> dict[int, dict[int, int]]:
    """What each of some credits settles once the links are made: minor units by debit."""
    wanted = set(credits)
    found: dict[int, dict[int, int]] = {}
    for link in links:
        if link.credit_id in wanted and (minor := _moved(link)) > 0:
            of = found.setdefault(link.credit_id, {})
            of[link.debit_id] = of.get(link.debit_id, 0) + minor
    return found


def event_of(change: Change, *, open_minor: int, currency: str, account_id: int) -> tuple[str, dict[str, Any]]:
    """What is told of an invoice that a set changed so, of which ``open_minor`` is open now: a type and its data."""
    data: dict[str, Any] = {
        "amount": abs(change.minor),
        "currency": currency,
        "account_id": account_id,
        "unsettled_amount": open_minor,
        **named("settled_by", {credit: minor for credit, minor in change.by.items() if minor > 0}),
        **named("no_longer_by", no_longer_by(change)),
    }
    if change.minor == 0:
        return SETTLED_OTHERWISE, data
    if change.minor < 0:
        return DUE_AGAIN, data
    return (PARTIALLY_PAID if open_minor else PAID), data


def no_longer_by(change: Change) -> dict[int, int]:
    """The credits that settle less of a debit than they did, each with how much less."""
    return {credit: -minor for credit, minor in change.by.items() if minor < 0}


def named(key: str, amounts: Mapping[int, int]) -> dict[str, Any]:
    """Transactions with their amounts as an event names them, the first hundred; and how many there are beyond."""
    if not amounts:
        return {}
    shown = [{"transaction_id": ident, "amount": minor} for ident, minor in list(amounts.items())[:MOST_NAMED]]
    more = len(amounts) - len(shown)
    return {key: shown, **({f"{key}_more": more} if more else {})}


def _moved(link: NewAllocation) -> int:
    """What a link that was made, or released, or both within the set, changes."""
    if link.released_on is not None:
        return -link.minor if link.id is not None else 0
    return link.minor
