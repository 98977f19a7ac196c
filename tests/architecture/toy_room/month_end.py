"""What a month's end asks of toys: that every toy has a name."""

from __future__ import annotations

from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.kernel.words import counted

from .models import Toy


def _nameless(month: Month) -> Looked:
    nameless = Toy.objects.filter(name="").count()
    return Looked(f"{counted(nameless, 'toy')} without a name." if nameless else "None.", not nameless)


ITEMS = (
    MonthEndItem(
        name="nameless-toys",
        title="Toys without a name",
        about="Every toy has a name at a month's end. Christen those that have none.",
        position=200,
        look=_nameless,
    ),
)
