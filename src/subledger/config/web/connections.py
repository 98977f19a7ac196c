"""Connections of one address: more than its share are closed, those first that ask for nothing.

The server hands us a connection once its first request has a whole header, and bounds those before only all together:
one address that opens connections and says nothing would keep everybody else out until they are given up. So we look at
our own sockets. Not where a proxy stands before us: every connection is the proxy's, and it bounds its own.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from .traffic import holder_of

PER_ADDRESS = 256
LOOK_SECONDS = 0.25
OURS = Path("/proc/self/fd") if Path("/proc/self/fd").is_dir() else Path("/dev/fd")

Peer = tuple[str, int]


async def keep_bounded(under_way: Collection[Peer]) -> None:
    """For as long as the process lives. ``under_way`` are the peers whose requests are being answered."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if len(_numbers()) > PER_ADDRESS:
            close_excess(under_way)


def close_excess(under_way: Collection[Peer]) -> int:
    """Close what an address has above its share and asks nothing by; how many."""
    closed = 0
    ours = _sockets()
    try:
        ports = {each.getsockname()[1] for each in ours if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)}
        by_holder: dict[str, list[tuple[socket.socket, Peer]]] = {}
        for each in ours:
            with suppress(OSError):  # it listens, or has just ended
                peer = each.getpeername()
                if each.getsockname()[1] in ports:
                    by_holder.setdefault(holder_of(peer[0]), []).append((each, (peer[0], peer[1])))
        for connections in by_holder.values():
            silent = [each for each, peer in connections if peer not in under_way]
            for each in silent[: max(0, len(connections) - PER_ADDRESS)]:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                    closed += 1
    finally:
        for each in ours:
            each.close()
    return closed


def _numbers() -> list[int]:
    return [int(each.name) for each in OURS.iterdir()]


def _sockets() -> list[socket.socket]:
    """Copies of all internet sockets of this process: a copy stays what it is, whatever the number is used for next."""
    found = []
    for number in _numbers():
        with suppress(OSError):
            copy = os.dup(number)
            try:
                each = socket.socket(fileno=copy)
            except OSError:
                os.close(copy)
                continue
            if each.family in (socket.AF_INET, socket.AF_INET6):
                found.append(each)
            else:
                each.close()
    return found
