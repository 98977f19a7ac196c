"""What people configure of toys: shelves, and boxes, which have a field of every kind there is."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.platform.configuration import (
    CODE,
    IN_USE,
    NAME,
    PLAIN,
    Change,
    ConfigurationField,
    ConfigurationTable,
    FieldKind,
    Guarding,
    Use,
    Words,
)

from .models import Box, Shelf, Size, Toy


def _shelf(change: Change) -> None:
    if change.row.name == "Floor":
        raise ConfigurationInvalid("The floor is no shelf. Name another.", param="/name")


SHELVES = ConfigurationTable(
    model=Shelf,
    name="shelves",
    title="Shelves",
    noun="shelf",
    about="Where toys stand.",
    group="Toys",
    position=99,
    fields=(*PLAIN, ConfigurationField(name="boards", help="At most 20.")),
    columns=("name", "code", "is_active"),
    guard=_shelf,
    words={"shelf_boards": Words("A shelf has at most 20 boards. Have several.", field="boards")},
)
BOXES = ConfigurationTable(
    model=Box,
    name="boxes",
    title="Boxes",
    noun="box",
    about="What toys are kept in.",
    group="Toys",
    position=98,
    fields=(
        NAME,
        CODE,
        ConfigurationField(name="colour"),
        ConfigurationField(name="description"),
        ConfigurationField(name="boards", label="Compartments"),
        ConfigurationField(name="floor", kind=FieldKind.SIGNED),
        ConfigurationField(name="weight", help="In kilograms."),
        ConfigurationField(name="size", choices=Size, spoken={Size.SMALL: "Fits a pocket"}, is_filter=True),
        ConfigurationField(
            name="marks", kind=FieldKind.WORDS, vocabulary=lambda: [("fragile", "Fragile"), ("heavy", "Heavy")]
        ),
        ConfigurationField(name="made_on", empty="long ago"),
        ConfigurationField(name="slots", kind=FieldKind.NUMBERS),
        ConfigurationField(name="shelf", empty="on the floor", is_filter=True, expands=True),
        ConfigurationField(name="neighbours", label="Stand beside it"),
        ConfigurationField(
            name="price",
            kind=FieldKind.UNIT_PRICE,
            currency="currency",
            api_name="price_decimal",
            page_name="asked",
        ),
        ConfigurationField(name="currency", kind=FieldKind.CURRENCY),
        IN_USE,
        ConfigurationField(name="is_sealed", label="Sealed", initial=True),
        ConfigurationField(name="metadata"),
    ),
    columns=(
        *("name", "code", "size", "weight", "boards", "shelf", "marks", "slots", "made_on", "price"),
        *("currency", "is_sealed"),
    ),
)
TABLES = (SHELVES, BOXES)
GUARDING = (Guarding(model=Toy, uses=[Use(Shelf, "shelf", "where stands the toy")]),)
