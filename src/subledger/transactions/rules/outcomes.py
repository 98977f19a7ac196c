"""What an order comes to, in one short text: what was looked at before can be held against what would be posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import islice

from subledger.kernel.money import Money
from subledger.transactions import errors

from .decisions import Decisions
from .orders import Order
from .rows import PostedRow

__all__ = ["check_outcome", "digest_of", "made_by", "settled_by"]

DIGITS = 32


def made_by(decisions: Decisions, *, since: int = 0) -> list[PostedRow]:
    """The transactions that a set posts, without its first ``since``."""
    rows = decisions.effects.rows
    return [rows[ident] for ident in islice(reversed(rows), len(rows) - since)][::-1]  # at the cost of those alone


def settled_by(decisions: Decisions) -> dict[int, list[tuple[int, int]]]:
    """(other side, minor units) of every new allocation that stands in the end, by each of its sides."""
    found: dict[int, list[tuple[int, int]]] = {}
    for book in decisions.standing.books().values():
        for link in book.made():
            if link.id is None and link.released_on is None:
                found.setdefault(link.credit_id, []).append((link.debit_id, link.minor))
                found.setdefault(link.debit_id, []).append((link.credit_id, link.minor))
    return found


def digest_of(rows: Sequence[PostedRow], settled: Mapping[int, Sequence[tuple[int, int]]]) -> str:
    """What becomes permanent: kinds, accounts, days, totals and taxes, and what each settles.

    Ids that the set gives are left out, for they are given anew each time. Of write-off accounts too: the first
    write-off in a currency opens its own.
    """
    own = {row.id for row in rows}
    facts = [
        (
            row.classification.value,
            None if row.mirrors_id else row.account_id,
            row.currency,
            row.amount_minor,
            row.net_minor,
            row.discount_minor,
            row.tax_minor,
            row.posted_on.isoformat(),
            row.due_on.isoformat() if row.due_on else None,
            sorted((0 if other in own else other, minor) for other, minor in settled.get(row.id, ())),
        )
        for row in rows
    ]
    return sha256(repr(facts).encode()).hexdigest()[:DIGITS]


def check_outcome(order: Order, decisions: Decisions, *, since: int) -> None:
    """OutcomeDiffers where what an order came to, the rows after the first ``since``, is not what it expects."""
    if not order.expected_outcome:
        return
    rows = made_by(decisions, since=since)
    if digest_of(rows, settled_by(decisions)) != order.expected_outcome:
        raise errors.OutcomeDiffers(Money(rows[-1].amount_minor, rows[-1].currency), rows[-1].posted_on)
