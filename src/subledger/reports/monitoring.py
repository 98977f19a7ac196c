"""Figures about the running of the books, for those who watch it: what rooms declare, and when books were checked.

A figure that takes long to sum up is asked at most as often as it says (`Question.seconds`), in each process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from subledger.platform.figures import Figure, Question
from subledger.platform.rooms import installed

LAST_CHECK = Question(
    "last_check_timestamp_seconds",
    "When `subledger check` last went through a company's books, in seconds since 1970.",
    ("company",),
    """SELECT c.code, extract(epoch FROM k.finished_at) FROM platform_lastcheck k
         JOIN companies_company c ON c.id = k.company_id ORDER BY 1""",
)
BREACHES = Question(
    "last_check_breaches",
    "Rows that broke an invariant when a company's books were checked last.",
    ("company",),
    """SELECT c.code, k.breaches FROM platform_lastcheck k JOIN companies_company c ON c.id = k.company_id
        ORDER BY 1""",
)
LONGEST_SECONDS = 10

_kept: dict[str, tuple[float, Figure]] = {}
_lock = threading.Lock()


def questions() -> Iterator[Question]:
    """Those of the rooms, lowest floor first, then those of the proof."""
    for room in installed():
        yield from room.figures
    yield LAST_CHECK
    yield BREACHES


def figures() -> Iterator[Figure]:
    """Every figure, asked one after the other."""
    for question in questions():
        yield _lately(question) if question.seconds else question.ask()


def _lately(question: Question) -> Figure:
    with _lock:
        asked_at, kept = _kept.get(question.name, (0.0, None))
        if kept is None or asked_at < time.monotonic() - question.seconds:
            kept = question.ask()
            _kept[question.name] = (time.monotonic(), kept)
        return kept
