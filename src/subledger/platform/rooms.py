"""What a room declares to the house, and the rooms there are.

Each room says in its ``room.py`` what it brings: ``ROOM = Room(name="wallets", permissions={…}, …)``. Frozen
values: this module knows no room and no domain. ``settings.ROOMS`` names the packages in order of the floors, lowest
first (`config.rooms`), and `installed` reads their declarations once.

What one room says must not be said by another: a permission, a number series, a ledger account, a posting rule, an
invariant, a report, a run kind or an import kind that two rooms declare is refused at start, with both rooms named. The
prefixes of public ids are the ``PREFIX`` of the rooms' models; `prefixes` refuses twins the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from django.apps import apps
from django.conf import settings
from django.db import models

from .configuration import ConfigurationFault, ConfigurationTable, Guarding
from .declarations import (
    AgreedDaysDeclaration,
    AttachableDeclaration,
    ConsequenceDeclaration,
    Declaration,
    DocumentDeclaration,
    ImportDeclaration,
    ListenerDeclaration,
    MadeKindDeclaration,
    MessageDeclaration,
    MessageHoldDeclaration,
    MessageTagsDeclaration,
    MonthEndDeclaration,
    ReportDeclaration,
    RunDeclaration,
)
from .figures import Question
from .invariants import Guard, Invariant

Declared = TypeVar("Declared", bound=Declaration)


class RoomsInvalid(Exception):
    """Two rooms say the same thing, or a room cannot be read. Raised at start: no part of the program runs then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What a permission allows, in words, and the ready roles that have it (the administrator has every one).

    ``parts`` are what deeds may demand of it alone: ``{"invoice": "Post invoices"}`` is ``transactions.post:invoice``.
    """

    title: str
    roles: frozenset[str] = frozenset()
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """A gapless number series that every company has: numbers begin as ``prefix`` and ``digits`` digits.

    ``numbers`` selects those that rows of the company bear (``%(company)s``), so that `check` finds a gap; without it
    nobody looks for gaps. Where a number of the series may be what people wrote themselves, ``taken`` selects it: the
    series is set to come to none of these, and passes over them while it counts.
    ``is_posted``: posting alone takes them, within the lock of the books, and passes over none.
    """

    code: str
    prefix: str
    digits: int = 8
    numbers: str = ""
    taken: str = ""
    is_posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSource:
    """What entries of the general journal are of: ``title`` in words, ``prefix`` of the public ids of such things.

    Where each thing has one entry, the entry ``shares_id``: it bears the thing's own id, so there is no second. A run
    that writes many entries shares none.
    ``numbers`` select ``id`` and ``number`` of such things: reports show an entry under the number that the first of
    them has. ``without_lines`` selects the ``id`` of those that move nothing, so that an entry of theirs has no lines.
    """

    title: str
    prefix: str
    shares_id: bool = True
    numbers: Sequence[str] = ()
    without_lines: str = ""


@dataclass(frozen=True, slots=True)
class LedgerSeed:
    """A ledger account of every company's chart; ``kind`` as in `journal.models.LedgerKind`."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class RuleSeed:
    """A posting rule of every company: the ledger accounts, by code, that a component debits and credits.

    None stands for the ledger account of the payment or refund method.
    """

    classification: str
    role: str
    component: str
    debit: str | None
    credit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everything that the house must know of a room.

    What the types of its lists are is checked at start too. Those that are a `Declaration` have their real types on
    higher floors, whose rooms read them (`declared`).
    ``name`` is the label of its Django application and its place in the layers. ``scopes`` say what
    ``<resource>:write`` lets an API key do: permissions or parts; ``reads`` are resources that are only read.
    ``figures`` are what those who watch the books see of it (`figures`).
    ``month_end`` are lines of what is looked at before a month is closed (`journal.month_end`).
    ``tables`` are what people configure (`platform.configuration`); ``guarding`` says what else guards configuration
    rows and what they rely on.
    ``made_kinds`` are the things of it that an Idempotency-Key may stand for (`idempotency.MadeKind`).
    ``attachable`` are records that files may be attached to (`attachments.attachable`).
    ``agreed_days`` are days that were agreed on for what is open (`transactions.agreed_days`).
    ``document_kinds`` are what its records are printed as (`documents.kinds`).
    ``message_kinds`` are messages it sends, ``message_tags`` what it adds to those of lower rooms: `messages.kinds`;
    ``message_holds`` say which of them are sent only where that is confirmed (`messages.holds`).
    ``events`` are the types of events that it records, each with what it tells; those of its ``tables`` are made from
    them (`event_types`). ``references`` are keys of their data that name another thing (``cancels_id``), each with the
    type of it; a key that is called after its thing (``account_id``) goes without.
    ``words`` what people call a value of an enumeration.
    ``defaults`` make what else a company begins with: each is called once for a company, in its scope, with the actor,
    after what lower rooms declare. A company keeps account of what it was given, so an older one gets what is new, and
    what somebody changed since is left alone (`companies.provision`).
    """

    name: str
    permissions: Mapping[str, Permission] = field(default_factory=dict)
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    series: Sequence[Series] = ()
    chart: Sequence[LedgerSeed] = ()
    rules: Sequence[RuleSeed] = ()
    sources: Mapping[str, JournalSource] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()
    guards: Sequence[Guard] = ()
    figures: Sequence[Question] = ()
    reports: Sequence[ReportDeclaration] = ()
    month_end: Sequence[MonthEndDeclaration] = ()
    imports: Sequence[ImportDeclaration] = ()
    runs: Sequence[RunDeclaration] = ()
    tables: Sequence[ConfigurationTable] = ()
    guarding: Sequence[Guarding] = ()
    consequences: Sequence[ConsequenceDeclaration] = ()
    agreed_days: Sequence[AgreedDaysDeclaration] = ()
    listeners: Sequence[ListenerDeclaration] = ()
    events: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    made_kinds: Sequence[MadeKindDeclaration] = ()
    attachable: Sequence[AttachableDeclaration] = ()
    document_kinds: Sequence[DocumentDeclaration] = ()
    message_kinds: Sequence[MessageDeclaration] = ()
    message_tags: Sequence[MessageTagsDeclaration] = ()
    message_holds: Sequence[MessageHoldDeclaration] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Callable[[str], None]] = field(default_factory=dict)
    package: str = field(default="", compare=False)


@cache
def installed() -> tuple[Room, ...]:
    """The rooms, lowest floor first.

    Raises:
        RoomsInvalid: a room has no declaration, or two declare the same thing.
    """
    rooms = tuple(_declared(package) for package in settings.ROOMS)
    check(rooms)
    return rooms


def declared(of: type[Declared], by: Iterable[Room] | None = None) -> list[Declared]:
    """All that rooms declare of a type, lowest floor first; or what some of them do.

    Raises:
        RoomsInvalid: a room has something else in that list.
    """
    name = next(name for name, kept in _ELEMENTS.items() if issubclass(of, kept))
    found = []
    for room in installed() if by is None else by:
        for one in getattr(room, name):
            if not isinstance(one, of):
                raise _not_of(room, name, one, of)
            found.append(one)
    return found


@cache
def event_references() -> Mapping[str, str]:
    """What rooms say of keys of events' data: which type of thing each names."""
    return {key: of for room in installed() for key, of in room.references.items()}


