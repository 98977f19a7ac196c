"""What rooms declare of the sources of their entries, as SQL: the numbers of such entries, and which have no lines."""

from __future__ import annotations

from typing import NamedTuple

from subledger.platform.rooms import sources


class EntryNumbers(NamedTuple):
    """``joins`` go behind rows ``o`` of entries (``source``, ``source_id``); ``number`` is what each is then called."""

    number: str
    joins: str


def entry_numbers() -> EntryNumbers:
    """An entry's number is the first that what it is of has; null where its room says none."""
    codes: dict[str, list[str]] = {}
    for code, source in sources().items():
        for numbers in source.numbers:
            codes.setdefault(numbers, []).append(f"'{code}'")
    joins = [
        f"LEFT JOIN ({numbers}) n{at} ON n{at}.id = o.source_id AND o.source IN ({', '.join(of)})"
        for at, (numbers, of) in enumerate(codes.items())
    ]
    found = ", ".join([*(f"n{at}.number" for at in range(len(joins))), "NULL"])
    return EntryNumbers(f"coalesce({found})", "\n".join(joins))


def may_lack_lines(entry: str) -> str:
    """The condition that an entry, by the alias of its table, moves nothing, as its room says."""
    said = [
        f"{entry}.source = '{code}' AND EXISTS (SELECT FROM ({source.without_lines}) w WHERE w.id = {entry}.source_id)"
        for code, source in sources().items()
        if source.without_lines
    ]
    return f"({' OR '.join(said) or 'false'})"
