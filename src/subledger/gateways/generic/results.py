"""Files that tell what became of requests: CSV by an integrator, pain.002 and camt.053 (or camt.054) by a bank.

Reading decides nothing: it says, row by row, which request a file names and what it tells of it. What cannot be read
is refused with its place and reason, and the rest goes on.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any, NamedTuple, TypeGuard
from zoneinfo import ZoneInfo

from subledger.file_kit.cells import Cell, Fault, RawRow
from subledger.file_kit.children import in_child
from subledger.file_kit.limits import INTERACTIVE
from subledger.file_kit.sources import REFUSALS, Source
from subledger.kernel.days import DayFormat, read_day, why_no_day
from subledger.kernel.numbers import Adorned, Exact, NumberFormat, amount_of, format_shown_by
from subledger.kernel.sentences import say
from subledger.kernel.text import plain_name

from .errors import ResultsUnreadable
from .iso20022 import reading_of
from .reported import Numbers, Reading, Reported, Verb

MOST_BYTES = 50 * 1024 * 1024
LIMITS = INTERACTIVE  # somebody waits for every one of these files
VERBS: dict[str, Verb] = {"under_processing": "process", "posted": "post", "rejected": "reject", "returned": "return"}
READ = frozenset({"request", "result", "reference", "error_code", "error_message", "amount", "currency", "booked_on"})
OPTIONAL = ("reference", "error_code", "error_message", "amount", "currency", "booked_on")  # columns that may be there


class Writing(NamedTuple):
    """How a table writes numbers and days: as declared (days as of ``strptime``), else as it shows, else as the company
    usually does."""

    number_format: NumberFormat | None = None
    date_format: str | None = None
    usual_numbers: NumberFormat | None = None
    usual_days: DayFormat | None = None
    zone: str = "UTC"  # the company's: an instant is the day that it was there


PLAIN = Writing()


def read_results(content: bytes, *, name: str, writing: Writing = PLAIN) -> Reading:
    """Read a file of results; its content tells what it is, not its name.

    Raises:
        ResultsUnreadable: it is too large, empty, no text, broken XML, XML with a DTD, or of no kind known here.
        FileTooDemanding: reading it would take more time or memory than a file may.
    """
    check_size(len(content), name)
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ResultsUnreadable(name, say("it is empty"), say("Ask for the file again."))
    # UTF-16 has zero bytes between the letters; its XML is told by its mark or its first bracket.
    if start.replace(b"\0", b"").lstrip(b"\xff\xfe").startswith(b"<"):
        return _report(content, name)
    return read_table(content, name=name, suffix=".xlsx" if content.startswith(b"PK") else ".csv", writing=writing)


def check_size(size: int, name: str) -> None:
    """Before anything of a file is held or read. ResultsUnreadable."""
    if size > MOST_BYTES:
        raise ResultsUnreadable(
            name, say("it has more than {most_bytes} MiB", most_bytes=MOST_BYTES // 2**20), say("Split it.")
        )


def _report(content: bytes, name: str) -> Reading:
    """A bank's report, parsed in a process of its own."""
    with closing(
        in_child(
            "subledger.gateways.generic.iso20022:report_frames",
            content,
            name=name,
            arguments={"name": name},
            limits=LIMITS,
            refusals=(ResultsUnreadable,),
        )
    ) as frames:
        return reading_of(frames)