@cache
def event_types() -> Mapping[str, str]:
    """Every type of event that there is, with what it tells: what rooms declare, and what becomes of configuration."""
    found: dict[str, str] = {}
    for room in installed():
        found |= room.events
        for table in room.tables:
            thing = table.model._meta.model_name
            found.setdefault(f"{thing}.created", f"a row of {table.title.lower()} came")
            found.setdefault(f"{thing}.changed", f"a row of {table.title.lower()}: fields as [before, after]")
    return found


def sources() -> dict[str, JournalSource]:
    """What journal entries can be of, by the names under which rooms declare it."""
    return {name: source for room in installed() for name, source in room.sources.items()}


@cache
def words() -> dict[str, str]:
    """What people call values of enumerations, where it is not the value itself."""
    return {value: word for room in installed() for value, word in room.words.items()}


def check(rooms: Iterable[Room]) -> None:
    """RoomsInvalid where a room declares what cannot be read, or two of them the same thing: then both are named."""
    rooms = tuple(rooms)
    for room in rooms:
        _check_types(room)
    for what, names_of in _UNIQUE.items():
        seen: dict[Any, str] = {}
        for room in rooms:
            for name in names_of(room):
                if name in seen:
                    both = f"by the room {seen[name]!r} and by the room {room.name!r}"
                    who = f"both times by the room {room.name!r}" if seen[name] == room.name else both
                    raise RoomsInvalid(
                        f"The {what} {_spoken(name)} is declared twice: {who}. Give one of them another name."
                    )
                seen[name] = room.name
    for room in rooms:
        for table in room.tables:
            try:
                table.check()
            except ConfigurationFault as fault:
                raise RoomsInvalid(f"{fault} The room {room.name!r} declares it.") from fault


