"""A file of a kind: its header found by the kind's fields, its rows by field, its refused rows written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, cast
from zoneinfo import ZoneInfo

from subledger.companies.models import Company
from subledger.file_kit.cells import Cell as RawCell
from subledger.file_kit.cells import Fault
from subledger.file_kit.limits import STANDARD, Limits
from subledger.file_kit.rejects import rejected_suffix, write_rejected
from subledger.file_kit.sources import Source
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.scope import current_company_id

from . import errors
from .formats import ShownFormats
from .report import Outcome
from .rules.cells import Cell, Row, Writing
from .rules.columns import Columns, place_fields
from .rules.fields import Fields

BATCH = 5_000


class Layout(NamedTuple):
    """What is said about a file that its name does not tell."""

    sheet: str | None = None
    header_line: int | None = None
    encoding: str | None = None


def open_source(
    fields: Fields,
    file: Path | str | IO[bytes],
    *,
    name: str | None,
    layout: Layout,
    mapping: Mapping[str, str],
    values: Mapping[str, str],
    limits: Limits = STANDARD,
) -> Source:
    """The file, its header being the first row that has a column for all that the kind needs."""

    def is_header(cells: Sequence[str]) -> bool:
        try:
            place_fields(fields, cells, mapping=mapping, values=values)
        except DomainError:
            return False
        return True

    return Source(
        file,
        name=name,
        sheet=layout.sheet or None,
        header_line=layout.header_line,
        encoding=layout.encoding or None,
        is_header=is_header,
        limits=limits,
    )


def writing_of(
    fields: Fields,
    source: Source,
    columns: Columns,
    *,
    date_format: str | None,
    number_format: str | None,
    usual: str | None = None,
) -> Writing:
    """How the file writes numbers and days: as declared, else as it shows, else as is ``usual`` ("": nothing is; None:
    what the company says now)."""
    company = Company.objects.get(pk=current_company_id())
    usual = company.number_format if usual is None else usual
    return Writing(
        date_format=date_format,
        number_format=number_format_of(number_format),
        zone=company.time_zone,
        usual_of=ShownFormats(fields, source, columns, usual=number_format_of(usual)).of,
    )


def number_format_of(text: str | None) -> NumberFormat | None:
    """A number format by its example. ImportOptionInvalid lists what there is."""
    if not text:
        return None
    found = NumberFormat.of(text)
    if found is None:
        raise errors.ImportOptionInvalid(
            say(
                "{text!r} is no number format. Choose one of: {formats}.",
                text=text,
                formats="   ".join(one.value for one in NumberFormat),
            ),
            param="/number_format",
        )
    return found


def batches(
    fields: Fields, source: Source, outcome: Outcome, writing: Writing, *, size: int = BATCH
) -> Iterator[list[Row]]:
    """Rows by field, a bounded number at a time; what is no whole row is rejected here."""
    columns, width, widest = outcome.columns, len(source.header), source.header_width
    places = list(columns.places.items())
    zone = clock.zone_of(writing.zone)
    needs_more = len([field for field in fields.needed if field in columns.places]) > 1
    rows = source.rows()
    while part := list(islice(rows, size)):
        batch = []
        outcome.hidden += sum(row.is_hidden for row in part)
        for line, cells in part:
            if (needs_more or len(cells) < width) and not any(cell != "" for cell in cells[1:]):
                outcome.reject(line, errors.RowAlone(line, cells[0], next(iter(source.header), "")))
                continue
            if len(cells) != width and (len(cells) < width or any(cell != "" for cell in cells[widest:])):
                outcome.reject(line, errors.RowIncomplete(len(cells), width, source.header[min(len(cells), width - 1)]))
                _note_broken(fields, outcome, line, cells)
                continue
            found = {field: cell for field, place in places if (cell := cells[place]) != ""}
            if not all(cell.__class__ is str for cell in found.values()):
                faults = _typed(found, zone)
                for field, reason in faults:
                    outcome.reject(line, errors.CellInvalid(reason, field))
                if faults:
                    _note_broken(fields, outcome, line, cells)
                    continue
            values = cast(dict[str, Cell], {**columns.values, **found} if columns.values else found)
            batch.append(Row(line, values, writing))
        outcome.read += len(part)
        yield batch


def _note_broken(fields: Fields, outcome: Outcome, line: int, cells: Sequence[RawCell]) -> None:
    """Remember what a row that is refused here is about: rows that belong to it are not whole without it."""
    place = outcome.columns.places.get(fields.identity, len(cells))
    if place < len(cells) and cells[place] and not isinstance(cells[place], Fault):
        outcome.broken.setdefault(str(cells[place]), line)


def _typed(found: dict[str, RawCell], zone: ZoneInfo) -> list[tuple[str, str]]:
    """Make instants days of the company's zone; the fields whose cells show no value, with the reason."""
    faults = []
    for field, cell in found.items():
        if isinstance(cell, Fault):
            faults.append((field, cell.reason))
        elif isinstance(cell, datetime):
            try:
                found[field] = cell.astimezone(zone).date()
            except OverflowError:
                faults.append(
                    (
                        field,
                        say(
                            "{moment} is no day that there is in {zone}. Correct it.",
                            moment=cell.isoformat(),
                            zone=zone,
                        ),
                    )
                )
    return faults


def rejected_path(source: Source, wanted: Path | IO[bytes] | None) -> Path | IO[bytes] | None:
    """Where refused rows go: where they are wanted, else beside a path, else nowhere."""
    if wanted or source.path is None:
        return wanted
    return source.path.with_name(f"{source.path.name}.rejected{rejected_suffix(source)}")


def check_rejected_path(source: Source, target: Path | None) -> None:
    """RejectedFileUnwritable where it is named otherwise than its format is."""
    if target is not None and target.suffix.lower() not in ("", rejected_suffix(source)):
        raise errors.RejectedFileUnwritable(
            target,
            say(
                "the rows of {name} are kept as {rejected_suffix}, so that they can be read back",
                name=source.name,
                rejected_suffix=rejected_suffix(source),
            ),
        )


def write_rejected_rows(
    source: Source,
    reasons: Iterable[tuple[int, Sequence[str | int]]],
    target: Path | IO[bytes],
    date_format: str | None,
) -> None:
    """All refused rows with their reasons, in the order of lines. RejectedFileUnwritable."""

    def day(on: date) -> str:
        return time.strftime(date_format, on.timetuple()) if date_format else on.isoformat()

    if not isinstance(target, Path):
        write_rejected(source, reasons, target, day=day)
        return
    check_rejected_path(source, target)
    try:
        with target.open("wb") as stream:
            write_rejected(source, reasons, stream, day=day)
    except OSError as error:
        raise errors.RejectedFileUnwritable(target, error.strerror or say("the system refuses it")) from error
