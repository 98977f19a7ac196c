"""Ways to pay that were declined for good, and what ends that.

Which declines are for good is said by whoever knows what the codes of a company mean (`bar`). It ends where the way to
pay changed at its gateway, where something was charged by it all the same, and where somebody says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import locked
from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.accounts.states import AccountState
from subledger.gateways.models import Attempt, BarredWay, PaymentRequest
from subledger.gateways.states import RequestState, RequestType
from subledger.gateways.ways_to_collect import name_of_way
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

SYSTEM = "system"


def bar(declined: Sequence[PaymentRequest]) -> None:
    """Charge nothing more by the ways to pay that these requests were declined for good by. The locks of their
    accounts are held; what is barred already stays so, by what barred it first."""
    by_way = {row.preference_id: row for row in reversed(declined) if row.preference_id is not None}
    barred = set(_open(by_way).values_list("preference_id", flat=True)) if by_way else set()
    new = {ident: row for ident, row in by_way.items() if ident not in barred}
    if not new:
        return
    at, company = clock.now(), current_company_id()
    BarredWay.objects.bulk_create(
        BarredWay(company_id=company, preference_id=ident, failed_request=row, since=at) for ident, row in new.items()
    )
    why = {ident: {"payment_request_id": row.pk, "code": row.error_code} for ident, row in new.items()}
    _tell("barred", why, actor=SYSTEM)


def unbar(preference_ids: Collection[int], *, actor: str) -> None:
    """Let these be charged again without being named, those that are barred."""
    _end(list(_open(preference_ids)) if preference_ids else [], actor=actor)


def unbar_what_paid(moved: Sequence[PaymentRequest]) -> None:
    """Of requests whose state changed, those that charged something after the decline: their bank takes it after all.
    What was asked for and sent before it was known says nothing, however late it is told."""
    paid: dict[int, list[PaymentRequest]] = {}
    for row in moved:
        if row.type == RequestType.PAYMENT and row.state == RequestState.POSTED and row.preference_id is not None:
            paid.setdefault(row.preference_id, []).append(row)
    barred = list(_open(paid)) if paid else []
    if not barred:
        return
    sent = Attempt.objects.filter(request__in=[one for row in barred for one in paid[row.preference_id]])
    sent_at = dict(sent.order_by("sent_at").values_list("request_id", "sent_at"))
    over = [
        row
        for row in barred
        if any(
            (sent_at.get(one.pk, one.created_at), one.pk) > (row.since, row.failed_request_id)
            for one in paid[row.preference_id]
        )
    ]
    _end(over, actor=SYSTEM)


def _end(rows: Sequence[BarredWay], *, actor: str) -> None:
    if not rows:
        return
    BarredWay.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=clock.now(), ended_by=actor)
    _tell("unbarred", {row.preference_id: {} for row in rows}, actor=actor)


@atomic
def allow_again(*, account_id: int, chosen_id: int, actor: str) -> AccountPaymentPreference:
    """Let a way to pay be charged again that was declined for good: by runs and retries, and where nobody names it.
    Of one that was not, or is again, nothing changes.

    Raises:
        NotFound; AccountTerminated: nothing is collected there any more.
    """
    demand("gateways.charge")
    account = locked(Account, account_id)
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("change how it pays"))
    ways = AccountPaymentPreference.objects.select_related("preference", "instrument")
    chosen = ways.filter(pk=chosen_id, account_id=account_id).first()
    if chosen is None:
        raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment preference of this account"))
    unbar([chosen.pk], actor=actor)
    return chosen


def _open(preference_ids: Collection[int]) -> Any:
    return BarredWay.objects.filter(preference__in=list(preference_ids), ended_at=None)


def _tell(what: str, facts: dict[int, dict[str, object]], *, actor: str) -> None:
    """On their accounts."""
    ways = AccountPaymentPreference.ever.select_related("preference", "instrument").in_bulk(facts)
    record_events(
        [
            NewEvent(
                f"account.payment_preference_{what}",
                "account",
                ways[ident].account_id,
                {"instrument": name_of_way(ways[ident]), "payment_preference": ways[ident].public_id, **told},
            )
            for ident, told in sorted(facts.items())
        ],
        actor=actor,
    )
