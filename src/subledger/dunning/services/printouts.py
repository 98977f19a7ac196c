"""Letters that are to be printed: printed once and then no task any more, or lapsed where nobody is asked.

Of many, all are made before any is marked, and all are marked together: what is lost on its way to whoever prints them
is had again (`letters_again`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.companies.queries import today_of_company
from subledger.documents.printouts import Printout
from subledger.documents.queries import copies_of, file_of_copy
from subledger.documents.services import Shown, keep_document, print_document, show_document
from subledger.dunning.models import DunningRecord
from subledger.dunning.printouts import letter_of, letter_records
from subledger.dunning.queries import LETTERS_PRINTED, letters_in_order, letters_to_print, open_amounts
from subledger.dunning.states import RecordOutcome
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

MOST = 100  # letters of one file


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that waits on, by the number of its account, and why."""

    account: str
    why: str


@dataclass(frozen=True, slots=True)
class PrintedLetters:
    printed: Sequence[Printout]
    left_out: Sequence[WaitingLetter]


@dataclass(frozen=True, slots=True)
class MadeLetter:
    """A letter that nobody has yet: the records that share it, and what was open of their documents as it was made."""

    records: Sequence[DunningRecord]
    open_minor: Mapping[int, int]
    shown: Shown

    @property
    def waiting(self) -> list[DunningRecord]:
        return [row for row in self.records if row.outcome == RecordOutcome.TO_PRINT]


def print_letter(*, record_id: int, actor: str) -> Printout:
    """The letter as a PDF; a copy of it is kept, and given again to whoever asks again. What is paid or held by now is
    left out, and lapses. NotFound; NoTemplate; LetterLapsed: nothing is left of it."""
    demand("messages.send")
    together = DunningRecord.objects.filter(account__in=DunningRecord.objects.filter(pk=record_id).values("account"))
    lapse_letters(of=together, as_of=today_of_company(), actor=actor)
    return _print(record_id, actor)


def print_letters(*, actor: str) -> PrintedLetters:
    """Letters that wait to be printed, the oldest first, at most so many. One that cannot be made is left out."""
    demand("messages.send")
    lapse_letters(of=DunningRecord.objects.all(), as_of=today_of_company(), actor=actor)
    made: list[MadeLetter] = []
    left_out: list[WaitingLetter] = []
    for record_id, account in letters_in_order():
        try:
            made.append(_made(record_id))
        except DomainError as refusal:
            left_out.append(WaitingLetter(account, str(refusal)))
        if len(made) == MOST:
            break
    printed, changed = _hand_out(made, actor) if made else ([], [])
    return PrintedLetters(printed, [*left_out, *changed])


def _made(record_id: int) -> MadeLetter:
    records = letter_records(record_id)
    still = open_amounts([row.document_id for row in records])
    return MadeLetter(records, still, show_document(letter_of(records)))


@atomic
def _hand_out(made: Sequence[MadeLetter], actor: str) -> tuple[list[Printout], list[WaitingLetter]]:
    """Mark letters as printed, and keep their copies; those that say something else by now wait on."""
    idents = [row.pk for one in made for row in one.records]
    held = DunningRecord.objects.select_for_update(of=("self",)).filter(pk__in=idents).order_by("pk")
    outcomes = {row.pk: row.outcome for row in held}
    still = letters_to_print(as_of=today_of_company())
    amounts = open_amounts([row.document_id for one in made for row in one.records])
    good, changed = [], []
    for one in made:
        is_same = (
            all(outcomes[row.pk] == row.outcome for row in one.records)
            and still.issuperset(row.pk for row in one.waiting)
            and all(amounts.get(row.document_id) == one.open_minor.get(row.document_id) for row in one.records)
        )
        if is_same:
            good.append(one)
        else:
            why = say("What it says changed while it was made. Print it again.")
            changed.append(WaitingLetter(one.records[0].account.number, why))
    printed = [keep_document(one.shown, actor=actor) for one in good]
    _mark([row for one in good for row in one.waiting], RecordOutcome.PRINTED, "dunning_letter_printed", actor)
    if good:
        letters = {"letters": [one.records[0].public_id for one in good]}
        record_events([NewEvent(LETTERS_PRINTED, "company", current_company_id(), letters)], actor=actor)
    return printed, changed


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
