"""What rooms declare: read once, twins refused with both named, a broken declaration refused."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from subledger.companies.models import Company, Role
from subledger.platform import listeners, rooms
from subledger.platform.configuration import (
    CODE,
    NAME,
    ConfigurationField,
    ConfigurationTable,
    FieldKind,
    Guarding,
    Words,
)
from subledger.platform.declarations import (
    AgreedDaysDeclaration,
    AttachableDeclaration,
    ConsequenceDeclaration,
    Declaration,
    DocumentDeclaration,
    ImportDeclaration,
    MadeKindDeclaration,
    MessageDeclaration,
    MessageHoldDeclaration,
    MessageTagsDeclaration,
    MonthEndDeclaration,
    ReportDeclaration,
    RunDeclaration,
)
from subledger.platform.figures import Question
from subledger.platform.idempotency import MadeKind
from subledger.platform.invariants import Guard, Invariant
from subledger.platform.listeners import Listener
from subledger.platform.rooms import (
    JournalSource,
    LedgerSeed,
    Permission,
    Room,
    RoomsInvalid,
    RuleSeed,
    Series,
)

PERMISSIONS = ConfigurationField(name="permissions", kind=FieldKind.WORDS, vocabulary=tuple)


def table(name: str, **options: Any) -> ConfigurationTable:
    said = {"title": "Toys", "noun": "toy", "about": "Toys.", "group": "Toys", "position": 1, "columns": ("name",)}
    return ConfigurationTable(**{"model": Role, "fields": (NAME, CODE, PERMISSIONS), "name": name, **said, **options})


def named(base: type[Declaration]) -> Any:
    """Some declaration of a type that stands on a higher floor."""
    return type("Named", (base,), {"name": "toys"})()


TWINS = {
    "permission": {"permissions": {"toys.edit": Permission(title="Change toys")}},
    "number series": {"series": [Series("toy", "TOY")]},
    "ledger account": {"chart": [LedgerSeed("4711", "Toys", "income")]},
    "posting rule": {"rules": [RuleSeed("invoice", "customer", "toy", "1200", "4711")]},
    "journal source": {"sources": {"toy": JournalSource(title="Toys", prefix="toy")}},
    "invariant": {"invariants": [Invariant("toys-stay", "Toys stay.", "SELECT 0", "SELECT '', '' WHERE false")]},
    "guard": {"guards": [Guard("toys_toy", "toys_stay")]},
    "figure": {"figures": [Question("toys", "Toys.", (), "SELECT count(*) FROM toys_toy")]},
    "configuration table": {"tables": [table("toys")]},
    "event type": {"events": {"toy.made": "A toy was made"}},
    "reference of events": {"references": {"toy_of_id": "toy"}},
    "default": {"defaults": {"toys": lambda actor: None}},
    "value of an enumeration": {"words": {"wooden": "Of wood"}},
    "report": {"reports": [named(ReportDeclaration)]},
    "line of a month's end": {"month_end": [named(MonthEndDeclaration)]},
    "kind of import": {"imports": [named(ImportDeclaration)]},
    "kind of run": {"runs": [named(RunDeclaration)]},
    "set of agreed days": {"agreed_days": [named(AgreedDaysDeclaration)]},
    "consequence": {"consequences": [named(ConsequenceDeclaration)]},
    "listener": {"listeners": [Listener(name="toys", about="", handle=len)]},
    "kind of what keys stand for": {"made_kinds": [MadeKind("toys")]},
    "record with files": {"attachable": [named(AttachableDeclaration)]},
    "kind of document": {"document_kinds": [named(DocumentDeclaration)]},
    "kind of message": {"message_kinds": [named(MessageDeclaration)]},
    "set of message tags": {"message_tags": [named(MessageTagsDeclaration)]},
    "hold of messages": {"message_holds": [named(MessageHoldDeclaration)]},
}
BY_NAME = {  # no mapping has two
    "permission", "journal source", "event type", "reference of events", "default", "value of an enumeration",
}  # fmt: skip
# Told by tests of their own.
OTHERWISE = {
    "room",
    "prefix of numbers",
    "configuration row",
    "address of a configuration table",
    "meaning of the constraint",
}


@pytest.mark.parametrize("what", TWINS)
def test_two_rooms_that_declare_the_same_are_refused_with_both_named(what):
    one, other = Room(name="toys", **TWINS[what]), Room(name="games", **TWINS[what])
    rooms.check([one])
    with pytest.raises(RoomsInvalid, match=rf"^The {what} .* twice: by the room 'toys' and by the room 'games'"):
        rooms.check([one, other])


@pytest.mark.parametrize("what", sorted(set(TWINS) - BY_NAME))
def test_what_one_room_declares_twice_is_refused_as_well(what):
    [(name, declared)] = TWINS[what].items()
    with pytest.raises(RoomsInvalid, match=rf"^The {what} .* is declared twice: both times by the room 'toys'\."):
        rooms.check([Room(name="toys", **{name: [*declared, *declared]})])


def test_whatever_must_be_unique_is_tried():
    assert set(TWINS) | OTHERWISE == set(rooms._UNIQUE)


def test_a_room_is_listed_once():
    with pytest.raises(RoomsInvalid, match=r"^The room 'toys' is declared twice"):
        rooms.check([Room(name="toys"), Room(name="toys")])


def test_two_tables_have_addresses_of_their_own():
    tables = [table("toys"), table("games", slug="toys", model=Company)]
    with pytest.raises(RoomsInvalid, match="address of a configuration table 'toys' is declared twice"):
        rooms.check([Room(name="toys", tables=tables)])


def test_one_row_of_the_configuration_is_in_one_table():
    tables = [table("toys"), table("playthings")]
    with pytest.raises(RoomsInvalid, match="configuration row 'role' is declared twice"):
        rooms.check([Room(name="toys", tables=tables)])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"fields": (NAME, CODE)}, "leaves out 'permissions' of its model: no page and no API would have it"),
        ({"fields": (NAME, CODE, PERMISSIONS, ConfigurationField(name="colour"))}, "has no 'colour'"),
        ({"columns": ("name", "colour")}, "has no 'colour'"),
        ({"fields": (NAME, NAME, CODE, PERMISSIONS)}, "has a field twice: name, name, code, permissions"),
        ({"fields": (NAME, CODE, ConfigurationField(name="permissions", kind=FieldKind.WORDS))}, "a choice of none"),
        ({"fields": (NAME, CODE, ConfigurationField(name="permissions"))}, "say the kind of the field 'permissions'"),
        (
            {"fields": (NAME, CODE, ConfigurationField(name="permissions", kind=FieldKind.UNIT_PRICE))},
            "a price in no currency",
        ),
    ],
)
def test_a_table_and_its_model_have_the_same_fields(said, why):
    rooms.check([Room(name="toys", tables=[table("toys")])])
    with pytest.raises(RoomsInvalid, match=f"{why}.*The room 'toys' declares it"):
        rooms.check([Room(name="toys", tables=[table("toys", **said)])])


def test_a_constraint_is_told_in_one_way():
    words = {"toy_number": Words("A toy has a number of its own. Choose another.", field="number")}
    one, other = (Room(name=name, guarding=[Guarding(model=Role, words=words)]) for name in ("toys", "games"))
    with pytest.raises(RoomsInvalid, match="meaning of the constraint 'toy_number' is declared twice"):
        rooms.check([one, other])


def test_listeners_that_wake_each_other_are_refused_at_start(monkeypatch):
    def listener(name: str, hears: str, makes: str) -> Listener:
        return Listener(name=name, about="", handle=len, hears=frozenset({hears}), makes=frozenset({makes}))

    circle = Room(
        name="toys",
        events={"toy.stopped": "it stopped", "toy.wound": "it was wound"},
        listeners=[listener("wind", "toy.stopped", "toy.wound"), listener("run", "toy.wound", "toy.stopped")],
    )
    monkeypatch.setattr(rooms, "installed", lambda: (circle,))
    for kept in (listeners.listeners, rooms.event_types):
        kept.cache_clear()
    try:
        with pytest.raises(RoomsInvalid, match="wake each other without end: wind → run → wind"):
            apps.get_app_config("platform").ready()
    finally:
        monkeypatch.undo()
        for kept in (listeners.listeners, rooms.event_types):
            kept.cache_clear()


def test_a_prefix_of_numbers_belongs_to_one_series():
    with pytest.raises(RoomsInvalid, match="prefix of numbers 'INV'"):
        rooms.check([Room(name="a", series=[Series("x", "INV")]), Room(name="b", series=[Series("y", "INV")])])


def test_two_tables_with_one_prefix_of_ids_are_refused_with_both_named():
    def model(name: str) -> type[models.Model]:
        meta = type("Meta", (), {"app_label": "toys", "managed": False})
        return type(name, (models.Model,), {"PREFIX": "toy", "Meta": meta, "__module__": __name__})

    with pytest.raises(RoomsInvalid, match=r"'toy' is declared twice: by toys\.Toy and by toys\.Game"):
        rooms.prefixes([model("Toy"), model("Game")])


def test_every_prefix_of_ids_is_three_letters_and_its_own():
    assert all(len(prefix) == 3 and prefix.isalpha() and prefix.islower() for prefix in rooms.prefixes())


@pytest.mark.parametrize("name", rooms._ELEMENTS)
def test_what_is_of_another_type_is_refused_with_its_list(name):
    said = {"toys": object()} if "Mapping" in Room.__annotations__[name] else [object()]
    with pytest.raises(RoomsInvalid, match=rf"'toys' has <object .*> in `{name}`, which holds \w+ and nothing"):
        rooms.check([Room(name="toys", **{name: said})])


def test_every_list_of_a_room_says_what_it_holds():
    lists = {one for one, hint in Room.__annotations__.items() if hint.startswith(("Sequence[", "Mapping["))}
    assert lists | {"reads"} == set(rooms._ELEMENTS)
    assert not [hint for hint in Room.__annotations__.values() if "Any" in hint]


def test_what_only_looks_like_a_declaration_is_refused_by_who_reads_it(monkeypatch):
    monkeypatch.setattr(rooms, "installed", lambda: (Room(name="toys", made_kinds=[named(MadeKindDeclaration)]),))
    with pytest.raises(RoomsInvalid, match=r"The room 'toys' has .* in `made_kinds`, which holds MadeKind and nothing"):
        rooms.declared(MadeKind)


def test_a_misspelt_field_is_refused_with_its_reason(tmp_path, monkeypatch):
    (tmp_path / "misspelt").mkdir()
    (tmp_path / "misspelt/__init__.py").touch()
    text = 'from subledger.platform.rooms import Room\n\nROOM = Room(name="misspelt", reporst=[])\n'
    (tmp_path / "misspelt/room.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RoomsInvalid, match=r"misspelt declares no room.*unexpected keyword argument 'reporst'"):
        rooms._declared("misspelt")


@pytest.mark.parametrize("said", [None, "nothing", Permission(title="No room")])
def test_a_package_without_a_declaration_is_refused(said, monkeypatch):
    package, room = ModuleType("toyhouse"), ModuleType("toyhouse.room")
    package.__path__ = []
    if said is not None:
        room.ROOM = said
    monkeypatch.setitem(sys.modules, "toyhouse", package)
    monkeypatch.setitem(sys.modules, "toyhouse.room", room)
    with pytest.raises(RoomsInvalid, match=r"toyhouse"):
        rooms._declared("toyhouse")


def test_rooms_stand_in_the_order_of_the_layers():
    from configparser import ConfigParser
    from pathlib import Path

    from django.conf import settings

    contracts = ConfigParser()
    contracts.read(Path(__file__).parents[2] / ".importlinter")
    layers = contracts["importlinter:contract:layers"]["layers"].split()
    floors = [layer.strip("()") for layer in reversed(layers)]
    named = [package.removeprefix("subledger.") for package in settings.ROOMS]
    assert [floor for floor in floors if floor in named] == named
    assert [room.name for room in rooms.installed()] == named
