"""Asking for documents, however many, in one statement: it decides, and requests, claims and tells what is so decided.

The requests are of payments that are posted as new when they succeed, each with its document as what is intended. Runs
put the parts into the statement that does their steps; who asks for a few documents calls `ask`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts_of
from subledger.collecting.candidates import decision
from subledger.collecting.documents import Collectable
from subledger.gateways.models import Provider
from subledger.gateways.registry import kind_named
from subledger.gateways.services.request_sets import params_for, payments_of
from subledger.gateways.states import RequestType
from subledger.platform import jobs
from subledger.platform.callers import demand
from subledger.platform.scope import current_company_id
from subledger.platform.statements import FRESH_ID, ID_BASE

# ``asked`` is what becomes requests: what is decided so, over the very amount that is expected. ``expected`` is a query
# of ``step_id, document_id, minor, position``; a minor of NULL takes whatever is open.
PARTS = f"""
    {ID_BASE},
    expected AS MATERIALIZED ({{expected}}),
    {{decision}},
    asked AS MATERIALIZED (
        SELECT {FRESH_ID} AS request_id, %(decide_claim)s::text AS kind, d.document_id, d.invoice_ids, d.account_id,
               d.amount_minor, d.currency, d.preference_id
          FROM decided d JOIN expected e USING (document_id)
         WHERE d.reason = '' AND (e.minor IS NULL OR e.minor = d.amount_minor)
         ORDER BY e.position
    ),
    {{requests}}
"""
# What became of each that is expected: ``request_id`` or NULL, ``reason`` or '', and what is open of it.
OUTCOMES = """
    SELECT e.step_id, e.document_id, m.request_id, d.amount_minor,
           CASE WHEN m.request_id IS NOT NULL THEN ''
                WHEN d.document_id IS NULL THEN 'settled'
                WHEN d.reason <> '' THEN d.reason
                ELSE 'amount_changed' END AS reason
      FROM expected e
      LEFT JOIN decided d ON d.document_id = e.document_id
      LEFT JOIN request_made m ON m.document_id = e.document_id
"""
OPEN_ACCOUNTS = "SELECT d.account_id FROM ({documents}) AS d"
NAMED = """
    SELECT NULL::bigint AS step_id, unnest(%(asked_ids)s::bigint[]) AS document_id, NULL::bigint AS minor,
           0 AS position
"""


class DocumentAsked(NamedTuple):
    """What became of one document: the request for it, or why there is none."""

    document_id: int
    request_id: int | None
    amount_minor: int | None  # of the request, or what is open
    reason: str  # one of `reasons.Reason`, or ""


def asking(
    expected: str,
    params: Mapping[str, Any],
    *,
    kind: Collectable,
    provider: Provider,
    on: date,
    actor: str,
    batch_id: int | None = None,
    excluded: Sequence[int] = (),
    minimum_minor: int = 0,
    respects_withheld: bool = True,
) -> tuple[str, dict[str, Any]]:
    """The parts of a statement that asks for documents, and its parameters; `OUTCOMES` is a query over them.

    The accounts of what is open among them are locked when this returns, and the statement has to be the caller's next
    one: it decides by how things stand then.

    Args:
        expected: a query of ``step_id``, ``document_id``, ``minor``, ``position``, in which order they are asked for.
    """
    documents = f"SELECT d.* FROM ({kind.sql}) AS d WHERE d.document_id IN (SELECT document_id FROM ({expected}) AS e)"
    found = {**params, "company": current_company_id()}
    lock_accounts_of(OPEN_ACCOUNTS.format(documents=documents), found)
    decided = decision(
        f"SELECT d.* FROM ({kind.sql}) AS d JOIN expected e USING (document_id)",
        dict(params),
        kind=kind,
        provider=provider,
        on=on,
        excluded=excluded,
        minimum_minor=minimum_minor,
        respects_withheld=respects_withheld,
    )
    parts = PARTS.format(expected=expected, decision=decided.parts, requests=payments_of("asked"))
    return parts, {**decided.params, **params_for(provider, type_=RequestType.PAYMENT, batch_id=batch_id, actor=actor)}


@atomic
def ask(
    *,
    document_ids: Sequence[int],
    kind: Collectable,
    provider: Provider,
    on: date,
    actor: str,
    batch_id: int | None = None,
    respects_withheld: bool = True,
) -> list[DocumentAsked]:
    """Ask for a few documents of a kind, each over what is open of it, or say why not; by the order of their ids.

    Args:
        respects_withheld: what rooms above withhold from runs (`collecting.withheld`).
    """
    demand("gateways.charge")
    parts, params = asking(
        NAMED,
        {"asked_ids": sorted(set(document_ids))},
        kind=kind,
        provider=provider,
        on=on,
        actor=actor,
        batch_id=batch_id,
        respects_withheld=respects_withheld,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {parts} {OUTCOMES}", params)
        rows = [DocumentAsked(*row[1:]) for row in cursor.fetchall()]
    if kind_named(provider.kind).executes and any(row.request_id for row in rows):
        jobs.wake("work_requests", provider_id=provider.pk)
    return sorted(rows)
