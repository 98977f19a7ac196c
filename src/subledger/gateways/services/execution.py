"""The loop of whoever executes a generic provider's requests: take them, begin them, say what became of them.

Sets of up to 1,000, where each element gets its own answer and partial success is normal. An element that is refused
changes nothing; what is taken goes through `outcomes.apply_outcomes`, like every other outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.companies.models import Company
from subledger.gateways.errors import BatchHeld, OutcomeDiffers, ProviderExecutes
from subledger.gateways.generic.errors import (
    BookingDayImprobable,
    ElementInvalid,
    IdentifierTwice,
    NotDue,
    PostingRefused,
    ReferenceTaken,
    RefusedAsDuplicate,
    RequestOfAnotherProvider,
    RequestSettled,
    RequestTwice,
    TooManyElements,
)
from subledger.gateways.generic.reasons import REASONS, in_words, is_duplicate
from subledger.gateways.generic.reported import Verb, request_id
from subledger.gateways.generic.states import FINAL, REPORTS
from subledger.gateways.held_batches import held_batches
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.port import Declined, Returned, Succeeded
from subledger.gateways.queries import provider_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.days import why_another, why_improbable
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.cards import card_number_in
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.text import shows
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

from .booking import Days, days_of_books
from .outcomes import Answered, ReportedOutcome, answers_to, apply_outcomes
from .outstanding import not_to_leave
from .reports import Element, ReportAnswer, keep_refused
from .unbooked import held_back

MOST = 1_000
LONGEST = {"reference": 200, "error_code": 80, "error_message": 1_000}
NEEDED: Mapping[Verb, tuple[str, ...]] = {
    "process": (),
    "post": ("reference",),
    "reject": ("error_code",),
    "return": ("error_code",),
}
# A reference names one request of a provider. Nobody else says so between our looking and our writing.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('reports on a provider', %s))"
BEGIN = """
    UPDATE gateways_paymentrequest r
       SET state = 'under_processing', reference = coalesce(nullif(n.reference, ''), r.reference)
      FROM unnest(%s::bigint[], %s::text[]) AS n(id, reference)
     WHERE r.id = n.id
"""


def process(*, elements: Sequence[Element], actor: str, provider_id: int | None = None) -> list[ReportAnswer]:
    """Pending requests are begun: nobody else should execute them now. A reference may be given already.

    What asks for more than is due by now is refused and taken back: its payment or refund is a draft again.

    The answers, here and below, stand in the elements' order. With ``provider_id`` requests of others are refused.

    Raises:
        TooManyElements: more than 1,000; nothing is changed. NotFound: no such provider in this company.
    Answers' errors:
        ElementInvalid, IdentifierTwice, RequestTwice, NotFound, ProviderExecutes, RequestOfAnotherProvider,
        OutcomeDiffers, BookingDayImprobable, ReferenceTaken, RequestSettled, TransitionNotAllowed, NotDue, HeldBack.
    """
    return _kept("process", elements, provider_id=provider_id, actor=actor)


def post(*, elements: Sequence[Element], actor: str, provider_id: int | None = None) -> list[ReportAnswer]:
    """The money moved; each element has the ``reference`` under which it did.

    What was returned before it was told is booked and returned, each on its day, and stays rejected. Errors as of
    `process`, and PostingRefused: the books cannot post it yet."""
    return _kept("post", elements, provider_id=provider_id, actor=actor)


def reject(*, elements: Sequence[Element], actor: str, provider_id: int | None = None) -> list[ReportAnswer]:
    """The money did not and will not move; each element has an ``error_code``. Errors as of `process`, and
    RefusedAsDuplicate: what was refused is a second sending, which says nothing of the first."""
    return _kept("reject", elements, provider_id=provider_id, actor=actor)


def give_back(*, elements: Sequence[Element], actor: str, provider_id: int | None = None) -> list[ReportAnswer]:
    """The money came back, whether it had been posted or not; each element has an ``error_code``. A posted payment is
    cancelled, a posted refund undone. Errors as of `process`, and PostingRefused."""
    return _kept("return", elements, provider_id=provider_id, actor=actor)


@atomic
def _kept(verb: Verb, elements: Sequence[Element], *, provider_id: int | None, actor: str) -> list[ReportAnswer]:
    """Report, and keep as work what is said to have happened and the books could not take, as of a bank's file."""
    answers = report(verb, elements, provider_id=provider_id, actor=actor, is_begun=verb != "process")
    keep_refused(verb, list(zip(elements, answers, strict=True)), actor=actor)
    return answers


