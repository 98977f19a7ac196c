"""Toys from a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.toys.models import Toy
from subledger.toys.services import NewToy, add_toys

from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.masters import Masters
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.fields import Fields


class Toys(Masters):
    thing, field = "toy", "toy"

    def read(self, row: Row, name: str) -> NewToy | None:
        return None if Toy.objects.filter(name=name).exists() else NewToy(name)

    def create(self, new: list[Any]) -> Sequence[Toy]:
        return add_toys(new=new, actor=self.options.actor)


IMPORTS = [
    ImportKind(name="toys", title="Toys", fields=Fields(("toy",), identity="toy"), needed=("toys.edit",), importer=Toys)
]
