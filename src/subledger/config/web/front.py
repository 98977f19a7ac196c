"""The ASGI application of the web process: bodies first, then a thread.

What strangers can stretch – headers, bodies, the reading of an answer – happens on the event loop, where waiting costs
nothing. A thread is taken for the time in which Django works, and for no other.
"""

from __future__ import annotations

import asyncio
import io
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from subledger.api_kit.limits import RateLimit
from subledger.kernel.errors import DomainError
from subledger.platform.outages import first_line, outage_of

from . import health, metrics
from .bodies import LIMIT, Body, Gone, Receive, stated_length, whole_body
from .budgets import Budget, Kind, budgets
from .environ import environ_of
from .refusals import BodyTooLarge, Busy, TooManyAttempts
from .requestlog import refused_unread
from .routes import ALIVE, METRICS, PAY, READS, READY, Route, route_of
from .traffic import Traffic
from .uploads import may_send

logger = logging.getLogger("subledger.web")

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
Whole = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers, body

# Answers larger than this wait for their readers in a file.
IN_MEMORY = 4 * 1024 * 1024
PART = 256 * 1024
READER_SECONDS = 60  # that a reader may take for a part
# How old the answer may be that many get who ask whether we are ready.
SHARED_SECONDS = 1
# Of a body that is refused: read on for a moment, so that its sender gets to read the refusal.
DRAIN_BYTES, DRAIN_SECONDS = 8 * 1024 * 1024, 2
KEY_FORM = "sk_"  # how every API key begins
# Requests a minute: attempts to log in and visits of pay links from one address, payments begun on one link.
LOGINS, VISITS, PAYMENTS = 30, 120, 20


@dataclass(slots=True)
class HttpAnswer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: IO[bytes]


class Shared:
    """One answer for all who ask within a second, found out once however many they are."""

    def __init__(self) -> None:
        self._asked: asyncio.Future[Whole] | None = None
        self._good_until = 0.0

    async def answer(self, find_out: Callable[[], Awaitable[HttpAnswer]]) -> HttpAnswer:
        if self._asked is None or (self._asked.done() and time.monotonic() >= self._good_until):
            self._asked = asyncio.ensure_future(self._kept(find_out))
        # Whoever goes away does not take the answer from the others.
        status, headers, body = await asyncio.shield(self._asked)
        return HttpAnswer(status, headers, io.BytesIO(body))

    async def _kept(self, find_out: Callable[[], Awaitable[HttpAnswer]]) -> Whole:
        try:
            found = await find_out()
            with found.body as file:
                return found.status, found.headers, file.read()
        finally:
            self._good_until = time.monotonic() + SHARED_SECONDS