def report(
    verb: Verb, elements: Sequence[Element], *, provider_id: int | None, actor: str, is_begun: bool = True
) -> list[ReportAnswer]:
    """Any of the four. ``is_begun``: whoever says so tells of what was begun; else it asks to begin it."""
    demand("gateways.charge:report")
    check_count(elements)
    if provider_id is not None:
        provider_by_id(provider_id)
    ids, refused = _readable(verb, elements)
    states: dict[int, RequestState] = {}
    with atomic():
        rows = lock_requests(ids.values())
        for at, ident in ids.items():
            try:
                _check(verb, elements[at], rows.get(ident), provider_id)
            except DomainError as refusal:
                refused[at] = refusal
        going = {at: rows[ident] for at, ident in ids.items() if at not in refused}
        for at in _taken(going, elements):
            refused[at] = ReferenceTaken(elements[at].reference)
            del going[at]
        if not is_begun:
            _hold_back(going, refused)
        if verb == "process":
            _take_back(going, refused, actor=actor)
            begin({row.pk: elements[at].reference for at, row in going.items()}, actor=actor)
            states = dict.fromkeys(going, RequestState.UNDER_PROCESSING)
        elif going:
            reports = [
                ReportedOutcome(row.pk, _outcome(verb, elements[at], row), booked_on=elements[at].booked_on)
                for at, row in going.items()
            ]
            for at, answer in zip(going, answers_to(reports, actor=actor), strict=True):
                if not isinstance(answer, Answered):
                    refused[at] = answer
                    continue
                if answer.refused is not None:
                    refused[at] = PostingRefused(going[at].number, answer.state, answer.refused)
                if answer.refused is None or answer.state is RequestState.UNKNOWN:
                    states[at] = answer.state
        days = days_of_books()
    return [
        ReportAnswer(
            one.request_unique_identifier,
            one.request,
            states.get(at),
            refused.get(at),
            _note(verb, one, days) if at in states and at not in refused else "",
        )
        for at, one in enumerate(elements)
    ]


def _note(verb: Verb, element: Element, days: Days) -> str:
    """Where the books take another day than a bank told: one ahead is posted today, one in closed books later."""
    if verb not in ("post", "return"):
        return ""
    return why_another(element.booked_on, today=days.today, closed_through=days.closed_through)


def _hold_back(going: dict[int, PaymentRequest], refused: dict[int, DomainError]) -> None:
    """Refuse to begin what may have been carried out; it stays as it is until that is looked into."""
    held = held_back([row.pk for row in going.values()])
    batches = held_batches({row.batch_id for row in going.values()})
    for at, row in list(going.items()):
        if row.pk in held or (row.batch_id in batches and row.state == RequestState.PENDING):
            refused[at] = held.get(row.pk) or BatchHeld(row.number)
            del going[at]


def _take_back(going: dict[int, PaymentRequest], refused: dict[int, DomainError], *, actor: str) -> None:
    """Refuse, and take back, what is not to leave any more, as a file for a bank leaves it out."""
    late = not_to_leave(going.values())
    apply_outcomes([ReportedOutcome(ident, one.reason) for ident, one in late.items()], actor=actor)
    for at, row in list(going.items()):
        if row.pk in late:
            refused[at] = NotDue(row.number, RequestType(row.type), late[row.pk].code, late[row.pk].sentence())
            del going[at]


def _readable(verb: Verb, elements: Sequence[Element]) -> tuple[dict[int, int], dict[int, DomainError]]:
    """Ids of requests, and refusals of what cannot be taken by itself or beside the others; by place."""
    ids: dict[int, int] = {}
    refused: dict[int, DomainError] = {}
    named = Counter(one.request_unique_identifier for one in elements)
    for at, one in enumerate(elements):
        try:
            _check_words(verb, one)
            if named[one.request_unique_identifier] > 1:
                raise IdentifierTwice(one.request_unique_identifier)
            ids[at] = request_id(one.request)
        except DomainError as refusal:
            refused[at] = refusal
    # Twins are counted among all, so that a twin of something that is refused does not slip through.
    counts = Counter(_ids_of(elements))
    for at, ident in list(ids.items()):
        if counts[ident] > 1:
            refused[at] = RequestTwice(elements[at].request)
            del ids[at]
    return ids, refused


def _ids_of(elements: Sequence[Element]) -> Iterator[int]:
    for one in elements:
        try:
            yield request_id(one.request)
        except NotFound:
            continue


def check_count(elements: Sized) -> None:
    """TooManyElements: more than one call takes."""
    if len(elements) > MOST:
        raise TooManyElements(len(elements), MOST)


def _check_words(verb: Verb, element: Element) -> None:
    for field in ("request_unique_identifier", *NEEDED[verb]):
        if not shows(getattr(element, field)):
            raise ElementInvalid(field, say("is missing"), say("Fill it in."))
    for field in ("request_unique_identifier", *LONGEST):
        text = getattr(element, field)
        if "\0" in text:
            raise ElementInvalid(field, say("holds a zero character, which no text may have"), say("Leave it out."))
        if text and not shows(text):
            raise ElementInvalid(field, say("holds nothing that can be seen"), say("Write it, or leave it out."))
        if card_number_in(text):
            raise ElementInvalid(
                field, say("looks like a card number, which is never kept"), say("Leave its last four digits.")
            )
        longest = LONGEST.get(field, len(text))
        if len(text) > longest:
            raise ElementInvalid(
                field,
                say("has {length} characters and {longest} is the most", length=len(text), longest=longest),
                say("Shorten it."),
            )


