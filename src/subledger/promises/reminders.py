"""Nobody is reminded of an invoice that is disputed, or under an open promise, unless that is meant."""

from __future__ import annotations

from collections.abc import Collection

from subledger.kernel.sentences import say
from subledger.messages.holds import MessageHold
from subledger.transactions.letters import REMINDER

from .holds import holds_of


def _held(document_ids: Collection[int]) -> dict[int, str]:
    return {ident: hold.reason for ident, hold in holds_of(document_ids).items() if hold.reason}


REMINDERS = (
    MessageHold(
        name="reminders of what is disputed or promised",
        of=REMINDER.name,
        reasons={
            "disputed": say("a dispute of it is open"),
            "promised": say("it is under an open promise to pay"),
        },
        held=_held,
    ),
)
