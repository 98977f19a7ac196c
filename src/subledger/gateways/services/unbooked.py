"""Keeping what could not be booked as work for a person, and closing it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from subledger.gateways.errors import HeldBack, OutcomeDiffers
from subledger.gateways.generic.errors import BookingDayImprobable, ReferenceTaken, RequestSettled
from subledger.gateways.kept_facts import OF_FEES, Doubt, doubts_about, held_by
from subledger.gateways.models import Claim, PaymentRequest, Provider, UnbookedFact
from subledger.gateways.port import Succeeded
from subledger.gateways.states import ClaimKind, RequestState
from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.kernel.words import plain
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

GATEWAY = "gateway"  # the source of what a gateway itself told
API = "api"
BY_INTEGRATORS = (API, "csv")  # sources of what somebody says who can set it right by saying it again
POSTING_REFUSED = "posting_refused"
# Why the books had not taken what is told of a request that has ended since, where the code says it.
OVER_SINCE = {
    OutcomeDiffers.code: say("It is of another amount than was asked for"),
    BookingDayImprobable.code: say("It cannot have been booked on that day"),
    ReferenceTaken.code: say("Its reference names another request"),
    POSTING_REFUSED: say("The books refused to post it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbooked:
    """A fact as it was told, and why the books did not take it."""

    source: str
    said: str
    code: str
    reason: str
    position: str = ""
    reference: str = ""
    request_id: int | None = None
    amount: Money | None = None
    booked_on: date | None = None
    verb: str = ""
    direction: str = ""
    message: str = ""
    place: int = 1  # among those that its statement tells in the same words, each of which is a fact by itself

    @property
    def key(self) -> str:
        parts = [
            self.said,
            self.reference,
            str(self.request_id or ""),
            str(self.amount or ""),
            str(self.booked_on or ""),
        ]
        if self.place > 1:
            parts.append(str(self.place))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A bank's word that the books took: what makes it the same fact as one that was kept before."""

    request_id: int
    verb: str
    direction: str
    amount: Money | None  # None: the bank names none
    reference: str
    booked_on: date | None = None
    place: int = 1

    def is_told_by(self, row: UnbookedFact) -> bool:
        """Whether a fact that was kept is this one. Of what was on another day it is, where that day could not be."""
        told = Booked(
            request_id=row.request_id or 0,
            verb=row.verb,
            direction=row.direction,
            amount=Money(row.amount_minor, row.currency) if row.amount_minor is not None else None,
            reference=row.reference,
            booked_on=row.booked_on,
            place=row.place,
        )
        if row.code == BookingDayImprobable.code or not self.booked_on or not row.booked_on:
            told = replace(told, booked_on=self.booked_on)
        return told == self


def differing(row: PaymentRequest, outcome: Succeeded) -> Unbooked:
    """A gateway's word that another amount moved than it was asked for."""
    asked = Money(row.amount_minor, row.currency)
    return Unbooked(
        source=GATEWAY,
        said=say(
            "{name} says that {amount} moved for payment request {number} over {asked}.",
            name=row.provider.name,
            amount=outcome.amount,
            number=row.number,
            asked=asked,
        ),
        code=OutcomeDiffers.code,
        reason=say(
            "Nothing was booked, since another amount moved than the {asked} that were asked for. "
            "Look at the payment at {name} and have it set right there; the request is asked about "
            "again every day, and ends once the amounts agree.",
            asked=asked,
            name=row.provider.name,
        ),
        reference=outcome.reference,
        request_id=row.pk,
        amount=outcome.amount,
    )


def not_posted(row: PaymentRequest, refusal: str) -> Unbooked:
    """Money that moved and the books refuse, on its own account and on the suspense account."""
    return Unbooked(
        source=GATEWAY,
        said=say(
            "The money of payment request {number} moved through {name}.", number=row.number, name=row.provider.name
        ),
        code=POSTING_REFUSED,
        reason=say(
            "The books refuse it: {refusal} Then look the request up: it is posted as soon as the "
            "books take it, and tried again every day.",
            refusal=refusal,
        ),
        reference=row.reference,
        request_id=row.pk,
        amount=Money(row.amount_minor, row.currency),
    )


class ResolutionMissing(Invalid):
    code = "resolution_missing"

    def __init__(self) -> None:
        super().__init__(say("Say what was done about it, so that others can follow."), param="/resolution")


