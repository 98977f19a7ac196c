"""What links must hold to as of every day, asked of documents and links alone; nothing here knows our code.

Which credit settles which debit is the reference's matter. From when is law, not choice (specification 4.4: the
identity holds at every time; AL-6: no document gives more than it has): written down for every day, so that backdated
steps are held to it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.transactions.reference import CREDIT, Document


class DatedLink(NamedTuple):
    """An amount of one pair that counts from a day until before another one."""

    ident: object
    credit: int
    debit: int
    minor: int
    since: int
    until: int | None


def open_as_of(documents: Iterable[Document], links: Iterable[DatedLink], day: int) -> dict[int, int]:
    """What was open at the end of a day of everything posted by then."""
    left = {document.id: document.amount for document in documents if document.posted <= day}
    for link in links:
        if link.since <= day and (link.until is None or day < link.until):
            left[link.credit] -= link.minor  # KeyError: it joins what was not posted yet
            left[link.debit] -= link.minor
    return left


def totals(documents: Mapping[int, Document], left: Mapping[int, int], day: int) -> tuple[int, int, int]:
    """(balance, unsettled, unallocated) at the end of a day, each added up by itself."""
    posted = [document for document in documents.values() if document.posted <= day]
    balance = sum(-d.amount if d.kind == CREDIT else d.amount for d in posted)
    unallocated = sum(left[d.id] for d in posted if d.kind == CREDIT)
    return balance, sum(left.values()) - unallocated, unallocated


def check_every_day(documents: Mapping[int, Document], links: list[DatedLink], last: int) -> None:
    for day in range(last + 1):
        left = open_as_of(documents.values(), links, day)
        assert min(left.values(), default=0) >= 0, f"more was given on day {day} than there was: {left}"
        balance, unsettled, unallocated = totals(documents, left, day)
        assert balance == unsettled - unallocated, f"on day {day}"


def check_step(
    documents: Mapping[int, Document], before: list[DatedLink], after: list[DatedLink], days: list[int], *, alone: bool
) -> None:
    """Steps that count from ``days`` leave every earlier day as it was, and link no later than they must.

    Not ``alone``, as parts of sets, links also wait for what came free by links that no day has seen, so are not kept.
    """
    first, last = min(days), max(days)
    known = {link.ident: link for link in before}
    freed: dict[int, int] = {}  # the latest day on which something was given back to a document
    for link in after:
        if link.until is not None:
            assert link.until >= link.since, link
            freed.update({i: max(freed.get(i, 0), link.until) for i in (link.credit, link.debit)})
    for link in after:
        old = known.get(link.ident)
        if old is not None:
            assert link._replace(until=old.until) == old, f"{link} was {old}"
            if link.until != old.until:
                assert old.until is None, f"{link} was {old}"
                assert max(first, old.since) <= link.until <= max(last, old.since), f"{link} was {old}"
            continue
        free = max(first, documents[link.credit].posted, documents[link.debit].posted)
        assert link.since >= free, f"{link} counts from a day before {free}"
        if alone:
            at_the_latest = max(last, free, freed.get(link.credit, 0), freed.get(link.debit, 0))
            assert link.since <= at_the_latest, f"{link} counts from no day up to {at_the_latest}"
