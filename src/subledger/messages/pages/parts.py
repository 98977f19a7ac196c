"""What messages add to the pages of records: the messages that concern them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.messages.models import Message
from subledger.messages.queries import messages_about
from subledger.messages.states import MessageState
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url

from .views import HISTORY

SHOWN = 10


def messages_of(request: Any, row: Any) -> Iterator[dict[str, Any]]:
    found = list(messages_about([row.pk])[:SHOWN])
    if found:
        yield {"title": "Messages", "table": table(HISTORY, found)}


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    """Messages that nobody got, and nobody has sent again."""
    failed = Message.objects.filter(state=MessageState.FAILED, resent_as=None).count()
    url = f"{page_url('messages')}?state=failed"
    return [{"label": "Messages that could not be sent", "count": failed, "url": url, "icon": "alert-circle"}]
