"""What guards shelves when they are configured."""

from __future__ import annotations

from subledger.companies.entries import Change, ConfigurationInvalid, Kept, Use, Words

from .models import Shelf, Toy


def _shelf(change: Change) -> None:
    if change.row.name == "Floor":
        raise ConfigurationInvalid("The floor is no shelf. Name another.", param="/name")


KEPT = (
    Kept(
        model=Shelf,
        guard=_shelf,
        words={"shelf_boards": Words("A shelf has at most 20 boards. Have several.", field="boards")},
    ),
    Kept(model=Toy, uses=[Use(Shelf, "shelf", "where stands the toy")]),
)
