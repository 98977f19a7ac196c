"""Contact persons of customers from a file: a row is one, told by their customer and their name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from subledger.accounts.contacts import add_contacts
from subledger.accounts.models import Customer
from subledger.import_kit.lookups import Names
from subledger.import_kit.masters import LONG, Masters
from subledger.import_kit.options import Choices, Options
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.kernel.languages import language_named
from subledger.kernel.sentences import say

from .errors import CustomerUnknown
from .names import ContactInBooks, contacts_of_customers, customers_named

LONGEST = {"role": 30, "email": 320, "phone": 60, "language": 60}
_BETWEEN = re.compile(r"[\s,;|]+")


class ContactPersons(Masters[Choices]):
    thing, field = say("contact person"), "name"

    def __init__(self, options: Options[Choices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._customers = Names(customers_named, "customer")
        self._known: dict[tuple[int, str], ContactInBooks] = {}

    def look_up(self, rows: Sequence[Row]) -> None:
        named = [str(row.cells.get("customer", "")) for row in rows]
        self._customers.look_up(named)
        self._known = contacts_of_customers([customer.id for customer in self._customers.of(named)])

    def name_of(self, row: Row) -> str:
        """Two of one name at one customer are one."""
        return f"{row.needed('name', longest=LONG)} ({row.needed('customer')})"

    def read(self, row: Row, name: str) -> dict[str, Any] | None:
        customer = self._customers[row.text("customer")]
        if customer is None:
            raise CustomerUnknown(row.text("customer"))
        new: dict[str, Any] = {"customer": customer.id, "name": row.text("name", longest=LONG)}
        new |= {field: row.text(field, longest=longest) for field, longest in LONGEST.items()}
        new["role"] = new["role"].lower()
        new["language"] = language_named(new["language"]) or new["language"]
        new["receives"] = [topic for topic in _BETWEEN.split(row.text("receives").lower()) if topic]
        known = self._known.get((customer.id, new["name"].lower()))
        if known is None:
            return new
        books = known._asdict()
        told = {field: (books[field], new[field]) for field in LONGEST}
        receives = (sorted(known.receives), sorted(new["receives"])) if new["receives"] else (None, None)
        self.same(name, {**told, "receives": receives})
        return None

    def create(self, new: list[dict[str, Any]]) -> Sequence[Any]:
        customers = Customer.objects.in_bulk({one["customer"] for one in new})
        return add_contacts(
            new=[{**one, "customer": customers[one["customer"]]} for one in new],  # type: ignore[typeddict-item]
            actor=self.options.actor,
        )
