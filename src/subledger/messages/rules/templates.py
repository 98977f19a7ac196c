"""Templates: plain text in which ``#TAGS`` stand for values. No loops, no conditions, no code.

A value is never read for tags again, so what a customer is called cannot name one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

LONGEST_SUBJECT, LONGEST_BODY = 300, 10_000
LONGEST_VALUE = 2_000
# "##INVOICE" is the text "#INVOICE"; "#1" and "#hash" are no tags.
_TAG = re.compile(r"##|#([A-Z][A-Z0-9_]*)")
_WORD = re.compile(r"##|#(([A-Z][A-Z0-9_]*)?[A-Za-z0-9_]*)")
# How other programs write what they put in or work out: nobody does so here, and a customer would read it.
_FOREIGN = re.compile(
    r"\{\{[^{}\n]{0,40}\}{0,2}|\{%[^%\n]{0,40}(?:%\})?|<%[^%\n]{0,40}(?:%>)?|<\?[a-z=][^?\n]{0,40}(?:\?>)?"
    r"|\$\{[^{}\n]{0,40}\}?|^[ \t]*#(?:include|if|set|foreach)\b[^\n]{0,40}",
    re.MULTILINE | re.IGNORECASE,
)
_GAP = re.compile(r"\n[ \t]*\n\s*\n")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Around the name of a tag whose value is put in when the message leaves. Nothing else in a message has them.
OPENING, CLOSING = "\u27e6", "\u27e7"
_HELD_BACK = re.compile(f"{OPENING}([A-Z][A-Z0-9_]*){CLOSING}")


def tags_in(text: str) -> list[str]:
    """The names of the tags that a text uses, in their order, each once."""
    return list(dict.fromkeys(found[1] for found in _TAG.finditer(text) if found[1]))


def foreign_in(text: str) -> str:
    """The first thing in a text that another program's templates would fill or work out; "" where there is none."""
    found = _FOREIGN.search(text)
    return found[0].strip() if found else ""


def links_joined_in(text: str) -> list[str]:
    """The names of tags that something touches: what stands in for them would be read as a part of it."""
    return [
        found[1] for found in _TAG.finditer(text) if found[1] and not _stands_apart(text, found.start(), found.end())
    ]


def _stands_apart(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1].isspace()) and (end == len(text) or text[end].isspace())


def unknown_tags(text: str, known: Iterable[str]) -> list[tuple[str, str]]:
    """Tags that a text uses and nobody fills, each with the nearest that there is ("" where none is near).

    What is a tag but for its small letters is one of them: it would be sent as it stands.
    """
    names = sorted(known)
    words = dict.fromkeys((found[1], found[2]) for found in _WORD.finditer(text) if found[1])
    found = [word for word, tag in words if (tag not in names if tag else word.upper() in names)]
    return [(word, next(iter(get_close_matches(word.upper(), names, 1, 0.5)), "")) for word in found]


def spelt_out(text: str, sentences: Mapping[str, str]) -> str:
    """A template with sentences in place of the tags that stand for them. They are words of a program, with tags of
    their own, never of people. Where one says nothing, no gap stays."""
    if not any(name in sentences for name in tags_in(text)):
        return text
    spelt = _TAG.sub(lambda found: sentences.get(found[1] or "", found[0]), text)
    return _GAP.sub("\n\n", spelt).strip()


def filled(text: str, values: Mapping[str, str], *, held_back: Iterable[str] = ()) -> str:
    """A template with its values. Those that are held back leave a mark, which `complete` fills."""
    waiting = frozenset(held_back)

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not name:
            return "#"
        return f"{OPENING}{name}{CLOSING}" if name in waiting else _unmarked(values[name])[:LONGEST_VALUE]

    return _TAG.sub(value, _unmarked(text))


def complete(text: str, values: Mapping[str, str]) -> str:
    """A filled template with what was held back."""
    return _HELD_BACK.sub(lambda found: values.get(found[1], found[0]), text)


def held_back_in(text: str) -> list[str]:
    """The names of what a filled template waits for."""
    return list(dict.fromkeys(_HELD_BACK.findall(text)))


def one_line(text: str, longest: int = LONGEST_SUBJECT) -> str:
    """A text for a header: on one line, without control characters, cut where it is too long."""
    line = _BREAKS.sub(" ", text).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _unmarked(text: str) -> str:
    return text.replace(OPENING, "").replace(CLOSING, "")
