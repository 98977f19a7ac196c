"""What people configure: one declaration of a table, from which its API, its pages and its guards are made.

A room says in its ``tables.py`` which rows people keep under Configuration (`ConfigurationTable`, in `Room.tables`) and
what each field of theirs is. Every door walks the same fields, so that none can be forgotten at one of them; a column
of the model that is no field of the declaration is refused at start. Frozen values: this module knows no room, no
page and no API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import models

from subledger.kernel.names import TRANSLATIONS
from subledger.kernel.sentences import say

Model = type[models.Model]
Choices = Sequence[tuple[str, str]]


class ConfigurationFault(Exception):
    """A declaration that contradicts its model. Raised at start."""


class FieldKind(StrEnum):
    """What the values of a field are; each door knows each kind."""

    CODE = "code"
    TEXT = "text"
    LONG_TEXT = "long_text"
    FLAG = "flag"
    NUMBER = "number"  # small and whole
    SIGNED = "signed"  # small and whole, and may be below zero
    NUMBERS = "numbers"  # several, small and whole, in their order
    DECIMAL = "decimal"
    CHOICE = "choice"  # one of a few words
    WORDS = "words"  # some of a few words
    DAY = "day"
    REFERENCE = "reference"  # a row of another table
    REFERENCES = "references"  # rows of another table
    CURRENCY = "currency"
    UNIT_PRICE = "unit_price"  # in minor units, with decimals, of the currency in another field
    METADATA = "metadata"  # pairs of strings for programs: no page asks for them


class Unset:
    """No value given."""


UNSET = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationField:
    """One column or list of a configuration table, at every door.

    Attributes:
        name: of the model's field.
        label: on pages; the name in words if left out. ``short`` is the label in lists.
        help: a sentence for people, and for programs in the API's document.
        kind: left out where the model's field says it.
        choices: the enumeration of a choice; ``spoken`` are words of some of its values.
        vocabulary: gives the values that words may have, where rooms bring them, each with what people call it.
        initial: what a new row begins with, where nobody types it: the field is then read only.
        empty: what lists show where there is nothing.
        required: whether the API needs it; left out where the model's field says it.
        is_filter: whether the API's list is filtered by it.
        expands: whether ``expand[]`` inlines the row that it refers to.
        currency: of a unit price, the field with its currency.
        completions: what typing # offers: for each value of the table's ``kind``, names with what they stand for.
        rows: how many lines of a long text its form shows.
        shown: what doors show of a row instead of the column, where that goes by the day.
        api_name: its name in the API where that is another, as is ``page_name`` in forms.
    """

    name: str
    label: str = ""
    short: str = ""
    help: str = ""
    kind: FieldKind | None = None
    choices: type[StrEnum] | None = None
    vocabulary: Callable[[], Choices] | None = None
    spoken: Mapping[str, str] = field(default_factory=dict)
    initial: Any = UNSET
    empty: str = ""
    required: bool | None = None
    is_filter: bool = False
    expands: bool = False
    currency: str = ""
    completions: Callable[[], Mapping[str, Choices]] | None = None
    rows: int = 2
    shown: Callable[[Any], Any] | None = None
    api_name: str = ""
    page_name: str = ""

    @property
    def words(self) -> str:
        return self.label or say(self.name.replace("_", " ").capitalize())

    @property
    def is_read_only(self) -> bool:
        return self.initial is not UNSET

    @property
    def in_api(self) -> str:
        return self.api_name or self.name

    @property
    def on_pages(self) -> str:
        return self.page_name or self.name


NAME = ConfigurationField(name="name")
CODE = ConfigurationField(name="code", kind=FieldKind.CODE)
DESCRIPTION = ConfigurationField(name="description")
IN_USE = ConfigurationField(name="is_active", label=say("In use"))
PLAIN = (NAME, CODE, DESCRIPTION, IN_USE)
# Of rows whose name customers read (`companies.owned.Translated`).
NAMES = tuple(
    ConfigurationField(
        name=TRANSLATIONS[code], label=label, help=say("To customers who read it; the name if left out.")
    )
    for code, label in {
        "en": say("Name in English"),
        "de": say("Name in German"),
        "it": say("Name in Italian"),
        "el": say("Name in Greek"),
    }.items()
)
NAMED = (NAME, CODE, DESCRIPTION, *NAMES, IN_USE)


@dataclass(frozen=True, slots=True)
class Change:
    """A configuration row as it would be, and as it was (``before`` is None for a new one).

    ``lists`` are its many-to-many fields as they would be; ``said`` is what somebody says of it now, by name.
    """

    row: Any
    before: Mapping[str, Any] | None
    lists: Mapping[str, Sequence[Any]]
    said: Mapping[str, Any] = field(default_factory=dict)

    def changes(self, name: str) -> bool:
        return self.before is not None and self.before[name] != getattr(
            self.row, self.row._meta.get_field(name).attname
        )


@dataclass(frozen=True, slots=True)
class Default:
    """``within``: fields that have one default for each value. ``is_needed``: there is always one."""

    within: tuple[str, ...] = ()
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of ``of`` stay in use while a row has them in ``field``; ``says`` what they are there.

    Of those that ``field`` lists, one at least stays in use.
    """

    of: Model
    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a refused constraint means and what to do, and the ``field`` at fault."""

    message: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarding:
    """What guards rows of ``model`` when they are saved, beside what its fields say.

    ``guard`` refuses a change by raising; ``beside`` writes, as somebody, what a change of a row that is there brings
    with it, before the row is kept; ``words`` go by constraint; ``uses`` are what the rows rely on. A room says it of
    tables that are not made from a declaration (`Room.guarding`), or of those of lower rooms.
    """

    model: Model
    guard: Callable[[Change], None] | None = None
    beside: Callable[[Change, str], None] | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    uses: Sequence[Use] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConfigurationTable(Guarding):
    """Rows that people keep under Configuration.

    Attributes:
        name: the resource in the API, ``tax_rates``.
        title, noun, about: the page's heading, what one row is called there, and a sentence.
        group, position: the heading of the Configuration page that it stands under, and where.
        fields: in the order of the form.
        columns: names of the fields in the list; the first leads to the row.
        slug: the part of the page's address; the name with hyphens if left out.
        sort: the field that the list is sorted by.
        permission: who may change rows; ``configuration.edit:<thing>`` if left out.
        is_single: there is always exactly one row.
        resource: whether the API's resource is made of it; without, the room's ``api`` has its own.
        tag: the chapter of the API's document.
        note: what the API's document says of one row.
        default: among which rows one is the default.
    """

    name: str
    title: str
    noun: str
    about: str
    group: str
    position: int
    fields: Sequence[ConfigurationField]
    columns: Sequence[str]
    slug: str = ""
    sort: str = "name"
    permission: str = ""
    is_single: bool = False
    resource: bool = True
    tag: str = say("Configuration")
    note: str = ""
    default: Default | None = None

    def __post_init__(self) -> None:
        if not self.slug:
            object.__setattr__(self, "slug", self.name.replace("_", "-"))
        if not self.permission:
            object.__setattr__(self, "permission", f"configuration.edit:{self.thing}")

    @property
    def thing(self) -> str:
        """What one row is called in the API, and in permissions."""
        return str(self.model._meta.verbose_name).replace(" ", "_")

    def field_named(self, name: str) -> ConfigurationField:
        return next(one for one in self.fields if one.name == name)

    def column_of(self, one: ConfigurationField) -> Any:
        """The model's field behind it."""
        return self.model._meta.get_field(one.name)

    def kind_of(self, one: ConfigurationField) -> FieldKind:
        if one.kind is not None:
            return one.kind
        column = self.column_of(one)
        if column.many_to_many:
            return FieldKind.REFERENCES
        if column.is_relation:
            return FieldKind.REFERENCE
        if one.choices is not None:
            return FieldKind.CHOICE if isinstance(column, models.CharField) else FieldKind.WORDS
        for of, kind in _KINDS.items():
            if isinstance(column, of):
                return kind
        raise ConfigurationFault(f"{self.name}: say the kind of the field {one.name!r}; its column does not.")

    def choices_of(self, one: ConfigurationField, *, speak: Callable[[Any], str]) -> list[tuple[str, str]]:
        """The values of a choice and what people call them; ``speak`` says those that have no words of their own."""
        if one.choices is not None:
            return [(each.value, one.spoken.get(each.value) or speak(each)) for each in one.choices]
        return list(one.vocabulary()) if one.vocabulary is not None else []

    def is_required(self, one: ConfigurationField) -> bool:
        """Whether a new row needs a value of it."""
        if one.required is not None:
            return one.required
        column = self.column_of(one)
        return not (column.many_to_many or column.null or column.blank or column.has_default())

    @property
    def read_only(self) -> dict[str, Any]:
        """What every new row begins with and no door lets anybody type."""
        return {one.name: one.initial for one in self.fields if one.is_read_only}

    @property
    def related(self) -> tuple[str, ...]:
        """References in the list."""
        listed = (self.field_named(name) for name in self.columns)
        return tuple(one.name for one in listed if self.kind_of(one) is FieldKind.REFERENCE)

    def check(self) -> None:
        """Raises ConfigurationFault where the declaration and the model differ: every column is a field, once."""
        names = [one.name for one in self.fields]
        of_model = [*self.model._meta.fields, *self.model._meta.many_to_many]
        needed = {one.name for one in of_model} - {"id", "company"}
        for name in sorted(needed - set(names)):
            raise ConfigurationFault(
                f"The configuration table {self.name!r} leaves out {name!r} of its model: no page and no API would "
                "have it. Add a field to its declaration."
            )
        for name in sorted({*names, *self.columns} - needed):
            raise ConfigurationFault(
                f"The configuration table {self.name!r} has no {name!r} in its model. Leave it out."
            )
        if len(set(names)) < len(names):
            raise ConfigurationFault(f"The configuration table {self.name!r} has a field twice: {', '.join(names)}.")
        for one in self.fields:
            kind = self.kind_of(one)
            if kind in (FieldKind.CHOICE, FieldKind.WORDS) and one.choices is None and one.vocabulary is None:
                raise ConfigurationFault(f"{self.name}.{one.name} is a choice of none. Give its choices.")
            if kind is FieldKind.UNIT_PRICE and one.currency not in names:
                raise ConfigurationFault(
                    f"{self.name}.{one.name} is a price in no currency. Name the currency's field."
                )


_KINDS: dict[type[models.Field[Any, Any]], FieldKind] = {
    models.BooleanField: FieldKind.FLAG,
    models.DateField: FieldKind.DAY,
    models.IntegerField: FieldKind.NUMBER,
    models.DecimalField: FieldKind.DECIMAL,
    models.TextField: FieldKind.LONG_TEXT,
    models.JSONField: FieldKind.METADATA,
    models.CharField: FieldKind.TEXT,
}