def _elements() -> dict[str, type]:
    """The lists and mappings of a room, with the type of what they hold."""
    held = {name: get_args(hint)[-1] for name, hint in get_type_hints(Room).items() if get_args(hint)}
    return {name: get_origin(hint) or hint for name, hint in held.items()}


_ELEMENTS = _elements()


def _check_types(room: Room) -> None:
    for name, kept in _ELEMENTS.items():
        said = getattr(room, name)
        for one in said.values() if isinstance(said, Mapping) else said:
            if not isinstance(one, kept):
                raise _not_of(room, name, one, kept)


def _not_of(room: Room, name: str, one: object, wanted: type) -> RoomsInvalid:
    return RoomsInvalid(
        f"The room {room.name!r} has {one!r} in `{name}`, which holds {wanted.__name__} and nothing else."
        f" Declare it as one: it is in {wanted.__module__}."
    )


_UNIQUE: dict[str, Callable[[Room], Iterable[Any]]] = {
    "room": lambda room: [room.name],
    "permission": lambda room: room.permissions,
    "number series": lambda room: [one.code for one in room.series],
    "prefix of numbers": lambda room: [one.prefix for one in room.series],
    "ledger account": lambda room: [one.code for one in room.chart],
    "posting rule": lambda room: [(one.classification, one.role, one.component) for one in room.rules],
    "journal source": lambda room: room.sources,
    "invariant": lambda room: [one.name for one in room.invariants],
    "guard": lambda room: room.guards,
    "figure": lambda room: [one.name for one in room.figures],
    "report": lambda room: [one.name for one in room.reports],
    "line of a month's end": lambda room: [one.name for one in room.month_end],
    "kind of import": lambda room: [one.name for one in room.imports],
    "kind of run": lambda room: [one.name for one in room.runs],
    "configuration table": lambda room: [one.name for one in room.tables],
    "configuration row": lambda room: [one.thing for one in room.tables],
    "address of a configuration table": lambda room: [one.slug for one in room.tables],
    "meaning of the constraint": lambda room: [name for one in (*room.tables, *room.guarding) for name in one.words],
    "event type": lambda room: room.events,
    "reference of events": lambda room: room.references,
    "kind of what keys stand for": lambda room: [one.name for one in room.made_kinds],
    "record with files": lambda room: [one.name for one in room.attachable],
    "kind of document": lambda room: [one.name for one in room.document_kinds],
    "kind of message": lambda room: [one.name for one in room.message_kinds],
    "set of message tags": lambda room: [one.name for one in room.message_tags],
    "hold of messages": lambda room: [one.name for one in room.message_holds],
    "value of an enumeration": lambda room: room.words,
    "consequence": lambda room: [one.name for one in room.consequences],
    "set of agreed days": lambda room: [one.name for one in room.agreed_days],
    "listener": lambda room: [one.name for one in room.listeners],
    "default": lambda room: room.defaults,
}


def prefixes(tables: Iterable[type[models.Model]] | None = None) -> dict[str, type[models.Model]]:
    """The prefixes of public ids and the tables whose rows bear them; RoomsInvalid where two bear the same."""
    found: dict[str, type[models.Model]] = {}
    for table in apps.get_models() if tables is None else tables:
        prefix = vars(table).get("PREFIX")
        if not isinstance(prefix, str):
            continue
        if prefix in found:
            raise RoomsInvalid(
                f"The prefix of public ids {prefix!r} is declared twice: by {found[prefix]._meta.label} and by"
                f" {table._meta.label}. Give one of them another prefix."
            )
        found[prefix] = table
    return found


def faces(name: str) -> Iterator[tuple[Room, ModuleType]]:
    """The module ``name`` of every room that has one, lowest floor first: ``faces("api")``, ``faces("pages")``."""
    for room in installed():
        if find_spec(f"{room.package}.{name}") is not None:
            yield room, import_module(f"{room.package}.{name}")


def _declared(package: str) -> Room:
    try:
        room = import_module(f"{package}.room").ROOM
    except (ImportError, AttributeError, TypeError) as error:
        raise RoomsInvalid(
            f"{package} declares no room: its room.py must say ROOM = Room(name=…). Reading it failed: {error}."
        ) from error
    if not isinstance(room, Room):
        raise RoomsInvalid(f"{package}.room.ROOM is no Room.")
    return replace(room, package=package)


def _spoken(name: Any) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else repr(name)
