"""What keeps payment runs from charging a document by the way to pay that failed: its retry, or that it was tried as
often as planned. And what whoever tells customers of cards that end has to know of retries."""

from __future__ import annotations

from subledger.collecting.cards_to_come import CardFacts
from subledger.collecting.withheld import Withheld
from subledger.gateways.declines import DeclineClass
from subledger.kernel.sentences import say
from subledger.platform.statements import sql_list

from .states import HELD, RetryState, StopReason

OF = """
    SELECT c.kind, c.object_id, r.preference_id
      FROM retries_retry r JOIN gateways_claim c ON c.request_id = r.failed_request_id
     WHERE r.company_id = %(company)s
"""
LAST = """
       AND NOT EXISTS (SELECT FROM retries_retry n
                        WHERE n.document_id = r.document_id AND n.document_kind = r.document_kind AND n.id > r.id)
"""
WITHHELD = (
    Withheld(
        reason="retry_scheduled",
        words=say("It failed, and is tried again by its retry plan"),
        sql=f"{OF} AND r.state = '{RetryState.SCHEDULED.value}'",
    ),
    # A promise or a dispute ends a retry, and may be over before the day of the plan.
    Withheld(
        reason="before_retry_day",
        words=say("It failed, and the next day of its retry plan has not come"),
        sql=f"{OF} AND r.stop_reason IN {sql_list(HELD)} AND r.planned_on > %(decide_on)s {LAST}",
    ),
    # What a gateway could not do, however often, is no answer. Where it charged something since, it may go through.
    Withheld(
        reason="retries_exhausted",
        words=say("It was tried as often as its retry plan says"),
        sql=f"""{OF} AND r.stop_reason = '{StopReason.EXHAUSTED.value}'
       AND r.decline_class <> '{DeclineClass.GATEWAY_ERROR.value}' {LAST}
       AND NOT EXISTS (SELECT FROM gateways_paymentrequest p
                        WHERE p.preference_id = r.preference_id AND p.id > r.failed_request_id
                          AND p.type = 'payment' AND p.state = 'posted')
""",
    ),
)
CARDS = CardFacts(
    name="retries",
    coming=f"""
    SELECT preference_id, due_on FROM retries_retry
     WHERE company_id = %(company)s AND state = '{RetryState.SCHEDULED.value}'
""",
    asked=f"""
    SELECT r.preference_id FROM retries_retry r JOIN retries_retryplan p ON p.id = r.plan_id AND p.tells_customers
     WHERE r.company_id = %(company)s AND r.state = '{RetryState.WAITING.value}'
""",
)
