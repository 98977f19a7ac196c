"""One address does not take all connections: those above its share that ask for nothing are closed."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.config.web.asking import ask
from tests.config.web.test_front import Stuck, run

from subledger.config.web import connections
from subledger.config.web.front import Front
from subledger.config.web.server import CONNECTIONS


@pytest.fixture
def pairs(monkeypatch) -> Iterator[list[socket.socket]]:
    """Twelve clients of two addresses whose connections this process has accepted; eight are of the first."""
    monkeypatch.setattr(connections, "PER_ADDRESS", 5)
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        clients = []
        for n in range(12):
            client = stack.enter_context(socket.socket())
            client.bind(("127.0.0.1" if n < 8 else "127.0.0.2", 0))
            client.connect(listening.getsockname())
            stack.enter_context(listening.accept()[0])
            client.settimeout(0.2)
            clients.append(client)
        yield clients


def is_closed(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except TimeoutError:
        return False


def test_an_address_keeps_its_share_and_others_keep_theirs(pairs):
    assert connections.close_excess(under_way=set()) == 3
    assert sum(is_closed(each) for each in pairs[:8]) == 3
    assert not any(is_closed(each) for each in pairs[8:])


def test_a_connection_whose_request_is_being_answered_is_not_closed(pairs):
    busy = {each.getsockname() for each in pairs[:7]}
    assert connections.close_excess(under_way=busy) == 1
    assert [is_closed(each) for each in pairs[:8]] == [False] * 7 + [True]


def test_connections_that_we_have_made_ourselves_are_left_alone(monkeypatch):
    monkeypatch.setattr(connections, "PER_ADDRESS", 0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as ours, listening.accept()[0] as theirs:
            listening.close()
            assert connections.close_excess(under_way=set()) == 0
            theirs.sendall(b"x")
            assert ours.recv(1) == b"x"


def test_the_front_knows_whose_requests_are_under_way():
    stuck = Stuck("/")

    async def asked() -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        served = Front(stuck)
        asking = asyncio.create_task(ask(served, "GET", "/accounts/"))
        await asyncio.sleep(0.1)
        during = set(served.under_way)
        stuck.let_go.set()
        assert json.loads((await asking).body)["path"] == "/accounts/"
        return during, set(served.under_way)

    assert run(asked()) == ({("10.0.0.7", 5)}, set())


def test_one_address_has_a_small_part_of_all_connections():
    assert connections.PER_ADDRESS <= CONNECTIONS // 8
