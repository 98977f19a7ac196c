"""What a run decides of each open document, as one statement over all of them: asked for, and how much, or why not.

The same statement decides twice: over the criteria when a run selects, and over the documents of a batch, under the
lock of their accounts, when it records. What came in between shows as a reason, or as another amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from subledger.gateways.claims import page
from subledger.gateways.kept_facts import all_doubts
from subledger.gateways.models import Claim, Provider
from subledger.gateways.states import ProviderState, RequestState, RequestType
from subledger.gateways.ways_to_collect import ways_of
from subledger.platform.scope import current_company_id
from subledger.promises.holds import disputed, promised

from .documents import Collectable
from .withheld import NOTHING, withheld

# Parts of a statement, of which the last is ``decided``: of each document of ``{documents}``, ``reason`` ('' where it
# is asked for) and ``amount_minor``. The order of the reasons is that of `reasons.Reason`.
#
# Every open request claims something, so what is under way is found by the claims that are open, and not among all the
# requests there ever were. Of an account where something is under way, or money is in doubt, no more is asked for than
# is open there less that (``room``, added up once an account, however many documents it has), by due date.
DECIDE = """
    document AS MATERIALIZED ({documents}),
    way AS MATERIALIZED ({ways}),
    claimed AS MATERIALIZED (
        SELECT c.kind, c.object_id, r.id AS request_id, r.account_id, r.type, r.amount_minor,
               {page} AS is_page
          FROM gateways_claim c JOIN gateways_paymentrequest r ON r.id = c.request_id
         WHERE c.is_open AND r.company_id = %(company)s{nearby}
    ),
    under_way AS MATERIALIZED (
        SELECT account_id, sum(minor) AS minor
          FROM (SELECT account_id, amount_minor AS minor FROM claimed WHERE type = %(decide_payment)s
                 GROUP BY request_id, account_id, amount_minor
                 UNION ALL
                SELECT * FROM unnest(%(decide_doubt_accounts)s::bigint[], %(decide_doubt_minors)s::bigint[])) AS u
         WHERE account_id IN (SELECT account_id FROM document)
         GROUP BY account_id
    ),
    withheld AS MATERIALIZED ({withheld}),
    held_back AS MATERIALIZED (
        SELECT u.account_id, sum(o.open_minor) - u.minor AS room
          FROM under_way u JOIN transactions_openitem o ON o.account_id = u.account_id AND o.is_debit
         GROUP BY u.account_id, u.minor
    ),
    judged AS MATERIALIZED (
        SELECT d.document_id, d.account_id, d.currency, d.number, d.due_on, d.invoice_ids, w.preference_id,
               d.open_minor AS whole_minor, COALESCE(h.reached_minor, d.open_minor) AS open_minor,
               CASE WHEN NOT %(decide_is_effective)s THEN 'provider_not_effective'
                    WHEN w.preference_id IS NULL THEN 'no_preference'
                    WHEN NOT w.is_recurring THEN 'not_recurring'
                    WHEN c.object_id IS NOT NULL AND NOT c.is_page THEN 'open_request'
                    WHEN {disputed} THEN 'disputed'
                    WHEN c.is_page THEN 'pay_page_open'
                    WHEN h.reached_minor = 0 THEN 'promised'
                    WHEN w.is_barred THEN 'declined_for_good'
                    WHEN x.reason IS NOT NULL THEN x.reason
                    WHEN w.is_expired THEN 'card_expired'
                    WHEN %(decide_currencies)s::text[] <> '{{}}' AND d.currency <> ALL(%(decide_currencies)s::text[])
                    THEN 'currency'
                    WHEN a.state <> 'active' THEN 'account_not_active'
                    WHEN d.account_id = ANY(%(decide_excluded)s::bigint[]) THEN 'excluded'
                    WHEN d.document_id = ANY(%(decide_doubt_documents)s::bigint[]) THEN 'in_doubt'
                    ELSE '' END AS refusal,
               u.room
          FROM document d
          JOIN accounts_account a ON a.id = d.account_id AND a.type = 'customer'
          LEFT JOIN way w ON w.account_id = d.account_id
          LEFT JOIN claimed c ON c.kind = %(decide_claim)s AND c.object_id = d.document_id
          LEFT JOIN withheld x ON x.kind = %(decide_claim)s AND x.object_id = d.document_id
               AND x.preference_id = w.preference_id
          LEFT JOIN held_back u ON u.account_id = d.account_id
          LEFT JOIN LATERAL ({promised}) h ON true
    ),
    measured AS MATERIALIZED (
        SELECT j.*,
               CASE WHEN refusal <> '' OR room IS NULL THEN open_minor
                    ELSE GREATEST(LEAST(open_minor, room - COALESCE(sum(open_minor) FILTER (WHERE refusal = '')
                         OVER (PARTITION BY account_id ORDER BY due_on, document_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)), 0)
                    END AS left_minor
          FROM judged j
    ),
    decided AS MATERIALIZED (
        SELECT document_id, account_id, currency, number, due_on, invoice_ids, preference_id,
               CASE WHEN refusal <> '' THEN refusal
                    WHEN left_minor = 0 THEN 'under_way'
                    WHEN left_minor < %(decide_minimum)s THEN 'below_minimum'
                    ELSE '' END AS reason,
               CASE WHEN refusal = '' AND left_minor > 0 THEN left_minor ELSE whole_minor END::bigint AS amount_minor
          FROM measured
    )
"""


class Decision(NamedTuple):
    """The parts of a statement that decide, the last of them ``decided``, and their parameters."""

    parts: str
    params: dict[str, Any]


def decision(
    documents: str,
    params: dict[str, Any],
    *,
    kind: Collectable,
    provider: Provider,
    on: date,
    excluded: Sequence[int] = (),
    minimum_minor: int = 0,
    is_few: bool = False,
    respects_withheld: bool = True,
) -> Decision:
    """How the documents that a query gives are decided.

    Args:
        documents: a query with the columns of ``kind.sql``. params: its parameters.
        on: the day on which cards have to be good. excluded: ids of accounts. minimum_minor: the smallest amount.
        is_few: the documents are few, and what is under way is looked for on their accounts alone.
        respects_withheld: what rooms above withhold.
    """
    ways, of_ways = ways_of(provider, on=on)
    doubts = all_doubts()
    into = [(one.request.account_id, one.into) for one in doubts if one.into]
    over = [one.request.pk for one in doubts if one.request.state == RequestState.REJECTED]
    doubtful = Claim.objects.filter(request__in=over, kind=kind.claim) if over else Claim.objects.none()
    return Decision(
        DECIDE.format(
            documents=documents,
            ways=ways,
            withheld=withheld() if respects_withheld else NOTHING,
            page=page("r"),
            disputed=disputed("d.document_id"),
            nearby=" AND r.account_id = ANY(ARRAY(SELECT account_id FROM document))" if is_few else "",
            promised=promised(document="d.document_id", open_minor="d.open_minor", as_of="%(decide_on)s"),
        ),
        {
            **params,
            **of_ways,
            "company": current_company_id(),
            "decide_payment": RequestType.PAYMENT.value,
            "decide_on": on,
            "decide_is_effective": provider.state == ProviderState.EFFECTIVE,
            "decide_claim": kind.claim.value,
            "decide_currencies": list(provider.currencies),
            "decide_excluded": list(excluded),
            "decide_minimum": minimum_minor,
            "decide_doubt_accounts": [account for account, _ in into],
            "decide_doubt_minors": [minor for _, minor in into],
            "decide_doubt_documents": list(doubtful.values_list("object_id", flat=True)),
        },
    )
