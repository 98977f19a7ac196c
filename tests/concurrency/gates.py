"""Widening the gap that a race needs, so that it happens every time where nothing prevents it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from subledger.transactions.services import posting


def patience(guarded: bool) -> float:
    """How long one waits for the other: a moment where a guard keeps the other out, else as long as a busy machine
    may take to bring it."""
    return 0.6 if guarded else 20


def meet_between_reading_and_writing(monkeypatch: pytest.MonkeyPatch, parties: int, *, guarded: bool = True) -> None:
    """Everybody who posts waits, after reading and before writing, until all have read; where a lock keeps the
    others from reading, the first goes on when its patience ends."""
    gate = threading.Barrier(parties)
    write = posting.write

    def late(*arguments: Any, **named: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(guarded))
        return write(*arguments, **named)

    monkeypatch.setattr(posting, "write", late)


def codes_of(answers: list[Any]) -> list[str]:
    """Each answer as a word: the code of a refusal, else "posted"; anything unexpected is raised."""
    words = []
    for answer in answers:
        if isinstance(answer, Exception) and not hasattr(answer, "code"):
            raise answer
        words.append(getattr(answer, "code", "posted"))
    return sorted(words)


def tries(work: Callable[[], Any], times: int) -> Callable[[], list[Any]]:
    """The same work several times in one thread."""
    return lambda: [work() for _ in range(times)]
