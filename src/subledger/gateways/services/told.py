"""What each source has told of requests that is in the books: by it another booking is known from one told again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import F, Q

from subledger.gateways.generic.errors import RequestSettled
from subledger.gateways.generic.reported import Reported, Verb
from subledger.gateways.generic.states import STATEMENTS, BookingReference, is_another
from subledger.gateways.kept_facts import words_of
from subledger.gateways.models import PaymentRequest, RequestReport, UnbookedFact
from subledger.gateways.states import REQUEST_PREFIX
from subledger.kernel.cards import masked
from subledger.kernel.ids import encode
from subledger.platform.models import Event

from .bank_words import amount_of

KNOWN_APART: frozenset[str] = frozenset({"post", "return"})  # what may happen to a request more than once

_Of = tuple[int, str]  # a request, and which of those


class ToldBefore:
    """The bookings and returns of some requests that one source tells of, as it and others told them before.

    The books have one of each at most, by whatever names. Every row of a bank's statement is a booking by itself: one
    of them at most is that which the books have, and the others are not, though nothing may tell them apart."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._told: dict[_Of, dict[str, list[BookingReference]]] = {}
        self._others: dict[
            _Of, list[tuple[BookingReference, int]]
        ] = {}  # bookings that this source told of beside, kept as work
        self._new: list[RequestReport] = []
        self._rows: dict[_Of, dict[str, BookingReference]] = {}  # of a statement, by their place in it
        self._chosen: dict[_Of, tuple[tuple[int, int], str]] = {}  # for as long as no more is known

    def load(self, request_ids: Collection[int]) -> None:
        for of in [(ident, verb) for ident in request_ids for verb in KNOWN_APART]:
            self._told.pop(of, None)
            self._others.pop(of, None)
        for row in RequestReport.objects.filter(request__in=list(request_ids)).order_by("pk"):
            self._of(row.request_id, row.verb).setdefault(row.source, []).append(
                BookingReference(row.reference, row.booked_on)
            )
        kept = UnbookedFact.objects.filter(
            Q(amount_minor=None) | Q(amount_minor=F("request__amount_minor"), currency=F("request__currency")),
            request__in=list(request_ids), source=self.source, code=RequestSettled.code, verb__in=KNOWN_APART,
        )  # fmt: skip
        for fact in kept.select_related("request"):
            of = (fact.request.pk, fact.verb)
            self._others.setdefault(of, []).append((words_of(fact, fact.request), fact.place))

    def expect(self, request_id: int, verb: Verb, told: BookingReference, *, at: str) -> None:
        """A row that will be asked about, by its place."""
        if self.source in STATEMENTS and verb in KNOWN_APART:
            self._rows.setdefault((request_id, verb), {})[at] = told

    def refused(self, request_id: int, verb: Verb, *, at: str) -> None:
        """The books did not take what a row tells: what they are to have may be in another one."""
        self._rows.get((request_id, verb), {}).pop(at, None)

    def is_another(self, request_id: int, verb: Verb, told: BookingReference, *, at: str = "") -> bool:
        """Whether it is told of another booking or return than the one that the books have, or will have by a row
        before it."""
        if verb not in KNOWN_APART:
            return False
        if at in self._rows.get((request_id, verb), {}):
            return self.row_of_books(request_id, verb)[0] != at
        return self._is_apart((request_id, verb), told)

    def row_of_books(self, request_id: int, verb: str) -> tuple[str, BookingReference | None]:
        """The row that tells of what the books have, in the same words, else the first that may; nothing for none."""
        of = (request_id, verb)
        rows, before = self._rows.get(of, {}), self._before(*of)
        known = (sum(map(len, before.values())), len(rows))
        if of not in self._chosen or self._chosen[of][0] != known:
            own = before.get(self.source, ())
            may = [at for at, told in rows.items() if not self._is_apart(of, told)]
            same = [at for at in may if rows[at] in own]
            self._chosen[of] = (known, next(iter(same or may), ""))
        chosen = self._chosen[of][1]
        return chosen, rows.get(chosen)

    def is_told(self, request_id: int, verb: Verb, told: BookingReference) -> bool:
        """Whether this very source told just that, so that there is nothing to keep."""
        return verb not in KNOWN_APART or told in self._before(request_id, verb).get(self.source, ())

    def is_known(self, request_id: int, verb: Verb, told: BookingReference) -> bool:
        """Whether this very source told it."""
        return self.source in self._before(request_id, verb) and not self.is_another(request_id, verb, told)

    def remember(self, request_id: int, verb: Verb, told: BookingReference) -> None:
        """A booking or return that the books took, or had taken."""
        own = self._of(request_id, verb).setdefault(self.source, [])
        if verb in KNOWN_APART and told not in own:
            own.append(told)
            row = RequestReport(request_id=request_id, source=self.source, verb=verb)
            row.reference, row.booked_on = told
            self._new.append(row)

    def write(self) -> None:
        RequestReport.objects.bulk_create(self._new, ignore_conflicts=True)
        self._new = []

    def _is_apart(self, of: _Of, told: BookingReference) -> bool:
        return is_another(told, source=self.source, before=self._before(*of), others=self._others.get(of, ()))

    def _of(self, request_id: int, verb: str) -> dict[str, list[BookingReference]]:
        return self._told.setdefault((request_id, verb), {})

    def _before(self, request_id: int, verb: str) -> Mapping[str, Sequence[BookingReference]]:
        return self._told.get((request_id, verb), {})


def told_of(request: str, reference: str, booked_on: date | None) -> BookingReference:
    """What a row says. Where rows of a file share a reference each has its request behind it; a row without any is
    called by its request."""
    own = reference.removesuffix(f"/{request}") if request else reference
    return BookingReference("" if own == request else masked(own), booked_on)


def told_by(stated: Reported) -> BookingReference:
    return told_of(stated.request, stated.reference, stated.booked_on)


def places_among_equals(reported: Iterable[Reported]) -> dict[str, int]:
    """Rows of a statement that tell of a booking or return in the words of one before them, and over its amount: the
    how manieth each is, by its place in the file."""
    counts: Counter[object] = Counter()
    found: dict[str, int] = {}
    for one in reported:
        if one.verb in KNOWN_APART:
            of = (one.request, one.message, one.verb, told_by(one), amount_of(one))
            counts[of] += 1
            if counts[of] > 1:
                found[one.position] = counts[of]
    return found


def own_reference(stated: Reported) -> str:
    """What the bank calls it, whatever else its file called so."""
    return stated.reference.removesuffix(f"/{stated.request}") if stated.request else stated.reference


def name_in_message(stated: Reported, request_id: int) -> str:
    """What a request is called where a bank tells of a whole file, and of no request by itself."""
    return "" if stated.request else f"{stated.message}/{encode(REQUEST_PREFIX, request_id)}"


def came_back(row: PaymentRequest, stated: Reported) -> bool:
    """Whether a booking that is told again is one that was posted and came back since."""
    # Where several rows of a file have one reference, each is called by that and its request.
    names = {one.removesuffix(f"/{stated.request}") for one in (row.reference, stated.reference)}
    is_same = len(names) == 1 or row.reference == name_in_message(stated, row.pk)
    return is_same and was_posted(row.pk)


def was_posted(request_id: int) -> bool:
    """Whether a request was booked, some time before."""
    posted: bool = Event.objects.filter(object_id=request_id, type="payment_request.posted").exists()
    return posted
