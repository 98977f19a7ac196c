"""What no text that is kept may hold: card numbers, what nothing can show, what makes it look like another, and line
breaks where it is of one line. And it says something: a text of invisible characters alone looks like none."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from .cards import CardNumberRefused, card_number_in
from .errors import TextInvalid
from .sentences import say
from .text import shows

# Fields whose texts may be of several lines. A text in any other field is of one line, in a room that is new as well.
OF_LINES = frozenset({
    "billing_address", "body", "description", "error_message", "footer", "issue_reason", "note", "reason", "resolution",
    "text", "footer_en", "footer_de", "footer_it", "footer_el",
    "metadata", "meta",  # pairs of whoever uses the books; as columns of files they are called meta:name
    "columns", "reference", "allocate_to", "receives",  # of files: headers, what a bank passes on, lists in one cell
})  # fmt: skip
_CALLED = {"username": "name", "email": say("e-mail address")}
_BREAK = re.compile("[\n\r\u2028\u2029]")
# The control characters of Unicode (category Cc) but tab, line feed and carriage return: XML 1.0 and workbooks cannot
# hold them, terminals obey some. And surrogates that stand alone, which are no characters.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # unicode.org/reports/tr9: embeddings, overrides, isolates
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def check_texts(said: Any, *, param: str = "", of_lines: Container[str] = OF_LINES) -> None:
    """Refuse what is about to be kept when a text in it, however deep, is one that is never kept.

    ``param`` is where ``said`` stands, as a JSON pointer; keys of mappings and places in sequences are added to it.
    ``of_lines`` are the fields that may have several lines, where a room calls one otherwise than the others.

    Raises:
        CardNumberRefused: one of the texts holds a card number.
        TextInvalid: one of them holds a control character other than tab and line breaks, or a mark
            that turns the direction of writing; or nothing in it can be seen; or it is of one line and holds a line
            break.
    """
    for text, at in ((said, param),) if said.__class__ is str else _texts(said, param):
        number = card_number_in(text)
        if number:
            raise CardNumberRefused(number, param=at or None)
        if text.isascii() and text.isprintable():
            continue  # as most are: each of its characters is seen, and none breaks or turns a line
        found = _UNSHOWABLE.search(text)
        if found:
            raise TextInvalid(
                say(
                    "The text holds a character that nobody can see: U+{character:04X}, after {start} others. Type "
                    "it anew, or take that character out.",
                    character=ord(found[0]),
                    start=found.start(),
                ),
                param=at or None,
            )
        turning = _TURNING.search(text)
        if turning:
            raise TextInvalid(
                say(
                    "The text holds a mark that turns the direction of writing, so that it may look like "
                    "another: U+{character:04X}, after {start} characters. Take it out.",
                    character=ord(turning[0]),
                    start=turning.start(),
                ),
                param=at or None,
            )
        if text.strip() and not shows(text):  # of spaces alone, whoever needs a text says that it is missing
            raise TextInvalid(
                say(
                    "The text holds nothing that can be seen: spaces and invisible characters alone. Write "
                    "it, or leave it out."
                ),
                param=at or None,
            )
        if _BREAK.search(text) and (called := _one_line(at, of_lines)):
            raise TextInvalid(
                say("The {called} holds a line break, and it is of one line. Write it on one line.", called=called),
                param=at,
            )


def _one_line(at: str, of_lines: Container[str]) -> str:
    """What the field at a place is called where it is of one line; "" for any other."""
    names = [part for part in at.split("/") if part and not part.isdecimal()]
    if not names or any(name.partition(":")[0] in of_lines for name in names):
        return ""
    return _CALLED.get(names[-1], re.sub(r"(?<=[a-z])(?=[0-9])|_", " ", names[-1]))


def _texts(said: Any, param: str) -> Iterator[tuple[str, str]]:
    """Every text, with where it stands."""
    if isinstance(said, str):
        yield said, param
    elif isinstance(said, Mapping):
        for name, value in said.items():
            yield from _texts(name, param)
            yield from _texts(value, f"{param}/{name}")
    elif isinstance(said, Sequence) and not isinstance(said, bytes):
        for at, value in enumerate(said):
            yield from _texts(value, f"{param}/{at}")
