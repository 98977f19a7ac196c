"""The balance over an account and all accounts below it, as of any day: one statement, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id

from .open_items import open_as_of_sql
from .rules.ageing import BUCKETS, over_of

_OF_MEMBERS = "IN (SELECT id FROM members)"
# Days late count as in every ageing: from the agreed day or the due date, or from the posting date of what has none.
_BUCKETS = ", ".join(
    "coalesce(sum(o.open_minor) FILTER (WHERE o.is_debit"
    + ("" if over_of(bucket) is None else f" AND %(as_of)s::date - o.due_on > {over_of(bucket)}")
    + ("" if bucket.until is None else f" AND %(as_of)s::date - o.due_on <= {bucket.until}")
    + "), 0)::bigint"
    for bucket in BUCKETS
)
GROUP = """
    WITH RECURSIVE members(id, level) AS (
        SELECT id, 0 FROM accounts_account WHERE id = %(account)s AND company_id = %(company)s
        UNION ALL
        SELECT a.id, m.level + 1
          FROM members m JOIN accounts_account a ON a.parent_id = m.id AND a.company_id = %(company)s
    )
    SELECT a.id AS account_id, coalesce(nullif(a.code, ''), a.number) AS account, a.name, m.level, a.currency,
           ARRAY[{buckets}] AS buckets,
           coalesce(sum(o.open_minor) FILTER (WHERE NOT o.is_debit), 0)::bigint AS unallocated,
           coalesce(sum(o.open_minor) FILTER (WHERE t.classification = 'invoice' AND t.due_on < %(as_of)s), 0)::bigint
               AS outstanding
      FROM members m
      JOIN accounts_account a ON a.id = m.id
      LEFT JOIN ({opened}) o ON o.account_id = a.id
      LEFT JOIN transactions_transaction t ON t.id = o.id
     GROUP BY a.id, m.level
     ORDER BY m.level, 2, a.id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a group at the end of a day, in minor units; ``level`` 0 is the account that was asked for.
    ``buckets`` are what is unsettled by days late, in the order of `BUCKETS`."""

    account_id: int
    account: str
    name: str
    level: int
    currency: str
    buckets: Sequence[int]
    unallocated: int
    outstanding: int

    @property
    def unsettled(self) -> int:
        return sum(self.buckets)

    @property
    def balance(self) -> int:
        return self.unsettled - self.unallocated


@dataclass(frozen=True, slots=True)
class Sums:
    """What accounts of one currency come to."""

    buckets: Sequence[int]
    unallocated: int
    outstanding: int

    @property
    def unsettled(self) -> int:
        return sum(self.buckets)

    @property
    def balance(self) -> int:
        return self.unsettled - self.unallocated


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """What a group comes to in one currency; ``own`` is of the account itself."""

    currency: str
    own: Sums
    children: Sums
    total: Sums


def members_of(*, account_id: int, as_of: date) -> list[Member]:
    """An account and all below it; itself first."""
    facts = {"company": current_company_id(), "account": account_id, "as_of": as_of, "by_due": False}
    statement = GROUP.format(buckets=_BUCKETS, opened=open_as_of_sql(of_accounts=_OF_MEMBERS))
    return typed_rows(Member, statement, facts)


def totals_of(members: Sequence[Member]) -> list[GroupTotal]:
    """A line for each currency of the group, the account's own first."""
    if not members:
        return []
    own = members[0].currency
    found = sorted({one.currency for one in members}, key=lambda currency: (currency != own, currency))
    return [
        GroupTotal(
            currency,
            *(
                _added(one for one in members if one.currency == currency and one.level in levels)
                for levels in (range(1), range(1, len(members) + 1), range(len(members) + 1))
            ),
        )
        for currency in found
    ]


def _added(members: Iterable[Member]) -> Sums:
    buckets, unallocated, outstanding = [0] * len(BUCKETS), 0, 0
    for one in members:
        buckets = [a + b for a, b in zip(buckets, one.buckets, strict=True)]
        unallocated += one.unallocated
        outstanding += one.outstanding
    return Sums(tuple(buckets), unallocated, outstanding)
