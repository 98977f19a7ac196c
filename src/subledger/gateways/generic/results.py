"""Files that tell what became of requests: CSV by an integrator, pain.002 and camt.053 (or camt.054) by a bank.

Reading decides nothing: it says, row by row, which request a file names and what it tells of it. What cannot be read
is refused with its place and reason, and the rest goes on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from .errors import ResultsUnreadable
from .iso20022 import read_xml
from .reported import Reading, Reported, Verb

MOST_BYTES = 50 * 1024 * 1024
DELIMITERS = ",;\t|"
VERBS: dict[str, Verb] = {"under_processing": "process", "posted": "post", "rejected": "reject"}
TOLD = ("reference", "error_code", "error_message", "amount", "currency")  # columns that may be there


def read_results(content: bytes, *, name: str) -> Reading:
    """Read a file of results; its content tells what it is, not its name.

    Raises:
        ResultsUnreadable: it is too large, empty, no text, broken XML, XML with a DTD, or of no kind known here.
    """
    if len(content) > MOST_BYTES:
        raise ResultsUnreadable(name, f"it has more than {MOST_BYTES // 2**20} MiB", "Split it.")
    start = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ResultsUnreadable(name, "it is empty", "Ask for the file again.")
    # UTF-16 has zero bytes between the letters; its XML is told by its mark or its first bracket.
    if start.replace(b"\0", b"").lstrip(b"\xff\xfe").startswith(b"<"):
        return read_xml(content, name=name)
    return read_csv(content, name=name)


def read_csv(content: bytes, *, name: str) -> Reading:
    """Columns: request, result (posted, rejected or under_processing), reference, error_code, error_message, amount,
    currency; the first two are needed, others are ignored."""
    rows = _rows(_text(content, name), name)
    header = [cell.strip().casefold() for cell in rows[0][1]]
    for column in ("request", "result", *TOLD):
        count = header.count(column)
        if count > 1 or (not count and column not in TOLD):
            fact = f"the header has {count} columns {column!r}" if count else f"the header has no column {column!r}"
            raise ResultsUnreadable(name, fact, "Name each column once, on the first line.")
    reading = Reading("csv")
    for line, cells in rows[1:]:
        position = f"line {line}"
        if len(cells) != len(header):
            reading.refuse(
                position, "", f"The row has {len(cells)} columns and the header {len(header)}", "Mend the row."
            )
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        verb = VERBS.get(row["result"].casefold())
        if not row["request"] or verb is None:
            fact = f"{row['result']!r} is no result" if row["request"] else "There is no request"
            reading.refuse(position, row["request"], fact, f"Write the request and one of: {', '.join(VERBS)}.")
            continue
        told = {column: row.get(column, "") for column in TOLD}
        reading.reported.append(Reported(position, row["request"], verb, **told))
    return reading


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ResultsUnreadable(
            name, f"line {line} is not UTF-8", "Save it as UTF-8 (in a spreadsheet: CSV UTF-8)."
        ) from error
    if "\0" in text:
        raise ResultsUnreadable(name, "it holds a zero byte, so it is no text", "Export it again as CSV or XML.")
    return text


def _rows(text: str, name: str) -> Sequence[tuple[int, list[str]]]:
    """Rows that are not blank with the line each starts on; the header is the first."""
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ResultsUnreadable(name, f"{error}, from line {line} on", "Mend the line.") from error
    if len(rows) < 2:
        raise ResultsUnreadable(name, "it has no rows below a header", "Export it again.")
    return rows
