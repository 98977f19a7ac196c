"""No network call in a database transaction: every test is watched, and here is what the watch notices."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from django.core import mail
from django.db import connection
from django.db.transaction import atomic
from tests import network_guard

from subledger.platform.network import is_in_transaction, refuse_in_transaction


async def _nothing() -> None: ...


def _ask_a_loop() -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    question = _nothing()
    try:
        asyncio.run_coroutine_threadsafe(question, loop).result(5)
    finally:
        question.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _connect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


CALLS = {
    "a name": lambda: socket.getaddrinfo("127.0.0.1", None),
    "a connection": _connect,
    "mail": lambda: mail.send_mail("Subject", "Text", None, ["ann@example.com"]),
    "a gateway's loop": _ask_a_loop,
}


@pytest.mark.django_db
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_each_way_to_the_network_is_noticed_in_a_transaction_and_nowhere_else(call):
    assert connection.in_atomic_block, "the transaction that a test rolls back does not count"
    call()
    assert network_guard.seen == []
    with atomic(), pytest.raises(RuntimeError, match="Inside a database transaction"):
        call()
    assert len(network_guard.seen) == 1
    network_guard.seen.clear()


@pytest.mark.django_db
def test_whoever_speaks_to_the_network_is_refused_in_a_transaction():
    refuse_in_transaction("A gateway is called")
    with atomic():
        assert is_in_transaction()
        with pytest.raises(RuntimeError, match="A gateway is called inside a database transaction"):
            refuse_in_transaction("A gateway is called")
