"""Requests made as a set, with their claims and events, as parts of one statement: nothing grows with their number.

They are the rows that `requests.request` makes: for payments that are posted as new when they succeed, or for refunds
whose transactions are pending (`transactions.services.draft_sets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from subledger.gateways.models import Provider
from subledger.gateways.states import RequestState, RequestType
from subledger.platform import clock
from subledger.platform.events import TELL, told_by
from subledger.platform.scope import current_company_id
from subledger.platform.statements import FRESH_ID, ID_BASE
from subledger.transactions.services.draft_sets import Own

# ``source`` gives of each ``request_id``, ``kind`` and ``document_id`` (what it claims), ``invoice_ids`` (what is
# intended, and claimed too), ``account_id``, ``amount_minor``, ``currency``, ``preference_id``. `ID_BASE` stands before
# it.
MAKE = f"""
    request_made AS MATERIALIZED (SELECT * FROM {{source}}),
    request_row AS (
        INSERT INTO gateways_paymentrequest
               (id, company_id, provider_id, mode, type, state, account_id, preference_id, amount_minor, currency,
                transaction_id, "order", batch_id, reference, action_url, error_code, error_message, checks,
                created_at, created_by)
        SELECT request_id, %(request_company)s, %(request_provider)s, %(request_mode)s, %(request_type)s,
               %(request_state)s, account_id, preference_id, amount_minor, currency, {{transaction}}, {{order}},
               %(request_batch)s, '', '', '', '', 0, %(request_at)s, %(request_actor)s
          FROM request_made
    ),
    request_claim AS (
        INSERT INTO gateways_claim (id, request_id, kind, object_id, is_open)
        SELECT {FRESH_ID}, request_id, kind, object_id, true
          FROM (SELECT request_id, kind, document_id AS object_id FROM request_made
                 UNION ALL
                SELECT request_id, 'transaction', ident FROM request_made CROSS JOIN unnest(invoice_ids) AS ident
                 WHERE (kind, document_id) <> ('transaction', ident)) AS claim
    ),
    request_event AS ({{event}})
"""
CREATED = """
    SELECT 'payment_request.created' AS type, 'payment_request' AS object_type, request_id AS object_id,
           jsonb_build_object('type', %(request_type)s::text, 'amount', amount_minor, 'currency', currency,
                              'account_id', account_id) AS data
      FROM request_made
"""
# Refunds that are pending already, each with the id of its request.
ASKED = """
    asked AS MATERIALIZED (
        SELECT request_id, 'transaction'::text AS kind, document_id, ARRAY[]::bigint[] AS invoice_ids, account_id,
               amount_minor, currency, preference_id
          FROM unnest(%(asked_requests)s::bigint[], %(asked_id)s::bigint[], %(asked_account_id)s::bigint[],
                      %(asked_currency)s::text[], %(asked_amount_minor)s::bigint[],
                      %(asked_payment_preference_id)s::bigint[])
                 AS a (request_id, document_id, account_id, currency, amount_minor, preference_id))
"""
# Of a refund, whose transaction is what it claims, what is told before and behind that.
DRAFTED = "SELECT 'refund.drafted' AS type, 'transaction' AS object_type, document_id AS object_id, '{}'::jsonb AS data"
PENDING = """
    SELECT 'refund.pending', 'transaction', document_id, jsonb_build_object('payment_request_id', request_id::text)
      FROM request_made
"""


def payments_of(source: str) -> str:
    """The parts of a statement that ask for everything in ``source``, the name of one before them. The caller holds the
    accounts' locks, and names nothing that an open request claims."""
    return MAKE.format(
        source=source,
        transaction="NULL::bigint",
        order="jsonb_build_object('intended_ids', to_jsonb(invoice_ids))",
        event=TELL.format(source=f"({CREATED}) AS told"),
    )


def request_refunds(
    *, provider: Provider, own: Sequence[Own], request_ids: Sequence[int], batch_id: int | None, actor: str
) -> None:
    """Make the requests of refunds that are pending now, with ids that are new; as `payments_of`."""
    told = f"{DRAFTED} FROM request_made UNION ALL {CREATED} UNION ALL {PENDING}"
    parts = MAKE.format(
        source="asked", transaction="document_id", order="'{}'::jsonb", event=TELL.format(source=f"({told}) AS told")
    )
    columns = dict(zip(Own._fields, zip(*own, strict=True), strict=True))
    params = {
        **params_for(provider, type_=RequestType.REFUND, batch_id=batch_id, actor=actor),
        "asked_requests": list(request_ids),
        **{f"asked_{name}": list(column) for name, column in columns.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {ID_BASE}, {ASKED}, {parts} SELECT count(*) FROM request_made", params)


def params_for(provider: Provider, *, type_: RequestType, batch_id: int | None, actor: str) -> dict[str, Any]:
    """The parameters of those parts."""
    at: datetime = clock.now()
    return {
        "request_company": current_company_id(),
        "request_provider": provider.pk,
        "request_mode": provider.mode,
        "request_type": type_.value,
        "request_state": RequestState.PENDING.value,
        "request_batch": batch_id,
        "request_at": at,
        "request_actor": actor,
        **told_by(actor),
    }
