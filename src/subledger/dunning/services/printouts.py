"""Letters that are to be printed: printed once and then no task any more, or lapsed where nobody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.companies.queries import today_of_company
from subledger.documents.printouts import Printout
from subledger.documents.queries import copies_of, file_of_copy
from subledger.documents.services import print_document
from subledger.dunning.models import DunningRecord
from subledger.dunning.printouts import letter_of, letter_records
from subledger.dunning.queries import first_to_print, letters_to_print
from subledger.dunning.states import RecordOutcome
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

MOST = 100  # letters of one file


def print_letter(*, record_id: int, actor: str) -> Printout:
    """The letter as a PDF; a copy of it is kept, and given again to whoever asks again. What is paid or held by now is
    left out, and lapses. NotFound; NoTemplate; LetterLapsed: nothing is left of it."""
    demand("messages.send")
    together = DunningRecord.objects.filter(account__in=DunningRecord.objects.filter(pk=record_id).values("account"))
    lapse_letters(of=together, as_of=today_of_company(), actor=actor)
    return _print(record_id, actor)


def print_letters(*, actor: str) -> list[Printout]:
    """Letters that wait to be printed, the oldest first, at most so many; each as by itself. NoTemplate."""
    demand("messages.send")
    lapse_letters(of=DunningRecord.objects.all(), as_of=today_of_company(), actor=actor)
    printed: list[Printout] = []
    while len(printed) < MOST and (record_id := first_to_print()) is not None:
        printed.append(_print(record_id, actor))
    return printed


@atomic
def lapse_letters(*, of: QuerySet[DunningRecord], as_of: date, actor: str) -> None:
    """Of records, those whose letter waits to be printed, and whose document is paid or held by now, lapse."""
    demand("messages.send")
    waiting = list(of.filter(outcome=RecordOutcome.TO_PRINT).select_for_update(of=("self",)).order_by("pk"))
    still = letters_to_print(as_of=as_of) if waiting else set()
    _mark([row for row in waiting if row.pk not in still], RecordOutcome.LAPSED, "dunning_letter_lapsed", actor)


@atomic
def _print(record_id: int, actor: str) -> Printout:
    # Who prints one that shares its letter at the same time comes after: in one order, so nobody waits in a circle.
    together = DunningRecord.objects.select_for_update(of=("self",)).order_by("pk")
    list(together.filter(pk__in=[row.pk for row in letter_records(record_id)]))
    records = letter_records(record_id)
    waiting = [row for row in records if row.outcome == RecordOutcome.TO_PRINT]
    copies = [] if waiting else copies_of(records[0].public_id)
    if copies:  # it says what was open when it was printed, which is not what was open when the level was reached
        return file_of_copy(copies[0])
    printed = print_document(letter_of(records), actor=actor)
    _mark(waiting, RecordOutcome.PRINTED, "dunning_letter_printed", actor)
    return printed


def _mark(rows: Sequence[DunningRecord], outcome: RecordOutcome, what: str, actor: str) -> None:
    DunningRecord.objects.filter(pk__in=[row.pk for row in rows]).update(outcome=outcome)
    record_events(
        [
            NewEvent(f"{row.document_kind}.{what}", "transaction", row.document_id, {"level": row.level_name})
            for row in rows
        ],
        actor=actor,
    )
