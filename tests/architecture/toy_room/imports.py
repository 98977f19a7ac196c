"""Toys from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from subledger.toys.models import Toy
from subledger.toys.services import NewToy, add_toys

from subledger.import_kit.errors import RowInvalid
from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.masters import Masters
from subledger.import_kit.options import Choices, choice
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyChoices(Choices):
    only_large: bool = choice("Large toys alone")


class Toys(Masters[ToyChoices]):
    thing, field = "toy", "toy"

    def read(self, row: Row, name: str) -> NewToy | None:
        if self.options.own.only_large and len(name) < 5:
            raise RowInvalid(f"{name} is small. Leave it out.", "toy")
        return None if Toy.objects.filter(name=name).exists() else NewToy(name)

    def create(self, new: list[Any]) -> Sequence[Toy]:
        return add_toys(new=new, actor=self.options.actor)


IMPORTS = [
    ImportKind(
        name="toys",
        title="Toys",
        fields=Fields(("toy",), identity="toy"),
        needed=("toys.edit",),
        importer=Toys,
        choices=ToyChoices,
    )
]
