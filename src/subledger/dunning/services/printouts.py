"""Letters that are to be printed: printed once, and then no task any more."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.documents.printouts import Printout
from subledger.documents.services import print_document
from subledger.dunning.models import DunningRecord
from subledger.dunning.printouts import letter_of, letter_records
from subledger.dunning.queries import first_to_print
from subledger.dunning.states import RecordOutcome
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

MOST = 100  # letters of one file


def print_letters(*, actor: str) -> list[Printout]:
    """Letters that wait to be printed, the oldest first, at most so many; each is printed as by itself. NoTemplate."""
    demand("messages.send")
    printed: list[Printout] = []
    while len(printed) < MOST and (record_id := first_to_print()) is not None:
        printed.append(print_letter(record_id=record_id, actor=actor))
    return printed


@atomic
def print_letter(*, record_id: int, actor: str) -> Printout:
    """The letter as a PDF; a copy of it is kept, and given again to whoever asks again. NotFound; NoTemplate."""
    demand("messages.send")
    records = letter_records(record_id)
    printed = print_document(letter_of(records), actor=actor)
    waiting = [row for row in records if row.outcome == RecordOutcome.TO_PRINT]
    DunningRecord.objects.filter(pk__in=[row.pk for row in waiting]).update(outcome=RecordOutcome.PRINTED)
    record_events(
        [
            NewEvent(
                f"{row.document_kind}.dunning_letter_printed",
                "transaction",
                row.document_id,
                {"level": row.level_name},
            )
            for row in waiting
        ],
        actor=actor,
    )
    return printed
