"""Which documents reach which level next, one page of many at a time.

Most documents have never been asked for: of these plan and due date alone say when they reach its first level, so they
are counted by account and day without being looked at one by one. The few of which more is known are counted by the
statement of the run. A page then looks up the accounts that it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from subledger.gateways.claims import CLAIMED
from subledger.platform.rows import keyed_tuples, typed_rows
from subledger.platform.statements import sql_list
from subledger.report_kit.tables import Counted, Lines
from subledger.transactions.states import DEBITS, RARER

from .queries import COMING, OF_ACCOUNTS, PLANS, REACHED_TODAY, SERVED, with_segments

__all__ = ["ComingLines"]

# As `COMING` says it, by account and day, in its order: all that is open as if nothing was known of it, less that of
# which something is known or which is no invoice, and that of it which the run would take.
KNOWN = "AND d.document_id = ANY(ARRAY(SELECT k.document_id FROM known k))"
GROUPS = f"""
    WITH {PLANS}, known AS MATERIALIZED (
        SELECT o.transaction_id AS document_id, o.account_id, o.order_on, o.open_minor
          FROM (SELECT document_id FROM dunning_dunningrecord WHERE company_id = %(company)s
                 UNION
                SELECT invoice_id FROM dunning_dunningclaim WHERE company_id = %(company)s
                 UNION
                SELECT document_id FROM promises_promise WHERE company_id = %(company)s
                 UNION
                SELECT document_id FROM promises_invoicedispute WHERE company_id = %(company)s
                 UNION {CLAIMED}
                 UNION
                SELECT id FROM transactions_transaction
                 WHERE company_id = %(company)s AND classification IN {sql_list(DEBITS & RARER)}) x
          JOIN transactions_openitem o
            ON o.transaction_id = x.document_id AND o.company_id = %(company)s AND o.is_debit
    ), beginning AS MATERIALIZED (
        SELECT plan_id, min(days::int) AS days FROM dunning_dunninglevel
         WHERE company_id = %(company)s AND is_active GROUP BY plan_id
    ), account AS MATERIALIZED (
        SELECT a.id, f.plan_id, f.days
          FROM accounts_account a {SERVED}
          LEFT JOIN beginning f ON f.plan_id = COALESCE(s.plan_id, c.plan_id, u.plan_id)
         WHERE a.company_id = %(company)s AND a.type = 'customer'
    ), document AS (
        SELECT o.account_id, a.plan_id, GREATEST(o.order_on + a.days, %(today)s::date) AS day, 1 AS one, o.open_minor
          FROM transactions_openitem o JOIN account a ON a.id = o.account_id
         WHERE o.company_id = %(company)s AND o.is_debit AND o.order_on + a.days <= %(as_of)s::date
         UNION ALL
        SELECT k.account_id, a.plan_id, GREATEST(k.order_on + a.days, %(today)s::date), -1, -k.open_minor
          FROM known k JOIN account a ON a.id = k.account_id
         WHERE k.order_on + a.days <= %(as_of)s::date
         UNION ALL
        SELECT r.account_id, r.plan_id, GREATEST(r.due_on + r.next_days + r.shift, %(today)s::date), 1, r.open_minor
          FROM ({REACHED_TODAY.replace("{only}", KNOWN)}) r
         WHERE r.reason = ''
    )
    SELECT d.day, d.account_id, a.number AS account, a.currency, d.documents, d.open_minor
      FROM (SELECT day, account_id, plan_id, sum(one) AS documents, sum(open_minor)::bigint AS open_minor
              FROM document GROUP BY 1, 2, 3 HAVING sum(one) > 0) d
      JOIN accounts_account a ON a.id = d.account_id
      LEFT JOIN dunning_dunningplan p ON p.id = d.plan_id
     ORDER BY d.day, p.rank, p.id, a.number
"""


class Group(NamedTuple):
    """Documents of an account that reach their next level on a day; ``account`` is its number."""

    day: date
    account_id: int
    account: str
    currency: str
    documents: int
    open_minor: int


@dataclass(frozen=True)
class ComingLines(Lines):
    """`COMING` as a report that may be long."""

    @cached_property
    def groups(self) -> list[Group]:
        return typed_rows(Group, self._of_plans(GROUPS), self.facts)

    def counts(self) -> list[Counted]:
        sums = self.sums()
        found: dict[str, list[int]] = {}
        for group in self.groups:
            rows = found.setdefault(group.currency, [0, 0])
            rows[0] += group.documents
            rows[1] += group.open_minor
        return [Counted(code, rows, sums.total(code, [minor])) for code, (rows, minor) in sorted(found.items())]

    def part(self, first: int, size: int, *, sort: str = "", descending: bool = False) -> list[tuple[Any, ...]]:
        if sort:
            return super().part(first, size, sort=sort, descending=descending)
        skipped, groups = self._around(first, size)
        text = f"{self.around.format(rows=self._of_plans(COMING.replace('{only}', OF_ACCOUNTS)))} ORDER BY {self.order}"
        facts = {**self.facts, "accounts": [group.account_id for group in groups]}
        keys, rows = keyed_tuples(self.fields, text, facts)
        shown = {(group.day, group.account) for group in groups}
        day, account = self.fields.index("on"), self.fields.index("account")
        found = [(key, *row) for key, row in zip(keys, rows, strict=True) if (row[day], row[account]) in shown]
        return found[skipped : skipped + size]

    def _around(self, first: int, size: int) -> tuple[int, list[Group]]:
        """The groups that rows from ``first`` on are in, and how many of their rows come before."""
        groups, skipped, before = list[Group](), 0, 0
        for group in self.groups:
            if before + group.documents > first and before < first + size:
                skipped = skipped if groups else first - before
                groups.append(group)
            before += group.documents
        return skipped, groups

    def _of_plans(self, text: str) -> str:
        return with_segments(text, as_of=self.facts["as_of"]).sql
