"""Which column of a foreign file holds which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from subledger.import_kit.errors import HeaderInvalid, MappingInvalid
from subledger.kernel.errors import Door
from subledger.kernel.sentences import joined, say
from subledger.kernel.text import plain_name
from subledger.kernel.words import listed

from .fields import Fields

META = "meta:"


@dataclass(frozen=True, slots=True)
class Columns:
    """Fields with their place in a row; ``values`` are the same for every row, ``extra`` columns hold no field."""

    fields: Fields
    names: tuple[str, ...]  # the file's header
    places: dict[str, int]
    values: dict[str, str]
    extra: tuple[str, ...]

    def column_of(self, field: str) -> str:
        """The file's own name of a field, for messages; the field's where the file has no column for it."""
        place = self.places.get(field)
        return field if place is None else self.names[place]

    def column_at_fault(self, pointer: str | None) -> str:
        """The column that a refusal is about, by the place that a rule or a service says is at fault.

        Services call fields otherwise than files do, and some of what they refuse is in no field of the kind: then it
        is the column that names what the row is about.
        """
        whole = (pointer or "").removeprefix("/")
        if whole in self.places:  # such as meta:A/B
            return self.column_of(whole)
        name = whole.rpartition("/")[2]
        own = self.fields.names
        meant = [name, *self.fields.also_called.get(name, ()), name.removesuffix("_id"), name.removesuffix("_minor")]
        known = [field for field in meant if field in self.places] or [field for field in meant if field in own]
        if known:
            return self.column_of(known[0])
        if META.rstrip(":") in whole and f"{META}{name}" in self.places:
            return self.column_of(f"{META}{name}")
        return self.column_of(self.fields.identity)


def place_fields(
    fields: Fields, header: Sequence[str], *, mapping: Mapping[str, str], values: Mapping[str, str]
) -> Columns:
    """Find each field's column: as ``mapping`` says, else the column of the field's own name in any case.

    Raises:
        MappingInvalid: a field of another kind, or a column that the file has not.
        HeaderInvalid: a needed field has no column and no value, or two columns that could be meant.
    """
    names = tuple(plain_name(column) for column in header)
    for field in [*mapping, *values]:
        if field not in fields.names and not (fields.metadata and field.startswith(META)):
            raise MappingInvalid(
                say(
                    "Such files have no field {field!r}. Their fields: {names}.",
                    field=field,
                    names=", ".join(fields.names),
                ),
                param="/mapping",
            )
    wanted = [*fields.names, *(field for field in mapping if field not in fields.names)]
    if fields.metadata:
        wanted += [name for name in names if name.startswith(META) and name not in wanted]
    places: dict[str, int] = {}
    for field in wanted:
        found = _matching(names, mapping.get(field), field)
        if len(found) > 1:
            raise HeaderInvalid(
                say(
                    "The header has {names!r} {times} times. Rename the ones that are not {field}.",
                    names=names[found[0]],
                    times=len(found),
                    field=field,
                )
            )
        if found:
            places[field] = found[0]
    missing = [field for field in fields.needed if field not in places and field not in values]
    missing += [
        joined(group, say(" or ")) for group in fields.one_of if not any(f in places or f in values for f in group)
    ]
    if missing:
        raise HeaderInvalid(
            say(
                "The header has no column for {missing}. It has: {listed}. "
                "Say which column holds it, or mend the header.",
                missing=joined(missing),
                listed=listed([n for n in names if n]),
            ),
            remedies={Door.COMMAND: say("It is said with --map {field}=COLUMN.", field=missing[0].split()[0])},
        )
    used = set(places.values())
    extra = tuple(name for place, name in enumerate(names) if place not in used and name)
    return Columns(fields, names, places, {k: v for k, v in values.items() if k not in mapping}, extra)


def places_found(fields: Fields, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The columns of fields as far as they are found: nothing is needed yet, and what could be two is none."""
    names = tuple(plain_name(column) for column in header)
    places = {}
    for field in fields.names:
        try:
            found = _matching(names, mapping.get(field), field)
        except MappingInvalid:
            continue
        if len(found) == 1:
            places[field] = found[0]
    return places


def _matching(names: Sequence[str], column: str | None, field: str) -> list[int]:
    if column is not None:
        found = [place for place, name in enumerate(names) if name == plain_name(column)]
        if not found:
            raise MappingInvalid(
                say(
                    "The file has no column {column!r} for {field}. It has: {listed}.",
                    column=column,
                    field=field,
                    listed=listed([n for n in names if n]),
                ),
                param="/mapping",
            )
        return found
    exact = [place for place, name in enumerate(names) if name == field]
    return exact or [place for place, name in enumerate(names) if name.casefold().replace(" ", "_") == field]
