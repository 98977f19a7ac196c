"""Nothing speaks to the network while a database transaction is open: watched in every test.

Looking a name up, connecting, mailing, and handing work to an event loop in another thread (gateways) are refused there
and remembered, so that a test fails even where the refusal was swallowed. The database itself is no network here.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMessage
from django.db import connection

from subledger.platform import network

seen: list[str] = []


def leave_out_own_blocks() -> None:
    """A test's own transaction, which is rolled back at its end, is none of the product's."""
    network.open_blocks = lambda: [
        block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)
    ]


def install() -> None:
    """Once a test run."""
    leave_out_own_blocks()
    _watch(socket, "getaddrinfo", lambda host, *_, **__: f"the name {host!r} is looked up" if _is_far(host) else "")
    _watch(socket.socket, "connect", lambda _, address: f"{address} is connected to" if _is_far(address) else "")
    _watch(EmailMessage, "send", lambda *_, **__: "mail is sent")
    _watch(asyncio, "run_coroutine_threadsafe", lambda *_, **__: "an event loop is asked")


def _is_far(address: Any) -> bool:
    """Whether it is neither a socket of files nor the database's own host."""
    host = address[0] if isinstance(address, tuple) else address
    return (isinstance(address, tuple) or "/" not in str(address)) and host != connection.settings_dict["HOST"]


def _watch(owner: Any, name: str, says: Callable[..., str]) -> None:
    original = getattr(owner, name)

    def watched(*args: Any, **named: Any) -> Any:
        what = says(*args, **named) if network.is_in_transaction() else ""
        if what:
            seen.append(what)
            raise RuntimeError(f"Inside a database transaction, {what}.")
        return original(*args, **named)

    setattr(owner, name, watched)
