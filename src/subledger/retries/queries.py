"""Reads of retries: plans in force, what of documents stops them, lists of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.accounts.states import AccountState
from subledger.collecting.documents import collectable_named
from subledger.gateways.declines import DeclineClass, class_among
from subledger.gateways.models import Claim, PaymentRequest
from subledger.gateways.registry import decline_class
from subledger.kernel.errors import NotFound
from subledger.platform.scope import current_company_id
from subledger.promises.holds import holds_of
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.states import TransactionState

from .documents import PAYMENT
from .models import DeclineCode, Retry, RetryPlan
from .rules.plans import Plan
from .states import LIVE, RetryState, StopReason
from .unresolved import unresolved

__all__ = [
    "account_retries",
    "as_they_stand",
    "classes_of",
    "coming",
    "live_retries_of",
    "plan_of",
    "plans_of",
    "retries",
    "retries_of",
    "retry_by_id",
    "to_see_to",
    "why_stopped",
]


# -- plans -----------------------------------------------------------------------------------------------------------


def plans_of(provider_ids: Collection[int]) -> Mapping[int, RetryPlan]:
    """The plan in force for each of these providers that has one."""
    named = RetryPlan.providers.through.objects.filter(provider_id__in=list(provider_ids), retryplan__is_active=True)
    return {one.provider_id: one.retryplan for one in named.select_related("retryplan")}


def plan_of(row: RetryPlan) -> Plan:
    return Plan(tuple(row.days), tuple(row.hours), tuple(row.paydays))


def classes_of(rows: Sequence[PaymentRequest]) -> Mapping[int, DeclineClass]:
    """The class of each failure: as the company says of the provider, or of any; else as its kind of gateway does."""
    said: dict[int | None, dict[str, DeclineClass]] = {}
    providers = {row.provider_id for row in rows}
    for one in DeclineCode.objects.filter(Q(provider=None) | Q(provider__in=providers)):
        said.setdefault(one.provider_id, {})[one.code] = DeclineClass(one.decline_class)
    return {
        row.pk: class_among(said.get(row.provider_id, {}), row.error_code)
        or class_among(said.get(None, {}), row.error_code)
        or decline_class(row.error_code, row.provider.kind)
        for row in rows
    }


# -- what stops a retry ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a retry is about, as it stands: the invoices that are open of it, and its draft where it is a payment."""

    invoice_ids: tuple[int, ...]
    draft_state: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.invoice_ids)


def found_of(rows: Sequence[Retry]) -> Mapping[int, Found]:
    """By retry. What is settled has no open invoice."""
    found: dict[int, Found] = {}
    of_kind: dict[str, list[Retry]] = {}
    for row in rows:
        of_kind.setdefault(row.document_kind, []).append(row)
    for kind, several in of_kind.items():
        idents = [row.document_id for row in several]
        if kind == PAYMENT:
            drafts = Transaction.objects.in_bulk(idents)
            meant = {ident for draft in drafts.values() for ident in draft.intended_ids or ()}
            still = set(OpenItem.objects.filter(pk__in=meant, is_debit=True).values_list("pk", flat=True))
            for row in several:
                draft = drafts.get(row.document_id)
                invoices = tuple(ident for ident in (draft.intended_ids if draft else None) or () if ident in still)
                found[row.pk] = Found(invoices, draft.state if draft else "")
        else:
            opened = _open_documents(kind, idents)
            for row in several:
                found[row.pk] = Found(opened.get(row.document_id, ()))
    return found


