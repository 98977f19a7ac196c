"""What messages add to the pages of records: the messages that concern them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.messages.queries import messages_about
from subledger.page_kit.tables import table

from .views import HISTORY

SHOWN = 10


def messages_of(request: Any, row: Any) -> Iterator[dict[str, Any]]:
    found = list(messages_about([row.pk])[:SHOWN])
    if found:
        yield {"title": "Messages", "table": table(HISTORY, found)}
