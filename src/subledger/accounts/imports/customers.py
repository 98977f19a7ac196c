"""Customers from a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from subledger.accounts.services import NewCustomer, create_customers
from subledger.import_kit.lookups import Names
from subledger.import_kit.masters import LONG, Masters
from subledger.import_kit.options import Choices, Options
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.columns import META
from subledger.kernel.languages import language_named

from .names import customers_coded

ADDRESS = ("address_line1", "address_line2", "city", "postal_code", "region", "country")


class Customers(Masters[Choices]):
    thing, field = "customer", "customer"

    def __init__(self, options: Options[Choices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(customers_coded)
        self._metadata = [field for field in outcome.columns.places if field.startswith(META)]

    def look_up(self, rows: Sequence[Row]) -> None:
        self._known.look_up(str(row.cells.get("customer", "")) for row in rows)

    def read(self, row: Row, name: str) -> NewCustomer | None:
        new: NewCustomer = {"code": name, "name": row.text("name", longest=LONG) or name}
        for field, longest in (
            ("email", 320),
            ("phone", 60),
            ("tax_number", 60),
            ("language", 60),
            *((f, LONGEST[f]) for f in ADDRESS),
        ):
            new[field] = row.text(field, longest=longest)  # type: ignore[literal-required]
        new["country"] = new["country"].upper()
        new["language"] = language_named(new["language"]) or new["language"]
        metadata = {field.removeprefix(META): row.text(field, longest=500) for field in self._metadata}
        new["metadata"] = {key: value for key, value in metadata.items() if value}
        known = self._known[name]
        if known is None:
            return new
        books = known._asdict()
        kept = known.metadata if isinstance(known.metadata, dict) else json.loads(known.metadata or "{}")
        given = {field: new[field] for field in row.cells if field in books}  # type: ignore[literal-required]
        own = {f"{META}{key}": (kept.get(key), value) for key, value in new["metadata"].items()}
        self.same(name, {field: (books[field], value) for field, value in given.items()} | own)
        return None

    def create(self, new: list[NewCustomer]) -> Sequence[Any]:
        return create_customers(new=new, actor=self.options.actor)


LONGEST = {
    "address_line1": LONG,
    "address_line2": LONG,
    "city": 120,
    "postal_code": 30,
    "region": 120,
    "country": 60,
}
