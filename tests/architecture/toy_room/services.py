from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.transaction import atomic

from subledger.companies.models import Company
from subledger.kernel.texts import check_texts
from subledger.platform import clock, idempotency
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.numbering import next_number
from subledger.platform.scope import current_company_id

from .errors import ToyInvalid
from .made_kinds import TOY
from .models import Toy
from .rules import is_name


class NewToy(NamedTuple):
    name: str


@atomic
def add_toys(*, new: Sequence[NewToy], actor: str) -> list[Toy]:
    """Toys that came today.

    Raises:
        ToyInvalid: a name is empty or longer than 60 characters.
    """
    demand("toys.edit")
    for at, toy in enumerate(new):
        check_texts(toy.name, param=f"/{at}/name")
        if not is_name(toy.name):
            raise ToyInvalid("A toy needs a name of at most 60 characters. Give it one.", param="/name")
    today = clock.today(Company.objects.get(pk=current_company_id()).time_zone)
    numbers = next_number("toy", count=len(new))
    rows = Toy.objects.bulk_create(
        Toy(company_id=current_company_id(), number=number, name=toy.name.strip(), came_on=today)
        for number, toy in zip(numbers, new, strict=True)
    )
    record_events([NewEvent("toy.added", "toy", row.pk, {"name": row.name}) for row in rows], actor=actor)
    if len(rows) == 1:
        idempotency.bind(TOY, rows[0].pk)
    return rows
