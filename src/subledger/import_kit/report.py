"""What an import comes to: counts as it goes, and the report at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from subledger.kernel.cards import masked
from subledger.kernel.errors import DomainError, Door

from .errors import DocumentRejected, RowInvalid
from .rules.columns import Columns

# What the report and the record of an import list by name; the rejected file has all of them.
LISTED = 100
FAULTS = 20  # of one row that are told

COUNTS = ("read", "hidden", "created", "unchanged", "set_aside", "rejected", "left_out", "receipts")
ALSO = "created_"  # before what was created on the way, as JSON tells it

# Told the stage ("Reading", "Writing"), how many are done, and of how many where that is known.
Progress = Callable[[str, int, int | None], object]


class Rejection(NamedTuple):
    """A refused row: ``column`` as the file calls it; of what is wrong with the row as a whole, the column that says
    what the row is about.

    ``reason`` is in the words of the door that asked, ``on_page`` in those of the pages, where records are read.
    """

    line: int
    column: str
    code: str
    reason: str
    on_page: str

    def as_record(self) -> list[str | int]:
        return [self.line, self.column, self.code, self.on_page]

    def as_row(self) -> list[str | int]:
        return [self.line, self.column, self.code, self.reason]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import went. Rows are read and rejected; documents, or whatever the kind holds, created or
    unchanged.

    ``is_kept`` is False when nothing of it stayed in the books: a dry run, or rejected rows without
    ``skip_bad``; the counts then say what would have been. ``totals`` are minor units by currency of the
    documents created.
    """

    kind: str
    file: str
    read: int
    created: int
    unchanged: int
    rejected: int
    set_aside: int  # could not be placed, and wait to be
    created_also: Mapping[str, int]  # what the books lacked, by what it is called: "accounts"
    totals: dict[str, int]
    rejections: Sequence[Rejection]  # the first of them
    codes: dict[str, int]  # how many rows each reason's code refused
    extra_columns: Sequence[str]
    rejected_file: Path | None
    duplicates: int  # left out, since they look like what earlier imports brought
    looks_imported: Sequence[Rejection]  # the first of them
    is_dry_run: bool
    is_kept: bool
    receipts: int  # messages to customers that leave by themselves of what was created
    hidden: int  # rows that were read though their sheet does not show them
    run_id: int | None  # its ImportRun; dry runs leave none


@dataclass(slots=True)
class Outcome:
    """What has come of the rows so far."""

    columns: Columns
    door: Door = Door.COMMAND
    read: int = 0
    hidden: int = 0
    created: int = 0
    unchanged: int = 0
    set_aside: int = 0
    created_also: Counter[str] = field(default_factory=Counter)  # on the way, by what it is called
    rejected: int = 0  # rows of the parts that are settled
    left_out: int = 0
    receipts: int = 0  # messages to customers that leave by themselves of what was created
    totals: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)  # rows by what was found first of each
    duplicates: list[Rejection] = field(default_factory=list)  # the first
    rejections: dict[int, list[Rejection]] = field(default_factory=dict)  # of the part in hand: all, by line
    broken: dict[str, int] = field(default_factory=dict)  # what rows that are no whole rows are about -> their line
    first: list[tuple[int, list[Rejection]]] = field(default_factory=list)  # the first rejected lines

    def reject(self, line: int, error: DomainError) -> None:
        """Refuse a row for what a rule or a service says; its parameter names the column."""
        column = self._column_of(error)
        found = self.rejections.setdefault(line, [])
        texts = [error.text_for(door) for door in (self.door, Door.PAGE)]
        fresh = Rejection(line, column, error.code, *texts)
        if fresh not in found and len(found) < FAULTS:
            found.append(fresh)

    def reject_also(self, line: int, errors: Iterable[DomainError]) -> None:
        """What else is wrong with a row that is refused: in columns of which nothing is said yet."""
        with_faults = {one.column for one in self.rejections.get(line, ())}
        for error in errors:
            column = self._column_of(error)
            if column not in with_faults:
                with_faults.add(column)
                self.reject(line, error)

    def _column_of(self, error: DomainError) -> str:
        named = error.column if isinstance(error, RowInvalid) else ""
        return masked(named or self.columns.column_at_fault(error.param or self.columns.fields.about.get(error.code)))

    def leave_out(self, line: int, error: DomainError) -> None:
        """A row that is not imported, though nothing is wrong with it."""
        texts = error.text_for(self.door), error.text_for(Door.PAGE)
        self.left_out += 1
        self.duplicates.append(Rejection(line, self._column_of(error), error.code, *texts))

    def reject_document(self, lines: Sequence[int], at: int, error: DomainError, *, number: str) -> None:
        """Refuse every row of a document: the one at fault with its reason, the others because of it."""
        self.reject(at, error)
        for line in lines:
            if line not in self.rejections:
                self.reject(line, DocumentRejected(number, at))

    def settle(self) -> list[tuple[int, Rejection]]:
        """Count what was refused of the part in hand, and hold it no longer: one rejection a line, in their order."""
        part = sorted(self.rejections.items())
        self.rejected += len(part)
        self.codes.update(found[0].code for _, found in part)
        self.first = sorted([*self.first, *part[:LISTED]], key=lambda one: one[0])[:LISTED]
        self.duplicates = sorted(self.duplicates, key=lambda one: one.line)[:LISTED]
        self.rejections = {}
        return [(line, _together(found)) for line, found in part]

    def as_json(self) -> dict[str, Any]:
        """What is settled, as JSON can tell it; `merge` adds it to another."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {
            **counts,
            **{f"{ALSO}{things}": count for things, count in self.created_also.items()},
            "totals": dict(self.totals),
            "codes": dict(self.codes),
            "first": [[line, [list(one) for one in found]] for line, found in self.first],
            "duplicates": [list(one) for one in self.duplicates],
        }

    def copied(self) -> Outcome:
        """As it stands: what comes of further rows changes this one alone."""
        kept = {one.name: copy(getattr(self, one.name)) for one in fields(self)}
        return Outcome(**kept)

    def restore(self, before: Outcome) -> None:
        """As though what came since had not come."""
        for one in fields(self):
            setattr(self, one.name, copy(getattr(before, one.name)))

    def merge(self, told: Mapping[str, Any]) -> None:
        """Add what came of another part."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + told.get(name, 0))
        also = {name.removeprefix(ALSO): told[name] for name in told if name.startswith(ALSO)}
        self.created_also.update(also)
        self.totals.update(told["totals"])
        self.codes.update(told["codes"])
        first = [(line, [Rejection(*one) for one in found]) for line, found in told["first"]]
        self.first = sorted([*self.first, *first], key=lambda one: one[0])[:LISTED]
        duplicates = [*self.duplicates, *(Rejection(*one) for one in told["duplicates"])]
        self.duplicates = sorted(duplicates, key=lambda one: one.line)[:LISTED]

    def listed(self) -> list[Rejection]:
        """The first rejections of the file."""
        return [rejection for _, found in self.first for rejection in found][:LISTED]


def _together(found: Sequence[Rejection]) -> Rejection:
    if len(found) == 1:
        return found[0]
    columns = ", ".join(dict.fromkeys(one.column for one in found if one.column))
    codes = ", ".join(dict.fromkeys(one.code for one in found))
    reasons = " ".join(one.reason for one in found)
    return Rejection(found[0].line, columns, codes, reasons, reasons)
