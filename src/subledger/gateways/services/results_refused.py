"""What of a file of results is not taken: listed in its report, and a bank's word kept as work for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from subledger.gateways.generic.errors import ChargesBeside, EntryDiffers
from subledger.gateways.generic.reported import Refusal, Remainder, Reported
from subledger.gateways.generic.states import STATEMENTS, BookingReference
from subledger.gateways.models import PaymentRequest
from subledger.kernel.cards import masked
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money

from .bank_words import amount_of, direction_of, in_words
from .exported import ExportedFiles
from .reports import is_kept
from .results_report import RefusedRow, ResultsReport
from .told import ToldBefore, own_reference, places_among_equals, told_by
from .unbooked import Unbooked


class RefusedRows:
    """Those of one file, for as long as it is taken in.

    Rows of a statement that tell the same in the same words are as many bookings, so each is work by itself: by its
    place among them, which is the same whenever the file is read."""

    def __init__(self, outcome: ResultsReport, files: ExportedFiles, reported: Iterable[Reported]) -> None:
        self.outcome, self.files = outcome, files
        self.unbooked: list[Unbooked] = []
        self._told: dict[
            int, BookingReference
        ] = {}  # of those that are the first in their words of a request, by their index
        self._is_statement = outcome.format in STATEMENTS
        self._places = places_among_equals(reported) if self._is_statement else {}
        self._alike: Counter[str] = Counter()  # what is told of no booking, by its words

    def place(self, stated: Reported) -> int:
        """The how manieth of its statement a row is of those that tell the same in the same words."""
        return self._places.get(stated.position, 1)

    def refuse(self, refusal: Refusal, stated: Reported | None = None, row: PaymentRequest | None = None) -> None:
        """List a row that is not taken. What a bank says is kept as work for a person, but for what is of others."""
        error = refusal.error
        self.outcome.refused.append(RefusedRow(refusal.position, masked(refusal.request), error.code, str(error)))
        is_by_integrator = self.outcome.format == "csv"
        if isinstance(error, NotFound) or (is_by_integrator and (row is None or not is_kept(error))):
            return
        if row is not None and stated is not None and self.place(stated) == 1:
            self._told[len(self.unbooked)] = told_by(stated)
        self.unbooked.append(
            Unbooked(
                source=self.outcome.format,
                position=f"{self.outcome.file}, {refusal.position}",
                said=masked(in_words(refusal, stated, row.type if row else "")),
                code=error.code,
                reason=str(error),
                reference=masked(own_reference(stated)) if stated else "",
                request_id=row.pk if row else None,
                amount=amount_of(stated),
                booked_on=stated.booked_on if stated else None,
                verb=stated.verb if stated else "",
                direction=direction_of(stated, row.type) if stated and row else "",
                message=stated.message if stated and not row and self.files.exported(stated.message) else "",
                place=self.place(stated) if stated else 1,
            )
        )

    def all(self, before: ToldBefore) -> list[Unbooked]:
        """What is to be kept. Where a later row in the same words tells of what the books have, the first is not first:
        they change places."""
        for at, told in self._told.items():
            fact = self.unbooked[at]
            books, in_words = before.row_of_books(fact.request_id or 0, fact.verb)
            if books in self._places and in_words == told:
                self.unbooked[at] = replace(fact, place=self._places[books])
        return self.unbooked

    def remain(self, stated: Remainder) -> None:
        """Keep what of an entry over our requests is in none of them."""
        booked, rest = Money.parse(stated.booked, stated.currency), Money.parse(stated.rest, stated.currency)
        error = ChargesBeside(booked, rest) if stated.is_beside else EntryDiffers(booked, rest)
        self.outcome.refused.append(RefusedRow(stated.position, stated.request, error.code, str(error)))
        of = f" for {stated.request}" if stated.request else f" as {stated.reference}" if stated.reference else ""
        way = f" {stated.direction}" if stated.direction else ""
        charges = f", and names charges of {rest} beside it" if stated.is_beside else f", {rest} of it unexplained"
        fact = Unbooked(
            source=self.outcome.format,
            position=f"{self.outcome.file}, {stated.position}",
            said=f"The bank books {booked}{way}{of}{charges}.",
            code=error.code,
            reason=str(error),
            reference=stated.reference,
            amount=rest,
            booked_on=stated.booked_on,
        )
        self._alike[fact.key] += 1
        self.unbooked.append(replace(fact, place=self._alike[fact.key]))
