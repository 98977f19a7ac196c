"""A receiver of webhooks: a real HTTP server on loopback that keeps what it is sent, and answers as a test wants."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes
    connection: tuple[str, int]

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified_by(self, secret: str) -> dict[str, Any]:
        """The body, once the library of the specification has verified it."""
        return Webhook(secret).verify(self.raw, self.headers)


Behave = Callable[["Handler", Got], None]


@dataclass
class Receiver:
    url: str = ""
    got: list[Got] = field(default_factory=list)
    behave: Behave = lambda handler, got: handler.answer(200)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ids(self) -> list[str]:
        return [one.id for one in self.got]

    def objects(self, of: str = "") -> list[tuple[str, int]]:
        """(object, number) of what came, in order, as `told` counts them."""
        return [(one.body["object_id"], one.body["data"].get("number", 0)) for one in self.got]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, raw, self.client_address)
        with self.receiver.lock:
            self.receiver.got.append(got)
        self.receiver.behave(self, got)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """Clients that give up are what the tests are about."""


@contextmanager
def receiving(behave: Behave | None = None) -> Iterator[Receiver]:
    receiver = Receiver()
    if behave is not None:
        receiver.behave = behave
    server = Server(("127.0.0.1", 0), type("OfThisTest", (Handler,), {"receiver": receiver}))
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(*statuses: int) -> Behave:
    """These statuses, one after the other; the last one from then on."""
    left = list(statuses)
    return lambda handler, got: handler.answer(left.pop(0) if len(left) > 1 else left[0])


def byte_by_byte(handler: Handler, got: Got) -> None:
    """A status line that never ends."""
    try:
        for _ in range(1_000):
            handler.wfile.write(b"H")
            time.sleep(0.05)
    except OSError:
        pass


@contextmanager
def silent() -> Iterator[str]:
    """The address of somebody who accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hooks"
