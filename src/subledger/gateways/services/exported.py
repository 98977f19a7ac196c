"""Files that we exported, of which a bank speaks as a whole: what it says of them, and of which requests."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.db.models import QuerySet

from subledger.gateways.generic.errors import (
    BatchDiffers,
    MessageUnknown,
    RefusedAfterAccepted,
    RefusedAsDuplicate,
)
from subledger.gateways.generic.exports import Format
from subledger.gateways.generic.reasons import is_duplicate
from subledger.gateways.generic.reported import Remainder, Reported, is_message
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.states import RequestState
from subledger.kernel.cards import masked
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform.models import Event

LATEST = 50  # files that are looked through where the bank names none of ours


class Exported(NamedTuple):
    """What a file that we wrote held, and what of that (or of anything) was written again in later ones."""

    requests: Sequence[int]
    again: set[int]


class Whole(NamedTuple):
    """The requests of a file that a bank speaks of as a whole, and what it says of them."""

    report: Reported
    requests: Sequence[int]
    beside: Remainder | None = None


class ExportedFiles:
    """The files of one provider, for as long as one report is taken in."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.refused: set[str] = set()  # by a bank that has one of them under way
        self._sent: set[int] | None = None  # in the latest of them
        self._found: dict[str, Exported | None] = {}  # by message, as the bank names them

    def whole(self, report: Reported, named: Container[int]) -> Whole | None:
        """The requests of a file that the bank speaks of as a whole, but for those that it names by themselves.

        An entry of a statement may be of anybody's file: None for one that is none of ours. What it books has to be
        what was asked for; what the bank had refused before is not in it.
        """
        export = self.exported(report.message)
        if export is None and report.amount and not is_message(report.message):
            return None
        if export is None:
            raise MessageUnknown(report.message)
        if report.verb == "reject":
            self._check_refusal_of(report, export)
        if not report.amount:
            return Whole(report, [ident for ident in export.requests if ident not in named])
        rows = list(PaymentRequest.objects.filter(pk__in=export.requests).order_by("pk"))
        booked = Money.parse(report.amount, report.currency)
        fee = Money.parse(report.fee, report.currency).minor if report.fee else 0
        with_fee = Money(booked.minor + (fee if report.direction == "in" else -fee), booked.currency)
        standing = [row for row in rows if row.state != RequestState.REJECTED]
        for held in (rows, standing):
            asked = Money(sum(row.amount_minor for row in held), held[0].currency if held else booked.currency)
            if held and fee and asked == with_fee:
                return Whole(report, [row.pk for row in held])
            if held and asked == booked:
                return Whole(replace(report, fee=""), [row.pk for row in held], _beside(report) if fee else None)
        asked = Money(sum(row.amount_minor for row in standing), booked.currency)
        raise BatchDiffers(report.message, booked, asked)

    def _check_refusal_of(self, report: Reported, export: Exported) -> None:
        """That a bank which refuses a file as a whole means the one and only time that it was sent.

        Raises:
            RefusedAsDuplicate; RefusedAfterAccepted.
        """
        rows = PaymentRequest.objects.filter(pk__in=export.requests)
        if not rows.exclude(state=RequestState.REJECTED).exists():
            return
        refusal: DomainError | None = None
        events = Event.objects.filter(object_id__in=export.requests, type="payment_request.posted")
        if is_duplicate(report.error_code):
            refusal = RefusedAsDuplicate(f"file {report.message}", report.error_message)
        elif events.exists():
            refusal = RefusedAfterAccepted(report.message, is_booked=True)
        elif report.is_file and self._is_accepted(report.message):
            refusal = RefusedAfterAccepted(report.message, is_booked=False)
        if refusal is not None:
            self.refused.add(report.message)
            raise refusal

    def _is_accepted(self, message: str) -> bool:
        files = Event.objects.filter(object_id=self.provider.pk, type="provider.results_imported")
        found: bool = files.filter(data__contains={"accepted": [message]}).exists()
        return found

    def note_of(self, stated: Reported, ident: int) -> str:
        """That a bank's report names another file than one in which the request was sent; "" where it does not."""
        if not (stated.request and stated.message) or not self._is_sent_elsewhere(ident, stated.message):
            return ""
        return say(
            "The report is about file {message}, in which this request was not sent from here. It was taken by the "
            "request's own name: look whether the file is meant for these books.",
            message=masked(stated.message),
        )

    def _is_sent_elsewhere(self, ident: int, message: str) -> bool:
        """Whether a request stands in a file of ours (the latest of them), and not in the one of this name."""
        export = self.exported(message)
        if export is not None:
            return ident not in export.requests
        if self._sent is None:
            latest = self._files().order_by("-pk").values_list("data__requests", flat=True)[:LATEST]
            self._sent = {one for each in latest for one in each}
        return ident in self._sent

    def _files(self) -> QuerySet[Event]:
        files = Event.objects.filter(object_id=self.provider.pk, type="provider.requests_exported")
        return files.exclude(data__format=Format.CSV)  # no bank has seen those

    def exported(self, message: str) -> Exported | None:
        if message not in self._found:
            files = self._files()
            one: Event | None = files.filter(data__message=message).first() if message else None
            self._found[message] = None
            if one is not None:
                later = files.filter(pk__gt=one.pk).values_list("data__requests", flat=True)
                self._found[message] = Exported(one.data["requests"], {ident for each in later for ident in each})
        return self._found[message]


def _beside(report: Reported) -> Remainder:
    return Remainder(
        position=report.position,
        request="",
        reference=report.message,
        booked=report.amount,
        rest=report.fee,
        currency=report.currency,
        direction=report.direction,
        is_beside=True,
        booked_on=report.booked_on,
    )