def read_table(content: bytes, *, name: str, suffix: str, writing: Writing = PLAIN) -> Reading:
    """CSV or a workbook. Columns: request, result (posted, rejected, returned or under_processing), reference,
    error_code, error_message, amount, currency, booked_on; the first two are needed, others are ignored."""
    header, rows = _table(content, name, suffix)
    for column in ("request", "result", *OPTIONAL):
        count = header.count(column)
        if count > 1 or (not count and column not in OPTIONAL):
            fact = (
                say("the header has {count} columns {column!r}", count=count, column=column)
                if count
                else say("the header has no column {column!r}", column=column)
            )
            raise ResultsUnreadable(name, fact, say("Name each column once."))
    amounts = [cells[header.index("amount")] for _, cells in rows if "amount" in header and len(cells) == len(header)]
    numbers = Numbers(writing.number_format, _usual(amounts, writing.usual_numbers))
    reading = Reading("csv", numbers, hidden=sum(row.is_hidden for row in rows))
    for line, cells in rows:
        position = say("line {line}", line=line)
        if len(cells) != len(header):
            reading.refuse(
                position,
                "",
                say(
                    "The row has {columns} columns and the header {expected}", columns=len(cells), expected=len(header)
                ),
                say("Correct the row."),
            )
            continue
        faults = [cell.reason for column, cell in zip(header, cells, strict=True) if column in READ and _is_fault(cell)]
        row = {column: _value(column, cell) for column, cell in zip(header, cells, strict=True)}
        if faults:
            reading.refuse(position, row["request"], faults[0].rstrip("."), say("The row is not taken."))
            continue
        verb = VERBS.get(row["result"].casefold())
        if not row["request"] or verb is None:
            fact = say("{row!r} is no result", row=row["result"]) if row["request"] else say("There is no request")
            reading.refuse(
                position, row["request"], fact, say("Write the request and one of: {verbs}.", verbs=", ".join(VERBS))
            )
            continue
        values: dict[str, Any] = {column: row.get(column, "") for column in OPTIONAL}
        values.pop("booked_on")
        written = cells[header.index("booked_on")] if "booked_on" in header else ""
        try:
            booked_on = _day(written, writing)
        except ValueError:
            fact, _ = why_no_day(written, writing.date_format)
            reading.refuse(position, row["request"], f"{str(written)!r} {fact}".rstrip("."), "")
            continue
        reading.reported.append(Reported(position, row["request"], verb, booked_on=booked_on, **values))
    return reading


def _is_fault(cell: Cell) -> TypeGuard[Fault]:
    return isinstance(cell, Fault)


def _value(column: str, cell: Cell) -> str:
    """A cell's text; of an amount, the number in the currency that it is shown in."""
    if column == "amount" and isinstance(cell, str):
        return amount_of(cell)
    return cell.reason if isinstance(cell, Fault) else str(cell)


def _usual(amounts: Sequence[Cell], usual: NumberFormat | None) -> NumberFormat | None:
    """The format that the amounts show; two decide nothing, and where they show none, the company's does."""
    written = (cell for cell in amounts if isinstance(cell, str) and not isinstance(cell, Exact | Adorned))
    shown = {found for cell in written if cell and (found := format_shown_by(cell))}
    if not shown:
        return usual
    return next(iter(shown)) if len(shown) == 1 else None


def _day(cell: Cell, writing: Writing) -> date | None:
    """ValueError for what is none."""
    if isinstance(cell, datetime):
        return cell.astimezone(ZoneInfo(writing.zone)).date()
    if isinstance(cell, date):
        return cell
    return read_day(str(cell), writing.date_format, writing.zone, writing.usual_days) if cell else None


def _table(content: bytes, name: str, suffix: str) -> tuple[list[str], Sequence[RawRow]]:
    """The header's names, and the rows below it that are not blank with the line each starts on."""
    try:
        source = Source(
            io.BytesIO(content),
            name=name,
            suffix=suffix,
            is_header=lambda cells: {"request", "result"} <= {cell.casefold() for cell in cells},
        )
        width, rows = len(source.header), []
        for row in source.rows():
            cells = list(row.cells)
            while len(cells) > width and cells[-1] == "":
                cells.pop()
            rows.append(row._replace(cells=cells))
    except REFUSALS as error:
        raise ResultsUnreadable(name, str(error).removeprefix(f"{name} ").rstrip("."), "") from error
    if not rows:
        raise ResultsUnreadable(name, say("it has no rows below a header"), say("Export it again."))
    return [plain_name(cell).casefold() for cell in source.header], rows
