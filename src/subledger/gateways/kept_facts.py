"""Facts that the books could not take, read for what they say of money that may have moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.platform.models import Event

from .charges import paid_back_by, payment_of
from .generic.errors import BookingDayImprobable, RequestSettled
from .generic.states import STATEMENTS, BookingReference, is_another
from .models import Charge, PaymentRequest, RequestReport, UnbookedFact
from .rules.doubts import IN, OUT, RequestFacts, Said, in_doubt, told
from .states import RequestState, RequestType

FEE_ACCOUNT_MISSING = "fee_account_missing"
RATE_MISSING = "exchange_rate_missing"
OF_FEES = (FEE_ACCOUNT_MISSING, RATE_MISSING)  # they are dealt with by themselves, whatever becomes of their request


@dataclass(frozen=True, slots=True)
class Doubt:
    """A request of which it is said that money moved that the books do not have, and how much: beyond its own amount
    while it is open. ``told_out`` is what of that is told as a fact to have gone, its own amount included."""

    request: PaymentRequest
    said: str  # the first of what was said
    into: int
    out: int
    told_out: int
    out_of: int  # the account that what went out is taken from
    payment_id: int | None  # the payment that it pays back, where it is one of a charge

    @property
    def name(self) -> str:
        """What went out of it, as people know it."""
        row = self.request
        return say(
            "{number} over {amount}, {state}, {words}",
            number=row.number,
            amount=Money(row.amount_minor, row.currency),
            state=plain(row.state),
            words=self.words,
        )

    @property
    def words(self) -> str:
        row = self.request
        if self.out and row.state != RequestState.REJECTED:
            return say("of which it is said that {money} more moved", money=Money(self.out, row.currency))
        if self.told_out:
            return say("of which it is said that {money} moved", money=Money(self.told_out, row.currency))
        return say("of which it is said that its money moved")


def held_by(row: UnbookedFact) -> set[int]:
    """The requests in the file that a fact is about as a whole."""
    files = Event.objects.filter(object_id=row.provider_id, type="provider.requests_exported")
    found = files.filter(data__message=row.message).values_list("data__requests", flat=True).first()
    return set(found or ())


def doubts_on(account_ids: Collection[int]) -> list[Doubt]:
    """What may have moved into and out of these accounts and is not in the books, until somebody closes that; the
    oldest request first. What was given back of a payment counts where that stands by now."""
    given_back = Q(type=RequestType.PAYMENT) & (Q(unbooked_facts__verb="return") | Q(unbooked_facts__direction=OUT))
    here = set(account_ids)
    return [one for one in _doubts(Q(account__in=here) | given_back) if here & {one.request.account_id, one.out_of}]


def all_doubts() -> list[Doubt]:
    """The same of the whole company."""
    return _doubts(Q())


def doubts_about(there: Q) -> list[Doubt]:
    """The same of requests that are over and moved nothing in the books."""
    return _doubts(there & Q(state=RequestState.REJECTED))


def _doubts(there: Q) -> list[Doubt]:
    kept = UnbookedFact.objects.filter(resolved_at=None).exclude(verb="reject").exclude(code__in=OF_FEES)
    about = dict(kept.exclude(request=None, message="").values_list("pk", "request_id"))
    whole_files = [ident for ident, request_id in about.items() if request_id is None]
    of_files = {fact.pk: (fact, held_by(fact)) for fact in kept.filter(pk__in=whole_files)} if whole_files else {}
    in_files: set[int] = set().union(*(held for _, held in of_files.values()))
    named = in_files | {request_id for request_id in about.values() if request_id is not None}
    if not named:
        return []
    # By their ids, or the database looks at every request there ever was for the few of which something is kept.
    rows = PaymentRequest.objects.filter(Q(pk__in=in_files) | Q(unbooked_facts__in=kept), there, pk__in=named)
    requests = {row.pk: row for row in rows.select_related("provider", "charge").order_by("pk").distinct()}
    facts: dict[int, list[UnbookedFact]] = {ident: [] for ident in requests}
    for fact in kept.filter(request__in=requests).order_by("pk") if requests else ():
        facts[fact.request_id or 0].append(fact)
    for fact, held in of_files.values():
        for ident in held & requests.keys():
            facts[ident].append(fact)
    captured = {one.request_id: one for one in Charge.objects.filter(request__in=requests)} if requests else {}
    booked: dict[int, dict[str, list[BookingReference]]] = {}
    for report in RequestReport.objects.filter(request__in=requests, verb="post") if requests else ():
        words = BookingReference(report.reference, report.booked_on)
        booked.setdefault(report.request_id, {}).setdefault(report.source, []).append(words)
    found = [_doubt(row, facts[ident], captured.get(ident), booked.get(ident, {})) for ident, row in requests.items()]
    return [one for one in found if one.into or one.out or one.told_out]


def _doubt(
    row: PaymentRequest,
    facts: list[UnbookedFact],
    captured: Charge | None,
    booked: Mapping[str, Sequence[BookingReference]],
) -> Doubt:
    asked = RequestFacts(RequestType(row.type), RequestState(row.state), row.amount_minor, _plain(row.reference, row))
    said = [_said(fact, row, booked) for fact in facts]
    moved = in_doubt(asked, said)
    given_back = payment_of(captured) if captured else None
    return Doubt(
        request=row,
        said=facts[0].said,
        into=moved[IN],
        out=moved[OUT],
        told_out=told(asked, said)[OUT],
        out_of=given_back.account_id if given_back else row.account_id,
        payment_id=given_back.pk if given_back else paid_back_by(row),
    )


def _said(fact: UnbookedFact, row: PaymentRequest, booked: Mapping[str, Sequence[BookingReference]]) -> Said:
    """What is said of a whole file may be, of each request in it, what the books have; ``booked`` is what each source
    told of that."""
    is_of_file = fact.request_id is None
    is_of_statement = fact.source in STATEMENTS
    is_comparable = fact.amount_minor is not None and fact.currency == row.currency and not is_of_file
    words = words_of(fact, row)
    is_same = fact.amount_minor is None or is_of_file or (is_comparable and fact.amount_minor == row.amount_minor)
    # A source that told what the books have told of another one by another amount, or beside it when it was read.
    is_beside = (is_of_statement and not is_same) or fact.code == RequestSettled.code
    is_apart = (fact.source in booked and is_beside) or is_another(words, source=fact.source, before=booked)
    return Said(
        source=fact.source,
        verb=fact.verb,
        reference=_plain(row.reference if is_of_file else fact.reference, row),
        minor=(fact.amount_minor or 0) if is_comparable else row.amount_minor,
        direction=fact.direction,
        booked_on=words.booked_on,
        place=fact.place,
        is_fact=is_comparable and fact.verb != "process",
        is_another=fact.place > 1 or (fact.verb == "post" and is_apart),
        is_exact=is_of_statement and is_comparable,
    )


def words_of(fact: UnbookedFact, row: PaymentRequest) -> BookingReference:
    """What a fact was called when it was told, and the day, where it could be that."""
    own = _plain(fact.reference, row)
    is_possible = fact.code != BookingDayImprobable.code
    return BookingReference("" if own == row.number else own, fact.booked_on if is_possible else None)


def _plain(reference: str, row: PaymentRequest) -> str:
    """Where several rows of a file have one reference, each is called by that and its request."""
    return reference.removesuffix(f"/{row.number}")
