"""A message as it would be sent, and by which it is known that it was shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from subledger.kernel.sentences import say

from .markup import html_of
from .templates import complete, held_back_in, one_line

DIGITS = 32
AGAIN = ":again:"
LONGEST_KEY = 200  # characters; what is kept has room for what follows
MOST_BYTES = 10 * 1024 * 1024  # of all files of a message together: more is refused by many mail servers
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,90}")
_IN_NO_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u2028\u2029]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A filled template: ``body`` has a mark where something is put in when it leaves. ``files`` are the names of what
    goes along, ``contents`` its SHA-256 in the same order."""

    recipient: str
    language: str
    subject: str
    body: str
    files: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Of all that whoever looks at it sees, files and all."""
        return _digest(self.recipient, self.language, self.subject, self.body, self.files, self.contents)

    @property
    def text_digest(self) -> str:
        """Of what it says, whoever gets it."""
        return _digest(self.language, self.subject, self.body)


def _digest(*said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:DIGITS]


def key_of(*, kind: str, about: str, template: int | str, recipient: str, level: int) -> str:
    """What is sent once: the same of a record, by a template, to an address, on a level."""
    return _keyed(f"{kind}:{about}:{template}:{level}", recipient)


def key_to(key: str, recipient: str) -> str:
    """The key of what a message says, to ``recipient``, whoever that message itself went to."""
    return _keyed(":".join(key.split(":")[:4]), recipient)


def key_after(key: str, before: int | None) -> str:
    """The key of the next message of ``key``: as it is, or behind the last one that has it."""
    return key if before is None else f"{key}{AGAIN}{before}"


def root_of(key: str) -> str:
    """The key that a message shares with all before it."""
    return key.partition(AGAIN)[0]


def _keyed(said: str, recipient: str) -> str:
    """No address is cut: a long one stands there as its SHA-256."""
    key = f"{said}:{recipient}"
    return key if len(key) <= LONGEST_KEY else f"{said}:{sha256(recipient.encode()).hexdigest()}"


def shown(text: str, words: str) -> str:
    """A body for people to look at: ``words`` stand where something is put in when it leaves."""
    return complete(text, dict.fromkeys(held_back_in(text), words))


def shown_html(body: str, words: str, *, subject: str, language: str) -> str:
    return html_of(shown(body, words), subject=subject, language=language)


def file_name(name: str) -> str:
    """The name of a file as it goes out: of one line, and in no folder."""
    return one_line(_IN_NO_NAME.sub(" ", name), 120).strip(". ") or "file"


def is_media_type(text: str) -> bool:
    return _MEDIA_TYPE.fullmatch(text) is not None


def trouble_with_files(sizes: Sequence[int]) -> str:
    """Why files cannot go with a message, or ""."""
    if sum(sizes) <= MOST_BYTES:
        return ""
    return say(
        "The files of this message have {size:.1f} MiB, and mail servers take {most_bytes} MiB at "
        "most. Send it without them.",
        size=sum(sizes) / 1024 / 1024,
        most_bytes=MOST_BYTES // 1024 // 1024,
    )
