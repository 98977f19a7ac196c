"""When something is tried again, or why it is not, in words."""

from __future__ import annotations

from subledger.collecting.reasons import WORDS
from subledger.kernel.sentences import say
from subledger.page_kit.formats import formats
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.retries.models import Retry
from subledger.retries.states import REASONS, RetryState, StopReason

__all__ = ["place_words", "retry_words", "why_words"]


def place_words(row: Retry) -> str:
    """Which try of the plan: 2 of 4; "" where none is planned."""
    return say("{number} of {of}", number=row.number, of=row.of) if row.number else ""


def retry_words(row: Retry) -> str:
    """Tries again on 11 Jun 2026 (2 of 4); what it waits for; or why nothing is tried again."""
    if row.state == RetryState.WAITING:
        return say("It is not tried again by this card or account: the customer has to register another.")
    if row.state != RetryState.SCHEDULED:
        return why_words(row)
    assert row.due_on is not None
    if row.put_off:
        return say(
            "It was due, and is looked at again on {on}: {why}.",
            on=formats().write_day(row.due_on),
            why=WORDS.get(row.put_off, row.put_off),
        )
    return say(
        "Tries again on {on} ({number} of {of}).",
        on=formats().write_day(row.due_on),
        number=row.number,
        of=row.of,
    )


def why_words(row: Retry) -> str:
    """Why nothing is tried again, or what it waits for; "" of one that was made or is on time."""
    if row.stop_reason:
        return REASONS[StopReason(row.stop_reason)]
    return WORDS.get(row.put_off, show.word(row.put_off)) if row.put_off else ""
