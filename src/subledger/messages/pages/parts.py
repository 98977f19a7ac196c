"""What messages add to the pages of records: the messages that concern them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.kernel.sentences import say
from subledger.messages.models import Message
from subledger.messages.queries import NOBODY_GOT_IT, messages_about
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url

from .views import HISTORY, UNHEARD

SHOWN = 10


def messages_of(request: Any, row: Any) -> Iterator[dict[str, Any]]:
    found = list(messages_about([row.pk])[:SHOWN])
    if found:
        yield {"title": say("Messages"), "table": table(HISTORY, found)}


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    """Messages that nobody got, and nobody has sent again."""
    found = Message.objects.filter(NOBODY_GOT_IT).count()
    url = f"{page_url('messages')}?{UNHEARD}=1"
    return [{"label": say("Messages that nobody got"), "count": found, "url": url, "icon": "alert-circle"}]
