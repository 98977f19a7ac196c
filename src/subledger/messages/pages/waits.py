"""How it stands with a message, as pages say it: what was never tried is on its way, what was waits for another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.sentences import say
from subledger.kernel.words import of
from subledger.messages.models import Message
from subledger.messages.states import MessageState
from subledger.page_kit.columns import BadgeColumn


@of("message")
class UnsentState(StrEnum):
    """What pages say of a message that is queued."""

    ON_ITS_WAY = "on_its_way"
    WAITING = "waiting"


STATES = [
    (MessageState.QUEUED.value, say("Not sent yet")),
    (MessageState.SENDING.value, say("Sending")),
    (MessageState.SENT.value, say("Sent")),
    (MessageState.FAILED.value, say("Failed")),
    (MessageState.SUPPRESSED.value, say("Suppressed")),
    (MessageState.BOUNCED.value, say("Bounced")),
]


def standing_of(row: Message) -> StrEnum:
    if row.state != MessageState.QUEUED:
        return MessageState(row.state)
    return UnsentState.WAITING if row.was_not_taken else UnsentState.ON_ITS_WAY


def next_try_of(row: Message) -> str:
    """How often one that waits was tried, and when it is next; "" of one that does not wait."""
    if standing_of(row) is not UnsentState.WAITING:
        return ""
    match row.tries:
        case 0:
            return say("next try {at}", at=row.send_at)
        case 1:
            return say("tried once, next {at}", at=row.send_at)
    return say("tried {tries} times, next {at}", tries=row.tries, at=row.send_at)


@dataclass(frozen=True)
class StandingColumn(BadgeColumn):
    key: str = "state"
    label: str = say("State")
    lead: bool = True

    def value(self, row: Any) -> StrEnum:
        return standing_of(row)

    def show(self, row: Any) -> SafeString | str:
        waits = next_try_of(row)
        shown = super().show(row)
        return format_html('{} <span class="state-note">{}</span>', shown, waits) if waits else shown