def lock_requests(ids: Iterable[int]) -> dict[int, PaymentRequest]:
    """Requests of generic providers, locked after their providers' reports and their accounts; others as they stand.

    Which provider a request has never changes, so that may be read before the lock."""
    wanted = PaymentRequest.objects.filter(pk__in=set(ids))
    found = {row.pk: row for row in wanted.select_related("provider")}
    ours = [row for row in found.values() if not kind_named(row.provider.kind).executes]
    one_at_a_time(row.provider_id for row in ours)
    lock_accounts([row.account_id for row in ours])
    locked = wanted.filter(pk__in=[row.pk for row in ours]).select_for_update(of=("self",)).order_by("pk")
    found.update({row.pk: row for row in locked.select_related("provider")})
    return found


def _check(verb: Verb, element: Element, row: PaymentRequest | None, provider_id: int | None) -> None:
    """Whether a report can be taken of this request as it stands."""
    if row is None:
        raise NotFound(say("payment request"), element.request, param="/request")
    check_provider_of(row, provider_id)
    amount = Money(row.amount_minor, row.currency)
    if element.amount is not None and element.amount != amount:
        raise OutcomeDiffers(row.number, amount, element.amount)
    if element.booked_on is not None:
        zone = Company.objects.get(pk=row.company_id).time_zone
        asked_on = row.created_at.astimezone(ZoneInfo(zone)).date()
        why = why_improbable(element.booked_on, asked_on=asked_on, today=clock.today(zone))
        if why:
            raise BookingDayImprobable(row.number, element.booked_on, why)
    state = RequestState(row.state)
    if verb == "reject" and state not in FINAL and is_duplicate(element.error_code):
        raise RefusedAsDuplicate(
            say("payment request {number}", number=row.number), in_words(element.error_code.strip().upper())
        )
    if verb == "return" and state is RequestState.POSTED:
        return
    if verb == "post" and state is RequestState.REJECTED and row.returned_first_on is not None:
        return
    if state in FINAL:
        raise RequestSettled(row.number, state, verb)
    REPORTS.advance(state, verb)


def one_at_a_time(provider_ids: Iterable[int]) -> None:
    """Nobody else reports on these providers until the transaction ends."""
    with connection.cursor() as cursor:
        for provider_id in sorted(set(provider_ids)):
            cursor.execute(ONE_AT_A_TIME, [provider_id])


def check_provider_of(row: PaymentRequest, provider_id: int | None) -> None:
    """ProviderExecutes, RequestOfAnotherProvider."""
    if kind_named(row.provider.kind).executes:
        raise ProviderExecutes(row.provider.name)
    if provider_id is not None and row.provider_id != provider_id:
        raise RequestOfAnotherProvider(row.number, row.provider.name)


def _taken(going: Mapping[int, PaymentRequest], elements: Sequence[Element]) -> list[int]:
    """Places whose reference names another request of the same provider and type, in this call or in the books."""
    said = {
        at: (row.provider_id, row.type, elements[at].reference) for at, row in going.items() if elements[at].reference
    }
    counts = Counter(said.values())
    owners = {
        (provider_id, type_, reference): ident
        for provider_id, type_, reference, ident in PaymentRequest.objects.filter(
            provider_id__in={provider_id for provider_id, _, _ in counts},
            reference__in={reference for _, _, reference in counts},
        ).values_list("provider_id", "type", "reference", "pk")
    }
    return [at for at, key in said.items() if counts[key] > 1 or owners.get(key, going[at].pk) != going[at].pk]


def begin(references: Mapping[int, str], *, actor: str) -> None:
    """Pending requests, locked by the caller, become under processing; by id with their reference, "" for none yet."""
    if not references:
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [list(references), list(references.values())])
    facts = [
        NewEvent(
            "payment_request.under_processing",
            "payment_request",
            ident,
            {"state": RequestState.UNDER_PROCESSING, "was": RequestState.PENDING, "reference": reference},
        )
        for ident, reference in references.items()
    ]
    record_events(facts, actor=actor)


def _outcome(verb: Verb, element: Element, row: PaymentRequest) -> Succeeded | Declined | Returned:
    if verb == "post":
        amount = Money(row.amount_minor, row.currency)
        return Succeeded(reference=element.reference, amount=amount, charge=element.reference)
    code = element.error_code
    if verb == "return":
        words = element.error_message or (in_words(code) if code in REASONS else code)
        return Returned(code, words, element.reference)
    return Declined(code, element.error_message or (in_words(code) if code in REASONS else code), element.reference)


def generic_provider(provider_id: int) -> Provider:
    """NotFound; ProviderExecutes for one that an integrator has no part in."""
    provider = provider_by_id(provider_id)
    if kind_named(provider.kind).executes:
        raise ProviderExecutes(provider.name)
    return provider
