"""The web server: started in as many processes as were asked for, waited for, ended without a trace.

The parent keeps its children, who listen on one port: the kernel gives each connection to one of them. One that dies
is started anew while the others go on; what they keep together (limits, figures) is in a directory of their own.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from django.db import connections
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from subledger.api_kit.shared_limits import TABLE, SharedBuckets

from .application import STOP_SECONDS
from .metrics import TOGETHER
from .processes import KeptServer
from .routes import ALIVE

# Half a header, or a connection that is kept for nothing: it costs no thread, and is not kept for ever either.
HEADER_SECONDS = 20
CONNECTIONS = 2048
ASK_SECONDS = 0.1


class WebServerEnded(Exception):
    """The web server stopped although nobody asked it to."""


# More than this is asked for by hand: each has its own connections to the database and its own memory.
MOST_BY_ITSELF = 4


def processes_by_default() -> int:
    """One for each processor this program may use, up to a few."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_BY_ITSELF)


def serve_web(host: str, port: int, *, processes: int = 1, on_listening: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``on_listening`` is called once, when requests are answered.

    Raises:
        WebServerEnded: it stopped by itself; it has said why on standard error.
    """
    connections.close_all()
    # A forked worker would share our connections and locks; a spawned one starts clean.
    multiprocessing.set_start_method("spawn", force=True)
    server = (KeptServer if processes > 1 else Granian)(
        "subledger.config.web.application:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        workers=processes,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers_kill_timeout=STOP_SECONDS + 2,
        log_enabled=False,
    )
    ended = threading.Event()
    waiting = threading.Thread(target=_announce, args=[host, port, on_listening, ended], name="waits for the web")
    waiting.start()
    try:
        with _kept_together() if processes > 1 else nullcontext():
            server.serve()
    except SystemExit:
        # Ctrl-C reaches the web process too; that it is gone before it is told to go is no failure.
        if not server.interrupt_signal:
            raise WebServerEnded from None
    finally:
        ended.set()
        waiting.join()


@contextmanager
def _kept_together() -> Iterator[None]:
    """What the processes know of each other: a directory that they find by their environment."""
    with tempfile.TemporaryDirectory(prefix="subledger-web-") as name:
        directory = Path(name)
        SharedBuckets.make(directory / "limits")
        ours = {TOGETHER: name, TABLE: str(directory / "limits")}
        os.environ.update(ours)
        try:
            yield
        finally:
            for each in ours:
                os.environ.pop(each, None)


def _announce(host: str, port: int, on_listening: Callable[[], None], ended: threading.Event) -> None:
    while not ended.wait(ASK_SECONDS):
        if answers(host, port):
            on_listening()
            return


def answers(host: str, port: int) -> bool:
    """Whether a process of ours answers there."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asked = http.client.HTTPConnection(reached, port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        asked.request("GET", ALIVE)
        return asked.getresponse().status == 200
    return False
