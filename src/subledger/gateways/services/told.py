"""What each source has told of requests that is in the books: by it another booking is known from one told again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from subledger.gateways.generic.reported import Reported, Verb
from subledger.gateways.generic.states import Told, is_another
from subledger.gateways.models import RequestReport
from subledger.gateways.states import REQUEST_PREFIX
from subledger.kernel.cards import masked
from subledger.kernel.ids import encode

KNOWN_APART: frozenset[str] = frozenset({"post", "return"})  # what may happen to a request more than once


class ToldBefore:
    """The bookings and returns of some requests that one source tells of, as it and others told them before."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._told: dict[tuple[int, str], dict[str, list[Told]]] = {}
        self._new: list[RequestReport] = []

    def load(self, request_ids: Collection[int]) -> None:
        for row in RequestReport.objects.filter(request__in=list(request_ids)).order_by("pk"):
            self._of(row.request_id, row.verb).setdefault(row.source, []).append(Told(row.reference, row.booked_on))

    def is_another(self, request_id: int, verb: Verb, told: Told) -> bool:
        return verb in KNOWN_APART and is_another(told, source=self.source, before=self._before(request_id, verb))

    def is_known(self, request_id: int, verb: Verb, told: Told) -> bool:
        """Whether this very source told it."""
        return self.source in self._before(request_id, verb) and not self.is_another(request_id, verb, told)

    def remember(self, request_id: int, verb: Verb, told: Told) -> None:
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

    def _of(self, request_id: int, verb: str) -> dict[str, list[Told]]:
        return self._told.setdefault((request_id, verb), {})

    def _before(self, request_id: int, verb: str) -> Mapping[str, Sequence[Told]]:
        return self._told.get((request_id, verb), {})


def told_of(request: str, reference: str, booked_on: date | None) -> Told:
    """What a row says. Where rows of a file share a reference each has its request behind it; a row without any is
    called by its request."""
    own = reference.removesuffix(f"/{request}") if request else reference
    return Told("" if own == request else masked(own), booked_on)


def told_by(stated: Reported) -> Told:
    return told_of(stated.request, stated.reference, stated.booked_on)


def own_reference(stated: Reported) -> str:
    """What the bank calls it, whatever else its file called so."""
    return stated.reference.removesuffix(f"/{stated.request}") if stated.request else stated.reference


def name_in_message(stated: Reported, request_id: int) -> str:
    """What a request is called where a bank tells of a whole file, and of no request by itself."""
    return "" if stated.request else f"{stated.message}/{encode(REQUEST_PREFIX, request_id)}"
