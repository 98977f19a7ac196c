"""The sandbox on a wire: HTTP in, webhooks out, and the faults that only a wire can have."""

import asyncio
import logging
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from json import dumps, loads
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from stripe_sandbox.journal import Journal
from stripe_sandbox.routing import NoAnswer, Request
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.webhooks import Delivery

logger = logging.getLogger(__name__)

#: How often the sandbox looks for what fell due while nobody called, in seconds.
TICK = 0.05
#: How long an endpoint may take to answer, and how many deliveries are on their way at once.
PATIENCE, AT_ONCE = 20, 16
#: How long the end waits for answers that are on their way, in seconds; slow and silent ones may have minutes left.
GRACE = 0.5
BIGGEST_REQUEST = 8 * 2**20


class Server:
    """Serves one sandbox and posts its webhooks; everything happens in one thread."""

    def __init__(
        self, sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0, journal: Journal | None = None
    ) -> None:
        self.sandbox, self._host, self._port, self._journal = sandbox, host, port, journal
        self._sending: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()

    async def start(self) -> str:
        """Listen, and return the base URL, to which links to the sandbox's pages lead from now on."""
        app = web.Application(client_max_size=BIGGEST_REQUEST)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.sandbox.base_url = f"http://{self._host if ':' not in self._host else f'[{self._host}]'}:{port}"
        self._client = ClientSession(timeout=ClientTimeout(total=PATIENCE))
        self._pump = asyncio.create_task(self._deliver())
        return self.sandbox.base_url

    async def stop(self) -> None:
        """Stop listening and let go of what is on its way."""
        for task in (self._pump, *self._sending):
            task.cancel()
        await asyncio.gather(self._pump, *self._sending, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.raw_path.partition("?")
        asked = Request(request.method, path, query, headers, await request.read())
        if self._journal:
            self._journal.write(self.sandbox, asked)
        outcome = self.sandbox.handle(asked)
        self._news.set()
        if isinstance(outcome, NoAnswer):
            await asyncio.sleep(outcome.wait)
            _reset(request)
            return web.Response()
        if outcome.delay:
            await asyncio.sleep(outcome.delay)
        if outcome.sent:
            outcome.sent()
        return web.Response(status=outcome.status, headers=outcome.headers, body=outcome.body)

    async def _deliver(self) -> None:
        """Send what is due, again and again; a sandbox that nobody calls goes on in time."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):  # `wait_for` can swallow the cancellation that ends the server
                    await self._news.wait()
            self._news.clear()
            self.sandbox.timeline.catch_up()
            free = AT_ONCE - len(self._sending)
            for delivery in self.sandbox.outbox.take_due(free) if free else ():
                task = asyncio.create_task(self._send(delivery))
                self._sending.add(task)
                task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._news.set()

    async def _send(self, delivery: Delivery) -> None:
        body = delivery.body()
        is_ok = False
        try:
            async with self._client.post(
                delivery.url, data=body, headers=delivery.headers(body), allow_redirects=False
            ) as answer:
                is_ok = 200 <= answer.status < 300
        except (ClientError, TimeoutError, OSError) as error:
            logger.info("webhook to %s failed: %s", delivery.url, error)
        finally:
            self.sandbox.outbox.answered(delivery, is_ok=is_ok)


def _reset(request: web.Request) -> None:
    """Cut the line with a reset instead of a proper end, as a crashed peer does."""
    if request.transport is None:
        return
    line: socket.socket | None = request.transport.get_extra_info("socket")
    if line is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


@dataclass(frozen=True)
class Served:
    """A sandbox that is being served somewhere."""

    url: str

    def control(self, method: str, path: str, given: Any = None) -> Any:
        """Call ``/_sandbox/<path>`` over HTTP: JSON in, JSON out; a refusal is a RuntimeError."""
        parts = urlsplit(self.url)
        line = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            body = None if given is None else dumps(given)
            line.request(method, f"/_sandbox/{path}".rstrip("/"), body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            value = loads(answer.read())
        finally:
            line.close()
        if answer.status != 200:
            raise RuntimeError(f"the sandbox answered {answer.status}: {value}")
        return value


@dataclass(frozen=True)
class Running(Served):
    """One that is served by a thread of this process; only that thread may change it, so use ``control``."""

    sandbox: Sandbox


@contextmanager
def running_sandbox(*, host: str = "127.0.0.1", port: int = 0, **options: Any) -> Iterator[Running]:
    """A served sandbox for the length of a ``with`` block; ``options`` are those of ``Sandbox``.

    ``with running_sandbox(start=1_760_000_000) as stripe: StripeClient(key, base_addresses={"api": stripe.url})``
    """
    sandbox = Sandbox(**options)
    loop = asyncio.new_event_loop()
    started = threading.Event()
    settings: list[str | BaseException] = []
    stop = asyncio.Event()

    async def serve() -> None:
        server = Server(sandbox, host=host, port=port)
        try:
            settings.append(await server.start())
        except BaseException as error:
            settings.append(error)
            raise
        finally:
            started.set()
        await stop.wait()
        await server.stop()

    def run() -> None:
        with suppress(OSError):
            loop.run_until_complete(serve())
        loop.close()

    thread = threading.Thread(target=run, name="stripe-sandbox", daemon=True)
    thread.start()
    started.wait()
    if isinstance(settings[0], BaseException):
        raise settings[0]
    try:
        yield Running(settings[0], sandbox)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[Served]:
    """A sandbox in a process of its own for the length of a ``with`` block; arguments as on the command line."""
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        lines = process.stdout or ()
        url = next((line.split()[-1] for line in lines if line.startswith("listening on ")), None)
        if url is None:
            raise RuntimeError(f"the sandbox ended with {process.wait()} before it listened")
        yield Served(url)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
