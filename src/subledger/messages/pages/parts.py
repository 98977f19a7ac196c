"""What messages add to the pages of records: the messages that concern them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from subledger.kernel.sentences import say
from subledger.messages.models import Message
from subledger.messages.queries import NOBODY_GOT_IT, mail_outage, messages_about
from subledger.messages.states import MessageState
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url

from .views import HISTORY, UNHEARD

SHOWN = 10


def messages_of(request: Any, row: Any) -> Iterator[dict[str, Any]]:
    found = list(messages_about([row.pk])[:SHOWN])
    if found:
        yield {"title": say("Messages"), "table": table(HISTORY, found)}


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    """Messages that nobody got, and nobody has sent again; and those that wait for a mail server that is away."""
    found = Message.objects.filter(NOBODY_GOT_IT).count()
    url = f"{page_url('messages')}?{UNHEARD}=1"
    due = [{"label": say("Messages that nobody got"), "count": found, "url": url, "icon": "alert-circle"}]
    outage = mail_outage()
    if outage is not None:
        label = say("Messages that wait: the mail server cannot be reached since {since}", since=outage.since)
        url = f"{page_url('messages')}?state={MessageState.QUEUED}"
        due.insert(0, {"label": label, "count": outage.waiting, "url": url, "icon": "alert-circle"})
    return due
