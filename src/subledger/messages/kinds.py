"""What rooms declare of the messages they send: kinds, with the tags that their templates may use.

A room above says ``MessageKind(name="invoice", …)`` in its ``letters.py``; `Room.message_kinds` lists them. What a
higher room knows more of a lower one's records is a `MoreTags` in `Room.message_tags`. ``read`` turns the id of a
record into a `Letter`: who it is for, in which language, and the record itself, which only the declaring room's tags
look into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urljoin

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import joined, say
from subledger.platform.declarations import MessageDeclaration, MessageTagsDeclaration
from subledger.platform.rooms import RoomsInvalid, declared, installed

from .errors import AttachmentInvalid, NoPublicAddress

__all__ = [
    "NOTHING",
    "Attached",
    "Attachment",
    "Letter",
    "MessageKind",
    "MoreTags",
    "Period",
    "Recipient",
    "Standard",
    "Tag",
    "family_of",
    "fitting",
    "kind_named",
    "kinds",
    "kinds_about",
]


NOTHING = "none"  # is attached


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a message; ``warnings`` say what of it is not as it was written. ``keep`` is called with
    who sends it once the message is written, where a copy is kept of what goes out, and answers that copy."""

    name: str
    media_type: str
    content: bytes
    warnings: tuple[str, ...] = ()
    keep: Callable[[str], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """What templates of a kind may attach: ``name`` is kept in them, ``title`` is what people choose, and ``make``
    makes it of what the message tells of, in the language of the letter, whoever reads it. It writes nothing: many look
    at a message that nobody sends. Where it does not ``fit`` what a letter tells of, nobody is offered it."""

    name: str
    title: str
    make: Callable[[Letter], Attached]
    fits: Callable[[Letter], bool] | None = None


class Period(NamedTuple):
    """The days that a message tells of, both included."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a message may go to. ``gets_it``: without being chosen, wherever it is sent by itself."""

    address: str
    name: str = ""
    language: str = ""
    gets_it: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message is about and whom it is for, as the room that declares its kind says it.

    ``recipients`` are all who are known there, the likeliest first; ``address`` is where it goes if nobody says more,
    ``reader`` who reads it there. ``concerns`` are the ids of everything on whose page it is listed, ``site`` the
    address under which others reach these books ("" where nobody said it), ``period`` the days it tells of, if any,
    ``occasion`` what of the record it tells of, where that changes: of each it is sent once.
    """

    record: Any
    name: str  # of the record, such as its number
    object_type: str
    object_id: int
    address: str = ""
    addressee: str = ""
    language: str = ""
    recipients: tuple[Recipient, ...] = ()
    reader: str = ""
    concerns: tuple[int, ...] = ()
    site: str = ""
    period: Period | None = None
    occasion: str = ""
    locale: str = ""  # its language with the reader's country, where that is known: how days and money are written

    @property
    def written_in(self) -> str:
        return self.locale or self.language

    @property
    def goes_to(self) -> list[str]:
        """The addresses that it goes to without being chosen; of nobody that is one, and empty."""
        return [one.address for one in self.recipients if one.gets_it] or [self.address]

    def to(self, address: str) -> Letter:
        """The letter as it goes to one of its recipients, or to somebody else: by name and language, where known."""
        known = next((one for one in self.recipients if identity_of(one.address) == identity_of(address)), None)
        if known is None:
            return replace(self, address=address, reader="")
        return replace(self, address=address, reader=known.name, language=known.language or self.language)

    def url(self, path: str) -> str:
        """A path as its reader can open it. NoPublicAddress."""
        if not self.site:
            raise NoPublicAddress
        return urljoin(self.site, path)


@dataclass(frozen=True, slots=True)
class Tag:
    """``#NAME`` in templates. ``opens``: it lets whoever holds it do something, so it is made when the message is
    written, sealed until that leaves, and kept nowhere. Without ``value`` whoever sends the message gives it.

    ``words`` makes it a sentence: what is true of a letter's record, in a language, with tags of its own that are
    filled afterwards; "" where nothing is to be said; of None, what is said most often. Where one ``is_left_open``,
    higher rooms that declare the same name in their `MoreTags` speak first, the highest before others; None leaves it
    to the next below."""

    name: str
    about: str
    sample: str
    value: Callable[[Letter], str] | None = None
    opens: bool = False
    words: Callable[[Letter | None, str], str | None] | None = None
    is_left_open: bool = False

    @property
    def is_of_body(self) -> bool:
        """Whether it stands in the body alone."""
        return self.opens or self.words is not None


@dataclass(frozen=True, slots=True)
class Standard:
    """A template that companies begin with."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class MessageKind(MessageDeclaration):
    """A kind of message.

    ``of`` names the records that it is about (``invoice``), "" where it is about none; ``resource`` is what the
    API shows them as. ``numbered`` finds the id of one by what people call it. ``permission`` is what whoever sends it
    needs beside ``messages.send``. ``automatic`` says when it is sent by itself, where a company wants that.
    ``period`` makes the days it tells of from those that somebody chose, or did not: it is sent once for each period.
    ``is_daily``: the same may go again on another day, without anybody confirming it. ``asks_to_pay``: whoever collects
    counts it as a contact with the customer. ``instead_of`` names a kind of a
    lower room that this one is sent for wherever it ``fits`` what a letter tells of.
    ``essential`` ones go to addresses whose owners want no mail, too: they asked for them. ``opens_logins``: no company
    words it, for whoever words such a message decides where its link leads, and it goes in what the kind says itself.
    ``attachments`` are what its
    templates may attach; the first is what the standard ones do.
    """

    name: str
    title: str
    of: str = ""
    resource: str = ""
    tags: Sequence[Tag]
    standard: Mapping[str, Standard]
    read: Callable[[int], Letter] | None = None
    numbered: Callable[[str], int | None] | None = None
    attachments: Sequence[Attachment] = ()
    permission: str = ""
    automatic: str = ""
    essential: bool = False
    opens_logins: bool = False
    is_daily: bool = False
    asks_to_pay: bool = False
    period: Callable[[Letter, date | None, date | None], Period] | None = None
    instead_of: str = ""
    fits: Callable[[Letter], bool] | None = None

    @property
    def family(self) -> str:
        """What it is the same as, where nobody is to get both."""
        return self.instead_of or self.name

    def tag_named(self, name: str) -> Tag:
        return next(tag for tag in self.tags if tag.name == name)

    def attachment_named(self, name: str) -> Attachment | None:
        return next((one for one in self.attachments if one.name == name), None)

    def chosen_attachment(self, name: str, *, param: str) -> Attachment | None:
        """What somebody wants to go along; None where that is nothing. AttachmentInvalid: the kind has none such."""
        found = self.attachment_named(name)
        if found is None and name != NOTHING:
            possible = joined([say("nothing"), *(one.title for one in self.attachments)], say(" or "))
            raise AttachmentInvalid(
                say(
                    "“{title}” has no such document to attach. Choose {possible}.", title=self.title, possible=possible
                ),
                param=param,
            )
        return found

    def sample(self) -> dict[str, str]:
        return {tag.name: tag.sample for tag in self.tags}

    def sentences(self, names: Sequence[str], letter: Letter | None, language: str) -> dict[str, str]:
        """What those of these tags that are sentences say of a letter."""
        wanted = [tag for tag in self.tags if tag.name in names]
        return {tag.name: tag.words(letter, language) or "" for tag in wanted if tag.words is not None}


@dataclass(frozen=True, kw_only=True)
class MoreTags(MessageTagsDeclaration):
    """Tags that a higher room adds to kinds about records of ``of``."""

    name: str
    of: frozenset[str]
    tags: Sequence[Tag] = field(default_factory=tuple)


@cache
def kinds() -> Mapping[str, MessageKind]:
    """The kinds of all rooms by name, lowest floor first, with the tags that higher rooms add.

    Raises:
        RoomsInvalid: a kind has a tag twice, or does not say who may see what it reads.
    """
    more = declared(MoreTags)
    found = {}
    for room in installed():
        for kind in declared(MessageKind, [room]):
            added = [tag for each in more if kind.of and kind.of in each.of for tag in each.tags]
            found[kind.name] = _whole(replace(kind, tags=_put_together(kind.tags, added)), room.name)
    return found


def kind_named(name: str) -> MessageKind:
    """NotFound: no room declares it."""
    try:
        return kinds()[name]
    except KeyError:
        raise NotFound(say("kind of message"), name, param="/kind") from None


def kinds_about(of: str) -> list[MessageKind]:
    """The kinds of messages that a record of that name can be told of by."""
    return [kind for kind in kinds().values() if kind.of == of]


def fitting(kind: MessageKind, letter: Letter) -> MessageKind:
    """The kind that is sent of a letter: itself, or one of a higher room that stands in for it."""
    for other in kinds().values():
        if other.instead_of == kind.name and other.fits is not None and other.fits(letter):
            return other
    return kind


def family_of(name: str) -> list[str]:
    """The names of a kind and of those that stand in for it."""
    return [kind.name for kind in kinds().values() if kind.family == name]


def _put_together(own: Sequence[Tag], added: Sequence[Tag]) -> tuple[Tag, ...]:
    """The tags of a kind and those of higher rooms, which speak first where a sentence was left open to them."""
    left_open = {tag.name: tag for tag in own if tag.is_left_open}
    for tag in added:
        if tag.name in left_open:
            left_open[tag.name] = _speaking_first(tag, left_open[tag.name])
    return (*(left_open.get(tag.name, tag) for tag in own), *(tag for tag in added if tag.name not in left_open))


def _speaking_first(higher: Tag, lower: Tag) -> Tag:
    first, then = higher.words, lower.words
    assert first is not None
    assert then is not None

    def words(letter: Letter | None, language: str) -> str | None:
        said = first(letter, language)
        return then(letter, language) if said is None else said

    return replace(higher, words=words)


def _whole(kind: MessageKind, room: str) -> MessageKind:
    names = [tag.name for tag in kind.tags]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise RoomsInvalid(
            f"The message kind {kind.name!r} of the room {room!r} has the tag {twins[0]} twice. Keep one."
        )
    if kind.read is not None and not kind.resource:
        raise RoomsInvalid(
            f"The message kind {kind.name!r} of the room {room!r} reads records, and does not say of which `resource`. "
            "Name it."
        )
    return kind