@atomic
def keep(*, provider: Provider, facts: Iterable[Unbooked], actor: str) -> int:
    """Keep facts that are not kept yet; how many are new."""
    at = clock.now()
    rows = [
        UnbookedFact(
            company_id=current_company_id(),
            provider=provider,
            request_id=one.request_id,
            key=one.key,
            source=one.source[:20],
            verb=one.verb,
            direction=one.direction,
            message=one.message,
            position=one.position,
            said=one.said,
            code=one.code[:80],
            reason=one.reason,
            reference=one.reference,
            amount_minor=one.amount.minor if one.amount else None,
            currency=one.amount.currency if one.amount else "",
            booked_on=one.booked_on,
            place=one.place,
            created_at=at,
        )
        for one in facts
    ]
    known = set(UnbookedFact.objects.filter(provider=provider, key__in=[row.key for row in rows]).values_list("key"))
    new = [row for row in {row.key: row for row in rows}.values() if (row.key,) not in known]
    UnbookedFact.objects.bulk_create(new, ignore_conflicts=True)
    parts = [
        NewEvent("provider.fact_unbooked", "provider", provider.pk, {"said": row.said, "code": row.code}) for row in new
    ]
    record_events(parts, actor=actor)
    return len(new)


def booked_after_all(*, provider: Provider, booked: Iterable[Booked]) -> None:
    """Close the kept facts that the books have taken since: those very facts, and no others of their requests."""
    by_request: dict[int, list[Booked]] = {}
    for one in booked:
        by_request.setdefault(one.request_id, []).append(one)
    kept = UnbookedFact.objects.filter(provider=provider, request_id__in=by_request, resolved_at=None).exclude(verb="")
    same = [
        row.pk
        for row in kept.exclude(code__in=OF_FEES)
        if any(one.is_told_by(row) for one in by_request[row.request_id or 0])
    ]
    close(UnbookedFact.objects.filter(pk__in=same), say("The books took it after all."))


def reported_again(*, said: Iterable[tuple[int, str, str]]) -> None:
    """Close what integrators said before of what they have set right since: the same booking or return of a request,
    by its ``(request, verb, reference)``."""
    same = Q(pk__in=())
    for request_id, verb, reference in said:
        same |= Q(request=request_id, verb=verb, reference=reference)
    kept = UnbookedFact.objects.filter(same, source__in=BY_INTEGRATORS, resolved_at=None)
    close(kept.exclude(code__in=OF_FEES), say("It was reported again, and taken."))


def held_back(request_ids: Iterable[int]) -> dict[int, HeldBack]:
    """Those of these requests of which something was said that the books could not take, by id: until that is closed
    nobody knows whether their money has moved, so they do not leave again."""
    wanted, kept = set(request_ids), _kept_back()
    said = {}
    for row in kept.filter(request=None).exclude(message=""):
        for ident in held_by(row) & wanted:
            said[ident] = row.said
    said.update(kept.filter(request__in=wanted).values_list("request_id", "said"))
    return {ident: HeldBack(encode(PaymentRequest.PREFIX, ident), words) for ident, words in said.items()}


def held_back_on(account_ids: Collection[int]) -> set[int]:
    """All such requests on these accounts, however many wait there; beside them others that a file names."""
    kept = _kept_back()
    named = set(kept.filter(request__account__in=account_ids).values_list("request_id", flat=True))
    return named.union(*(held_by(row) for row in kept.filter(request=None).exclude(message="")))


def _kept_back() -> QuerySet[UnbookedFact]:
    return UnbookedFact.objects.filter(resolved_at=None).exclude(code__in=OF_FEES).order_by("-pk")


def refuse_booked_before(asked: Iterable[PaymentRequest], claims: Iterable[Claim]) -> None:
    """Refuse to ask anew for what a request was to move that is over, while it is said that its money moved.

    Raises:
        HeldBack
    """
    held = booked_before(asked, {claim.object_id for claim in claims if claim.kind == ClaimKind.TRANSACTION})
    if held:
        raise held


