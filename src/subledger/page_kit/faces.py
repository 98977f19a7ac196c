"""What a room says of itself to the pages: one frozen value, ``<room>.pages.PAGES``, found by the room's name.

`config.pages` makes the addresses of it; the menu, the search, the overview, configuration, timelines and the audit
list read it as they are asked for. What a higher room adds to the page of a lower one's object is a `Part`: the lower
room asks for it by the object's name (`told`), and knows nobody who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from subledger.platform import rooms

from .url_ids import page_url

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .actions import Crumb

__all__ = [
    "SHELL",
    "Address",
    "Door",
    "Entry",
    "Found",
    "Kept",
    "Link",
    "Named",
    "PageFace",
    "Part",
    "Subject",
    "by_link",
    "called",
    "contributions",
    "faces",
    "gathered",
    "merged",
    "own",
    "page",
    "shell_url",
    "visitors",
]


class Door:
    """Who may open a page."""

    STAFF = "staff"  # members of a company, with the permission that the view names
    PERSON = "person"  # whoever is logged in
    ANYBODY = "anybody"
    LINK = "link"  # whoever has the link; the page has a language of its own


@dataclass(frozen=True, slots=True)
class Address:
    """``<acc:account_id>`` in a route is a public id with that prefix, and hands the view its number."""

    route: str
    view: Any
    name: str
    door: str = Door.STAFF


def page(route: str, view: Any, name: str) -> Address:
    return Address(route, view, name)


def own(route: str, view: Any, name: str) -> Address:
    return Address(route, view, name, Door.PERSON)


def visitors(route: str, view: Any, name: str) -> Address:
    return Address(route, view, name, Door.ANYBODY)


def by_link(route: str, view: Any, name: str) -> Address:
    return Address(route, view, name, Door.LINK)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu, in a group; the group stands where its first entry does.

    One that is ``folded`` is behind the group's *More* until it is the page one is on; a group with one that is
    ``pinned`` stays in sight however long the menu is.
    """

    label: str
    url_name: str
    icon: str
    permission: str
    group: str
    position: int
    folded: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A page of its own under Configuration."""

    title: str
    url_name: str
    about: str
    permission: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Pages of its own that a room keeps under Configuration, in a group, behind the group's tables (`Room.tables`)."""

    group: str
    position: int
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """How the rows of an object type that events speak of are read, named and reached."""

    read: Callable[[Sequence[int]], Iterable[Any]]
    name: Callable[[Any], str] = str
    url: Callable[[Any], str] = lambda row: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search shows of a room.

    ``exact`` gives the addresses that a number or code leads to; ``rows`` what is listed under ``title``. ``about``
    gives the ids of what events may be about: of the room's things of that name, and of those on things of lower
    rooms, whose ids are handed on.
    """

    position: int
    exact: Callable[[str], Iterable[str]] = lambda asked: ()
    title: str = ""
    columns: Callable[[], Sequence[Any]] = tuple
    rows: Callable[[str], QuerySet[Any]] | None = None
    about: Callable[[str, Sequence[int]], Iterable[int]] = lambda asked, found: ()


@dataclass(frozen=True, slots=True)
class Part:
    """What a room adds under ``name`` to the page of an object that is called ``of``; ``position`` orders the parts."""

    of: str
    name: str
    position: int
    contribute: Callable[[Any, Any], Iterable[Any]]  # request (None where a form asks), row


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An object that pages of higher rooms are about too: how it is read, where it is, and what frames each tab."""

    read: Callable[[int], Any]
    url: Callable[[Any], str]
    crumbs: Callable[[Any], list[Crumb]]  # the way to it, itself the last
    frame: Callable[[HttpRequest, Any, str], dict[str, Any]] = lambda request, row, here: {}


@dataclass(frozen=True, kw_only=True)
class PageFace:
    """A room's pages.

    ``event_words`` are sentences of event types, ``things`` names of object types, ``event_labels`` those of what
    events tell, ``silent`` what of it goes without saying, ``event_money`` keys of amounts in minor units that do not
    end in ``_minor`` or ``_amount``, ``references`` keys that hold inner ids, each with the object type they are of;
    ``named`` says how those are called. ``marks`` are icons and tones by the last word of an event's type. ``asked_as``
    are names by which forms ask for what a refusal names, by the last part of its pointer. ``badges`` are tone and icon
    of states; ``confirmations`` what its refusals ask for, each with the words of its box. ``shell`` are the names of
    its pages that every page leads to, by what the kit needs them for (`SHELL`).
    """

    paths: Sequence[Address] = ()
    menu: Sequence[Entry] = ()
    configuration: Sequence[Kept] = ()
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    search: Sequence[Found] = ()
    event_words: Mapping[str, str] = field(default_factory=dict)
    things: Mapping[str, str] = field(default_factory=dict)
    event_labels: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    event_money: frozenset[str] = frozenset()
    references: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    badges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    confirmations: Mapping[str, str] = field(default_factory=dict)
    asked_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shell: Mapping[str, str] = field(default_factory=dict)


@cache
def faces() -> tuple[PageFace, ...]:
    """The faces of all rooms, lowest floor first."""
    return tuple(module.PAGES for _, module in rooms.faces("pages"))


def gathered(name: str) -> list[Any]:
    """What all faces list under ``name``."""
    return [one for face in faces() for one in getattr(face, name)]


@cache
def merged(name: str) -> dict[str, Any]:
    """What all faces say under ``name``, as one; said twice, it is refused."""
    whole: dict[str, Any] = {}
    for face in faces():
        said = getattr(face, name)
        twins = whole.keys() & said.keys()
        if twins:
            raise rooms.RoomsInvalid(f"Two rooms declare {name} of {', '.join(sorted(twins))}. Keep one.")
        whole.update(said)
    return whole


# What the kit leads to without knowing whose page it is: what finds, the company one looks at, one's own login and
# formats, what a list is kept as, and what is configured, as a whole and row by row.
SHELL = ("search", "company", "login", "logout", "formats", "views", "view", "columns", "configuration", "row")


def shell_url(what: str, *args: object) -> str:
    """The address of the page that a room has for one of `SHELL`."""
    return page_url(merged("shell")[what], *args)


@cache
def _parts(of: str, name: str) -> tuple[Part, ...]:
    found = [part for part in gathered("parts") if (part.of, part.name) == (of, name)]
    return tuple(sorted(found, key=lambda part: part.position))


def contributions(of: str, name: str, request: HttpRequest | None, row: Any) -> list[Any]:
    """What all rooms add under ``name`` to the page of ``row``, in the order of their positions."""
    return [one for part in _parts(of, name) for one in part.contribute(request, row)]


def called(of: str, row: Any) -> str:
    """A row as the rooms that know more of it call it, else by its own name."""
    found = contributions(of, "words", None, row)
    return str(found[0] if found else row)
