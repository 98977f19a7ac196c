"""The product with one mistake in it each, for the simulation to find: what runs and reminders got wrong elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from subledger.collecting import candidates
from subledger.dunning import queries
from subledger.gateways.services import batches, last_look
from subledger.promises.services import promises


def _spoilt(text: str, part: str, instead: str) -> str:
    """A mistake that changes nothing would go unnoticed for ever."""
    assert part in text, f"{part!r} is no part of it any more"
    return text.replace(part, instead)


@contextmanager
def nobody_looks_again() -> Iterator[None]:
    """What was disputed or promised after a run recorded it leaves all the same."""
    with patch.object(last_look, "looks", []):
        yield


@contextmanager
def promises_are_forgotten() -> Iterator[None]:
    """Reminders go out although the customer promised."""
    spoilt = _spoilt(queries.REACHED, f"WHEN EXISTS ({queries.PROMISED}) THEN 'promised'", "")
    with patch.object(queries, "REACHED", spoilt):
        yield


@contextmanager
def all_that_is_open() -> Iterator[None]:
    """A run asks for all of a promised invoice, not for what is reached of it."""
    spoilt = _spoilt(candidates.DECIDE, "COALESCE(h.reached_minor, d.open_minor)", "d.open_minor")
    with patch.object(candidates, "DECIDE", spoilt):
        yield


@contextmanager
def pausing_holds_nothing() -> Iterator[None]:
    """A run that is paused stops recording, and what it recorded leaves."""
    with patch.object(batches, "hold_batch", lambda batch_id: None):
        yield


@contextmanager
def nothing_is_under_way() -> Iterator[None]:
    """What is under way on an account for other documents, or for none, is not taken off."""
    spoilt = _spoilt(candidates.DECIDE, "OR room IS NULL THEN open_minor", "OR true THEN open_minor")
    with patch.object(candidates, "DECIDE", spoilt):
        yield


@contextmanager
def grace_is_a_day_longer() -> Iterator[None]:
    """A promise is broken a day late."""
    with patch.object(promises, "BROKEN", _spoilt(promises.BROKEN, "p.grace_days > (", "p.grace_days + 1 > (")):
        yield


MUTATIONS: dict[str, Callable[[], Any]] = {
    one.__name__: one
    for one in (
        nobody_looks_again,
        promises_are_forgotten,
        all_that_is_open,
        pausing_holds_nothing,
        nothing_is_under_way,
        grace_is_a_day_longer,
    )
}
