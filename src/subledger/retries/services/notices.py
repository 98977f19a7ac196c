"""Telling customers that their card or account was declined for good: once for each, however many payments failed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db.models import Q
from django.db.transaction import atomic

from subledger.gateways.declines import DeclineClass
from subledger.kernel.errors import DomainError
from subledger.messages.errors import AlreadySent
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import Wish
from subledger.platform.callers import as_follows
from subledger.retries.letters import METHOD_DECLINED
from subledger.retries.models import Retry
from subledger.retries.states import HELD, RetryState

logger = logging.getLogger(__name__)


def tell_of_declined(*, retry_ids: Sequence[int], actor: str) -> int:
    """Write to the customers of retries that wait for another way to pay, where their plan says so; how many were told.
    A promise or a dispute changes nothing of that: by what was declined it cannot be kept.

    Who cannot be written to stands among the work of people, as everybody whose payment waits.
    """
    is_held = Q(state=RetryState.STOPPED, stop_reason__in=sorted(HELD), decline_class=DeclineClass.HARD)
    rows = Retry.objects.filter(Q(state=RetryState.WAITING) | is_held, pk__in=retry_ids, plan__tells_customers=True)
    told = 0
    for chosen in sorted(set(rows.values_list("preference_id", flat=True))):
        wish = Wish(of=METHOD_DECLINED.of, object_id=chosen, kind=METHOD_DECLINED.name)
        try:
            with atomic(), as_follows():
                distribute(wish=wish, actor=actor)
            told += 1
        except AlreadySent:
            continue
        except DomainError as refusal:
            logger.warning("no %s was sent of %s: %s", METHOD_DECLINED.name, chosen, refusal)
    return told
