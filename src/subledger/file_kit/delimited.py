"""CSV: its encoding, its delimiter and its records."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, NamedTuple

from subledger.kernel.sentences import say
from subledger.kernel.text import plain

from .cells import RawRow
from .errors import FileEncodingInvalid, FileTooDemanding, FileUnreadable
from .inert import as_written
from .limits import TOO_LONG, Limits

DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024  # bytes that decide on the delimiter
# Encodings that may be named, as people and Python call them; what has a mark, or is UTF-8, names itself.
ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "cp1250", "cp1251", "mac-roman", "utf-16")
_SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?\r?\n', re.I)


class Dialect(NamedTuple):
    encoding: str
    delimiter: str
    skipped: int = 0  # lines above the records: a spreadsheet's ``sep=;``


def dialect_of(stream: IO[bytes], name: str, encoding: str | None = None) -> Dialect:
    """How a file is written. FileEncodingInvalid where it is not in the encoding it should be."""
    chosen = _encoding(stream, name, encoding)
    stream.seek(0)
    start = stream.read(SAMPLE)
    text = codecs.getincrementaldecoder(chosen)("ignore").decode(start)
    separator = _SEPARATOR.match(text)
    return Dialect(
        chosen, separator[1] if separator else delimiter_in(text, is_cut=len(start) == SAMPLE), 1 if separator else 0
    )


def delimiter_in(text: str, *, is_cut: bool = False) -> str:
    """The delimiter of most records: what is between quotes counts for nothing, wherever the quotes begin.

    ``is_cut`` says that the last record may be longer than the text.
    """
    counts: dict[str, Counter[int]] = {delimiter: Counter() for delimiter in DELIMITERS}
    found: Counter[str] = Counter()
    is_quoted, is_start, has_any = False, True, False
    for letter in text:
        if is_quoted:
            is_quoted = letter != '"'  # a doubled quote closes and opens again
            is_start = not is_quoted
            continue
        if letter == '"' and is_start:
            is_quoted = has_any = True
        elif letter in counts:
            found[letter] += 1
            is_start = has_any = True
        elif letter in "\r\n":
            if has_any:
                for delimiter, count in counts.items():
                    count[found[delimiter]] += 1
            found.clear()
            is_start, has_any = True, False
        elif letter != " ":
            is_start, has_any = False, True
    if has_any and not is_cut:
        for delimiter, count in counts.items():
            count[found[delimiter]] += 1
    return max(DELIMITERS, key=lambda delimiter: _agreement(counts[delimiter]))


def read_rows(stream: IO[bytes], name: str, dialect: Dialect, limits: Limits) -> Iterator[RawRow]:
    stream.seek(0)
    with io.TextIOWrapper(stream, encoding=dialect.encoding, newline="") as text:
        for _ in range(dialect.skipped):
            text.readline()
        line = dialect.skipped + 1
        reader = csv.reader(text, delimiter=dialect.delimiter, strict=True)
        try:
            for cells in reader:
                if len(cells) > limits.columns and any(cell.strip() for cell in cells[limits.columns :]):
                    raise FileTooDemanding(
                        name,
                        say(
                            "line {line} has {count} columns, and {most} is the most",
                            line=line,
                            count=len(cells),
                            most=limits.columns,
                        ),
                    )
                yield RawRow(line, [_cell(cell) for cell in cells[: limits.columns]])
                line = dialect.skipped + reader.line_num + 1
        except csv.Error as error:
            if "field larger than field limit" in str(error):
                raise FileUnreadable(
                    say(
                        "{name} cannot be read from line {line} on: a cell there has more than "
                        "{field_size_limit:,} characters. A quote may be opened there and never closed: correct it. "
                        "{too_long}",
                        name=name,
                        line=line,
                        field_size_limit=csv.field_size_limit(),
                        too_long=TOO_LONG,
                    )
                ) from error
            raise FileUnreadable(
                say(
                    "{name} cannot be read from line {line} on: {error}. A quote is missing or the file is "
                    "cut off; mend the line, or export the file again.",
                    name=name,
                    line=line,
                    error=error,
                )
            ) from error


def _cell(text: str) -> str:
    text = text.strip() if text.isascii() and "\r" not in text else plain(text)
    return as_written(text) if text[:1] == "'" else text


def _agreement(counts: Counter[int]) -> tuple[int, int]:
    """How many records have the same number of it, at least one, and how many that is."""
    return max(((records, count) for count, records in counts.items() if count), default=(0, 0))


def _encoding(stream: IO[bytes], name: str, wanted: str | None) -> str:
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif not wanted:
        encoding = "utf-8"
    else:
        encoding = wanted.lower()
        if encoding not in ENCODINGS:
            raise FileEncodingInvalid(
                say(
                    "{wanted!r} is no encoding that can be read. Choose one of: {encodings}.",
                    wanted=wanted,
                    encodings=", ".join(ENCODINGS),
                ),
                param="/encoding",
            )
    _check(stream, name, encoding)
    return encoding


def _check(stream: IO[bytes], name: str, encoding: str) -> None:
    """The whole file is in the encoding, told by the first byte that is not."""
    # To the decoder that knows no marks a mark is one more character, and places stay what they are.
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)()
    stream.seek(0)
    lines, before, pending = 1, 0, 0  # the line; bytes given to the decoder; those of them that it still holds
    while True:
        part = stream.read(1 << 20)
        if encoding != "utf-16" and b"\0" in part:
            at = lines + part.count(b"\n", 0, part.index(b"\0"))
            raise FileEncodingInvalid(
                say(
                    "{name} holds a zero byte on line {at}: it is no text, or UTF-16 without a mark. Save it as UTF-8.",
                    name=name,
                    at=at,
                )
            )
        try:
            decoder.decode(part, final=not part)
        except UnicodeDecodeError as error:
            at = before - pending + error.start
            raise _wrong_byte(stream, name, encoding, at) from error
        if not part:
            return
        pending = len(decoder.getstate()[0])
        before += len(part)
        lines += part.count(b"\n")


def _wrong_byte(stream: IO[bytes], name: str, encoding: str, at: int) -> FileEncodingInvalid:
    stream.seek(0)
    line, start, done = 1, 0, 0
    while done < at and (part := stream.read(min(1 << 20, at - done))):
        line += part.count(b"\n")
        if b"\n" in part:
            start = done + part.rindex(b"\n") + 1
        done += len(part)
    stream.seek(at)
    byte = stream.read(1)
    shown = "UTF-8" if encoding.startswith("utf-8") else encoding
    return FileEncodingInvalid(
        say(
            "{name} is not {shown}: byte {at} of line {line} is 0x{byte:02X}, as Latin-1 or "
            "Windows-1252 have it. Save it as UTF-8 (in a spreadsheet: CSV UTF-8), or say which "
            "encoding it has.",
            name=name,
            shown=shown,
            at=at - start + 1,
            line=line,
            byte=byte[0] if byte else 0,
        ),
        param="/encoding",
    )