def _open_documents(kind: str, idents: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The invoices of each of these documents of which anything is open."""
    statement = (
        f"SELECT d.document_id, d.invoice_ids FROM ({collectable_named(kind).sql}) AS d"
        " WHERE d.document_id = ANY(%(idents)s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), "idents": list(idents)})
        return {ident: tuple(invoices) for ident, invoices in cursor.fetchall()}


def why_stopped(rows: Sequence[Retry]) -> Mapping[int, StopReason]:
    """Those of these retries that are over, by what came since, each with its one reason. The rest may go on."""
    if not rows:
        return {}
    found = found_of(rows)
    holds = holds_of({ident for one in found.values() for ident in one.invoice_ids})
    terminated = set(
        Account.objects.filter(
            pk__in={row.account_id for row in rows}, state=AccountState.TERMINATED
        ).values_list("pk", flat=True)
    )  # fmt: skip
    plans = plans_of({row.provider_id for row in rows})
    removed, unwilling = _unfit({row.preference_id for row in rows})
    reasons: dict[int, StopReason] = {}
    for row in rows:
        one = found[row.pk]
        held = [holds[ident] for ident in one.invoice_ids if ident in holds]
        if row.document_kind == PAYMENT and one.draft_state in ("", TransactionState.REJECTED):
            reason = StopReason.PAYMENT_REJECTED
        elif not one.is_open or one.draft_state == TransactionState.POSTED:
            reason = StopReason.SETTLED
        elif row.account_id in terminated:
            reason = StopReason.ACCOUNT_TERMINATED
        elif any(hold.is_disputed for hold in held):
            reason = StopReason.DISPUTED
        elif any(hold.promise_id is not None for hold in held):
            reason = StopReason.PROMISED
        elif row.preference_id in removed and row.decline_class != DeclineClass.HARD:
            reason = StopReason.METHOD_REMOVED
        elif row.document_kind == PAYMENT and row.preference_id in unwilling:  # a document has the way of its account
            reason = StopReason.NOT_RECURRING
        elif row.provider_id not in plans:
            reason = StopReason.PLAN_ENDED
        else:
            continue
        reasons[row.pk] = reason
    return reasons


def as_they_stand(rows: Iterable[Retry]) -> list[Retry]:
    """Rows to be shown: what is over by what came since is stopped for that, though no worker has heard of it yet."""
    found = list(rows)
    reasons = why_stopped([row for row in found if row.state in LIVE])
    for row in found:
        if row.pk in reasons:
            row.state, row.stop_reason = RetryState.STOPPED, reasons[row.pk]
    return found


def made_by_retries(rows: Sequence[PaymentRequest]) -> set[int]:
    """Those of these requests that a retry made, by id."""
    made = Retry.objects.filter(made_request__in=[row.pk for row in rows])
    return set(made.values_list("made_request_id", flat=True))


def _unfit(chosen: Collection[int]) -> tuple[set[int], set[int]]:
    """Those of these ways to pay that are gone, and those that are not charged automatically."""
    ways = AccountPaymentPreference.ever.filter(pk__in=list(chosen)).values_list(
        "pk", "released_at", "instrument__removed_at", "is_recurring"
    )
    gone: set[int] = set()
    unwilling: set[int] = set()
    for ident, released_at, removed_at, is_recurring in ways:
        if released_at is not None or removed_at is not None:
            gone.add(ident)
        if not is_recurring:
            unwilling.add(ident)
    return gone, unwilling


# -- lists -----------------------------------------------------------------------------------------------------------


def retries() -> QuerySet[Any]:
    """With what a list or a page shows of them."""
    return Retry.objects.select_related("account", "provider", "plan", "failed_request", "failed_request__provider")


def retry_by_id(ident: int) -> Retry:
    """NotFound outside the company."""
    row: Retry | None = retries().filter(pk=ident).first()
    if row is None:
        raise NotFound(Retry, ident)
    return row


def of_documents(idents: Collection[int]) -> Q:
    """Retries of these transactions: of the very document, or of a payment that was meant for it."""
    claimed = Claim.objects.filter(object_id__in=list(idents), request=OuterRef("failed_request"))
    return Q(document_id__in=list(idents)) | Q(Exists(claimed))


def retries_of(document_id: int) -> list[Retry]:
    """The retries of an invoice, or of a payment that failed, the latest first."""
    return as_they_stand(retries().filter(of_documents([document_id])).order_by("-pk"))


def live_retries_of(account_ids: Collection[int]) -> QuerySet[Any]:
    return Retry.objects.filter(account_id__in=list(account_ids), state__in=sorted(LIVE))


def account_retries(account_id: int, *, most: int) -> list[Retry]:
    """What comes on an account, the next first, ``most`` at most."""
    live = retries().filter(account_id=account_id, state__in=sorted(LIVE)).order_by("due_at", "pk")
    return [row for row in as_they_stand(live[:most]) if row.state in LIVE]


def coming() -> QuerySet[Any]:
    return retries().filter(state__in=sorted(LIVE))


def to_see_to() -> QuerySet[Any]:
    """The last retries of what is open still and is not tried again by itself: somebody has to see to it."""
    company = current_company_id()
    found = RawSQL(f"SELECT u.retry_id FROM ({unresolved('%s')}) AS u", [company])
    return retries().filter(pk__in=found)


def latest_by_request(request_ids: Collection[int]) -> Mapping[int, Retry]:
    """What follows from each of these requests that failed."""
    rows = as_they_stand(retries().filter(failed_request__in=list(request_ids)))
    return {row.failed_request_id: row for row in rows}


def live_by_document(idents: Collection[int]) -> Mapping[int, Retry]:
    """The live retry of each of these transactions that has one; of an invoice, also one of a payment meant for it."""
    wanted = set(idents)
    found: dict[int, Retry] = {}
    live = retries().filter(of_documents(wanted), state__in=sorted(LIVE)).order_by("pk")
    rows = [row for row in as_they_stand(live) if row.state in LIVE]
    claims: dict[int, set[int]] = {}
    for request_id, object_id in Claim.objects.filter(
        request__in=[row.failed_request_id for row in rows], object_id__in=wanted
    ).values_list("request_id", "object_id"):
        claims.setdefault(request_id, set()).add(object_id)
    for row in rows:
        for ident in ({row.document_id} | claims.get(row.failed_request_id, set())) & wanted:
            found[ident] = row
    return found