def booked_before(asked: Iterable[PaymentRequest], document_ids: Collection[int]) -> HeldBack | None:
    """Why not to ask anew for these documents: a request for the same is over, and it is said that its money moved.

    It keeps what it claimed, as one that is open does. What it comes to on its account is counted by `outstanding`."""
    same = Q(claims__kind=ClaimKind.TRANSACTION, claims__object_id__in=document_ids)
    same |= Q(charge__in={row.charge_id for row in asked if row.charge_id})
    return in_doubt_as(doubts_about(same))


def in_doubt_as(doubts: Sequence[Doubt]) -> HeldBack | None:
    """The refusal that names these doubts, the first with what is said of it."""
    if not doubts:
        return None
    first, *others = doubts
    return HeldBack(first.request.public_id, first.said, [one.request.number for one in others])


def over_after_all(*, rows: Iterable[PaymentRequest]) -> None:
    """Close what the books had refused of requests that are over since, and what a gateway said of the very payment
    with which they ended."""
    ended = {row.pk: row.reference for row in rows}
    kept = UnbookedFact.objects.filter(request__in=ended, resolved_at=None).exclude(code__in=OF_FEES)
    facts = kept.values_list("pk", "request_id", "code", "source", "reference")
    over = [
        ident
        for ident, request_id, code, source, reference in facts
        if code == POSTING_REFUSED or (source == GATEWAY and reference in ("", ended[request_id or 0]))
    ]
    if over:
        close(UnbookedFact.objects.filter(pk__in=over), say("The request has its end by now."))


def close(kept: QuerySet[UnbookedFact], resolution: str) -> None:
    """Close what the system itself has dealt with."""
    kept.update(resolved_at=clock.now(), resolved_by="system", resolution=resolution)


def keep_not_posted(*, provider: Provider, request_ids: Iterable[int]) -> None:
    """Keep requests that were tried once more in vain, unless a bank's word of the same is kept already."""
    rows = PaymentRequest.objects.select_related("provider").filter(pk__in=list(request_ids))
    rows = rows.filter(state=RequestState.UNKNOWN, error_code=POSTING_REFUSED)
    rows = rows.exclude(unbooked_facts__in=UnbookedFact.objects.filter(code=POSTING_REFUSED, resolved_at=None))
    keep(provider=provider, facts=[not_posted(row, row.error_message) for row in rows], actor="system")


@atomic
def resolve(*, fact_id: int, resolution: str, actor: str) -> UnbookedFact:
    """Close a fact with what was done about it. Closed twice, the first word stands.

    Raises:
        NotFound; ResolutionMissing; CardNumberRefused, TextInvalid: of the resolution.
    """
    demand("gateways.charge:unbooked")
    check_texts(resolution, param="/resolution")
    row = UnbookedFact.objects.select_for_update(of=("self",)).filter(pk=fact_id).first()
    if row is None:
        raise NotFound(say("unbooked fact"), encode(UnbookedFact.PREFIX, fact_id))
    fact: UnbookedFact = row
    if fact.resolved_at is not None:
        return fact
    if not resolution.strip():
        raise ResolutionMissing
    fact.resolved_at, fact.resolved_by, fact.resolution = clock.now(), actor, resolution.strip()
    fact.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    parts = {"said": fact.said, "resolution": fact.resolution}
    record_events([NewEvent("provider.fact_resolved", "provider", fact.provider_id, parts)], actor=actor)
    return fact


def advice_on(row: UnbookedFact) -> str:
    """Why the books did not take a fact, and what to do about it by now: its request may have ended since."""
    request = row.request
    is_over = request is not None and request.state in (RequestState.POSTED, RequestState.REJECTED)
    if request is None or not is_over or row.resolved_at is not None or row.code in OF_FEES:
        return str(row.reason)
    verb = row.verb or "post"
    if row.reason == str(RequestSettled(request.number, request.state, verb)):
        return str(row.reason)
    why, remedy = OVER_SINCE.get(row.code, say("It could not be booked")), RequestSettled.remedy(request.state, verb)
    return say(
        "{why}, and payment request {number} is {state} by now. {remedy}",
        why=why,
        number=request.number,
        state=plain(request.state),
        remedy=remedy,
    )


def unbooked() -> QuerySet[UnbookedFact]:
    """Open ones first, the newest of each first."""
    rows: QuerySet[UnbookedFact] = UnbookedFact.objects.select_related("provider", "request").order_by("-id")
    return rows
