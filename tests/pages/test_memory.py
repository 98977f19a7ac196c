"""What a page built goes with its answer: nothing waits for a full collection, however long its table is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.views import View
from tests.pages.addresses import FORMS_ALONE, url_of, with_ids, without_ids


@contextmanager
def no_collections() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def look(client: Client, address: str) -> int:
    """The page as a web server asks for it: the test client would keep what was rendered."""
    answers: list[str] = []
    served = WSGIHandler()(client._base_environ(PATH_INFO=address), lambda status, headers: answers.append(status))
    b"".join(served)
    served.close()
    return int(answers[0].split()[0])


@pytest.fixture(autouse=True)
def _only_what_is_new() -> Iterator[None]:
    """What stood before is left out of every collection, which then takes a moment instead of half a second."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """A request's start and end would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def views(monkeypatch) -> list[weakref.ref[View]]:
    """Every view that was set up since, as long as something holds it."""
    seen: list[weakref.ref[View]] = []
    set_up = View.setup

    def noted(view: View, *args: Any, **named: Any) -> None:
        seen.append(weakref.ref(view))
        set_up(view, *args, **named)

    monkeypatch.setattr(View, "setup", noted)
    return seen


@pytest.mark.wide
def test_no_page_is_held_by_what_it_built(books, desk, views):
    held = set()
    # Held until a collection; they list links, or are refused, and hold few rows.
    few_rows = {"invoice_link", "account_card_link", "account_page_link", "payment_request_link", "transaction_action"}
    for address in [*with_ids(books), *without_ids()]:
        if address[0] in FORMS_ALONE:
            continue
        with no_collections():
            assert look(desk, url_of(address)) == 200
            if any(view() is not None for view in views):
                held.add(address[0])
            views.clear()
    assert held <= few_rows


@pytest.mark.wide
def test_a_look_at_a_long_journal_leaves_nothing_behind(books, desk):
    for _ in range(40):
        books.ledger.payment(books.ledger.invoice(10).amount_minor / 100)
    address = reverse("backoffice:general_journal")
    look(desk, address)
    with no_collections():
        before = len(gc.get_objects())
        for _ in range(3):
            assert look(desk, address) == 200
        left = (len(gc.get_objects()) - before) / 3
    assert left < 2_000, f"{left:.0f} objects a look"
