"""What keeps payment runs from charging a document by the way to pay that failed: its retry, or that there is none. And
what whoever tells customers of cards that end has to know of retries."""

from __future__ import annotations

from subledger.collecting.cards_to_come import CardFacts
from subledger.collecting.withheld import Withheld
from subledger.kernel.sentences import say

from .states import RetryState

OF_STATE = """
    SELECT c.kind, c.object_id, r.preference_id
      FROM retries_retry r JOIN gateways_claim c ON c.request_id = r.failed_request_id
     WHERE r.company_id = %(company)s AND r.state = '{state}'
"""
WITHHELD = (
    Withheld(
        reason="retry_scheduled",
        words=say("It failed, and is tried again by its retry plan"),
        sql=OF_STATE.format(state=RetryState.SCHEDULED.value),
    ),
    Withheld(
        reason="declined_for_good",
        words=say("This way to pay was declined for good"),
        sql=OF_STATE.format(state=RetryState.WAITING.value),
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