class Front:
    """``wsgi`` behind budgets; ``proxies`` stand before it."""

    def __init__(self, wsgi: Wsgi, *, proxies: int = 0) -> None:
        self._wsgi, self._proxies = wsgi, proxies
        self._budgets: dict[Kind, Budget] = budgets()
        self.under_way: set[tuple[str, int]] = set()  # peers whose requests are being answered
        self._traffic = Traffic()
        self._readiness = Shared()
        self._logins = RateLimit(LOGINS, name="logins")
        self._visits = RateLimit(VISITS, name="visits")
        self._payments = RateLimit(PAYMENTS, name="payments")

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        peer = tuple(scope.get("client") or ("", 0))
        self.under_way.add(peer)
        try:
            with suppress(Gone):
                answer = await self._answer(scope, receive)
                await _send(answer, send)
        finally:
            self.under_way.discard(peer)

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> HttpAnswer:
        if scope["path"] == ALIVE:
            return _answer_of(health.alive())
        began = time.monotonic()
        try:
            if scope["path"] == READY:
                return await self._readiness.answer(partial(self._health, scope, Kind.READY))
            if scope["path"] == METRICS:
                return await self._figures(scope)
            return await self._worked(scope, receive, began)
        except DomainError as refusal:
            if isinstance(refusal, BodyTooLarge):
                await _drain(receive)
            return _answer_of(refused_unread(scope, refusal, began, proxies=self._proxies))
        except OSError as error:  # a long body, or a long answer, waits in a file
            outage = outage_of(error)
            if outage is None:
                raise
            logger.warning("%s: %s", outage.what, first_line(error))
            return _answer_of(refused_unread(scope, outage, began, proxies=self._proxies))

    async def _worked(self, scope: Mapping[str, Any], receive: Receive, began: float) -> HttpAnswer:
        method, path = scope["method"], scope["path"]
        headers = dict(scope["headers"])
        length = stated_length(headers)
        route = route_of(method, path)
        environ = environ_of(scope, Body(io.BytesIO(), 0), proxies=self._proxies)
        self._refuse_too_many(route.kind, method, path, environ["REMOTE_ADDR"])
        limit = LIMIT
        if route.upload_permission is not None and (length is None or length > LIMIT):
            limit = await self._limit_of(route, environ)
        body = await whole_body(
            receive,
            length=length,
            limit=limit,
            traffic=self._traffic,
            address=environ["REMOTE_ADDR"],
            is_stranger=_is_stranger(environ),
        )
        environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(body.length), body.file
        environ["subledger.began"] = began
        try:
            return await self._budgets[route.kind].run(partial(_run, self._wsgi, environ))
        except Busy:
            if route.kind is Kind.LOGIN:
                raise TooManyAttempts(5) from None
            raise
        finally:
            body.file.close()

    async def _health(self, scope: Mapping[str, Any], kind: Kind) -> HttpAnswer:
        """What Django says to one of those who watch: whatever body came with it is not looked at."""
        environ = environ_of(scope, Body(io.BytesIO(), 0), proxies=self._proxies)
        return await self._budgets[kind].run(partial(_run, self._wsgi, environ))

    async def _figures(self, scope: Mapping[str, Any]) -> HttpAnswer:
        """Strangers are turned away without a thread, so that many of them are not in the way of who may read."""
        asking = WSGIRequest(environ_of(scope, Body(io.BytesIO(), 0), proxies=self._proxies))
        if not metrics.may_read(asking):
            return _answer_of(metrics.answer(asking))
        return await self._health(scope, Kind.WATCH)

    async def _limit_of(self, route: Route, environ: dict[str, Any]) -> int:
        """What this sender may send, found out from the headers alone: strangers' files are kept nowhere."""
        may = partial(may_send, WSGIRequest(environ), str(route.upload_permission))
        return route.upload_limit if await self._budgets[Kind.PAGES].run(may) else LIMIT

    def _refuse_too_many(self, kind: Kind, method: str, path: str, address: str) -> None:
        wait = 0
        if kind is Kind.LOGIN:
            wait = self._logins.seconds_to_wait(address)
        elif kind is Kind.CUSTOMERS:
            wait = self._visits.seconds_to_wait(address)
            if method not in READS:
                link = path.removeprefix(PAY).partition("/")[0]
                wait = max(wait, self._payments.seconds_to_wait(link))
        if wait:
            raise TooManyAttempts(wait)

    def close(self) -> None:
        for budget in self._budgets.values():
            budget.close()


def _is_stranger(environ: Mapping[str, Any]) -> bool:
    """Whether nothing here has even the form of a key or of a session: known before anything is looked up."""
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip().startswith(KEY_FORM):
        return False
    return f"{settings.SESSION_COOKIE_NAME}=" not in environ.get("HTTP_COOKIE", "")


def _run(wsgi: Wsgi, environ: dict[str, Any]) -> HttpAnswer:
    """In a thread: the whole answer, so that nobody who reads slowly holds the thread."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started[:] = [(status, headers)]

    made = wsgi(environ, start_response)
    try:
        file: IO[bytes]
        if getattr(made, "streaming", False):
            file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
            for part in made:
                file.write(part)
            file.seek(0)
        else:
            file = io.BytesIO(b"".join(made))
    finally:
        close = getattr(made, "close", None)
        if close is not None:
            close()
    [(status, headers)] = started
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return HttpAnswer(int(status.split(" ", 1)[0]), raw, file)


def _answer_of(response: Any) -> HttpAnswer:
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    raw.append((b"content-length", str(len(response.content)).encode()))
    return HttpAnswer(response.status_code, raw, io.BytesIO(response.content))


async def _send(answer: HttpAnswer, send: Send) -> None:
    with answer.body as file:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        part = file.read() if isinstance(file, io.BytesIO) else file.read(PART)
        while True:
            following = b"" if isinstance(file, io.BytesIO) else file.read(PART)
            async with asyncio.timeout(READER_SECONDS):
                await send({"type": "http.response.body", "body": part, "more_body": bool(following)})
            if not following:
                return
            part = following


async def _drain(receive: Receive) -> None:
    size = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while size < DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
