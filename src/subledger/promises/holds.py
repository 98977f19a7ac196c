"""What holds an invoice, for the set statements of others: a dispute, and what of it is promised for later days.

The texts are put into a statement over documents; ``document`` and ``open_minor`` are expressions of it
(``o.transaction_id``, ``o.open_minor``), ``as_of`` one of a day (``%(as_of)s``). They bring no parameters, so that
statements compose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from subledger.platform import clock
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id

__all__ = ["Hold", "account_disputed", "disputed", "ended", "holds_of", "promised"]

# Whether a dispute holds it now.
DISPUTED = "EXISTS (SELECT FROM promises_invoicedispute hd WHERE hd.{column} = {held} AND hd.state = 'open')"
# What held documents and holds them no more.
ENDED = """
    SELECT document_id, ended_on FROM promises_promise
     WHERE company_id = {company} AND state IN ('broken', 'withdrawn')
     UNION ALL
    SELECT document_id, closed_on FROM promises_invoicedispute WHERE company_id = {company} AND state = 'closed'
"""

# Its open promise, one row or none. What is open is the last part of what was promised, so what later days hold of it
# is what was promised for them, and never more than is open.
PROMISED = """
    SELECT hp.id AS promise_id, hp.promised_minor, hp.waives_interest,
           least({open_minor}, hi.later_minor) AS held_minor,
           {open_minor} - least({open_minor}, hi.later_minor) AS reached_minor,
           hi.next_on
      FROM promises_promise hp
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(i.minor) FILTER (WHERE i.agreed_on > {as_of}), 0)::bigint AS later_minor,
                  min(i.agreed_on) FILTER (WHERE i.agreed_on > {as_of}) AS next_on
             FROM promises_instalment i WHERE i.promise_id = hp.id) hi
     WHERE hp.document_id = {document} AND hp.state = 'open'
"""


def disputed(document: str) -> str:
    """A condition: an open dispute holds the document."""
    return DISPUTED.format(column="document_id", held=document)


def account_disputed(account: str) -> str:
    """A condition: an open dispute holds a document of the account."""
    return DISPUTED.format(column="account_id", held=account)


def ended(company: str) -> str:
    """A SELECT of what held documents of the company once, a row each: ``document_id``, and ``ended_on``, the day on
    which it came to its end: a promise that was broken or withdrawn, a dispute that was closed."""
    return ENDED.format(company=company)


def promised(*, document: str, open_minor: str, as_of: str) -> str:
    """A SELECT for ``LEFT JOIN LATERAL (…) h ON true``: the open promise of the document, one row or none.

    ``promise_id``; ``promised_minor``; ``waives_interest``; ``held_minor``: what of it is promised for days after
    ``as_of``; ``reached_minor``: all else that is open, which may be collected; ``next_on``: the next agreed day after
    ``as_of``. Without a row all that is open may be collected.
    """
    return PROMISED.format(document=document, open_minor=open_minor, as_of=as_of)


class Hold(NamedTuple):
    """What holds a document on a day, in minor units of its currency.

    ``reached_minor`` may be collected as far as promises go; a disputed document is not collected at all.
    """

    document_id: int
    open_minor: int
    is_disputed: bool
    promise_id: int | None
    promised_minor: int
    waives_interest: bool
    held_minor: int
    reached_minor: int
    next_on: date | None

    @property
    def reason(self) -> str:
        """Why nobody reminds of the document, by whatever door, or ""."""
        return "disputed" if self.is_disputed else "promised" if self.promise_id is not None else ""


_HOLDS = f"""
    SELECT o.transaction_id AS document_id, o.open_minor, {disputed("o.transaction_id")} AS is_disputed, h.promise_id,
           coalesce(h.promised_minor, 0) AS promised_minor, coalesce(h.waives_interest, false) AS waives_interest,
           coalesce(h.held_minor, 0) AS held_minor, coalesce(h.reached_minor, o.open_minor) AS reached_minor, h.next_on
      FROM transactions_openitem o
      JOIN companies_company c ON c.id = o.company_id
     CROSS JOIN LATERAL (SELECT coalesce(%(as_of)s::date, (%(at)s AT TIME ZONE c.time_zone)::date) AS day) d
      LEFT JOIN LATERAL ({promised(document="o.transaction_id", open_minor="o.open_minor", as_of="d.day")}) h ON true
     WHERE o.company_id = %(company)s AND o.transaction_id = ANY(%(documents)s)
"""


def holds_of(document_ids: Iterable[int], *, as_of: date | None = None) -> Mapping[int, Hold]:
    """What holds each of these documents that is open, today if no day is given; settled ones are left out."""
    facts = {"company": current_company_id(), "documents": list(document_ids), "as_of": as_of, "at": clock.now()}
    return {hold.document_id: hold for hold in typed_rows(Hold, _HOLDS, facts)}
