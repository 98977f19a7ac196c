"""Sending messages by HTTP, many at a time, on an event loop in a thread of its own.

A chain is what waits for one object, in order: it ends with the first message that does not arrive. What an endpoint
does is bounded: time, the bytes of its answer, and where its name leads.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from subledger import __version__
from subledger.kernel.sentences import say
from subledger.platform.public_addresses import PublicResolver, may_be_public
from subledger.webhooks.rules.answers import EndpointResponse, Verdict
from subledger.webhooks.rules.signatures import signed_headers

from .addresses import NOT_PUBLIC, is_allowed_host

TOTAL_SECONDS = 15
CONNECT_SECONDS = 5
ANSWER_SECONDS = 2  # for the rest of it, once its status is known
KEPT_BYTES = 1_024
READ_BYTES = 16 * 1_024  # of an answer that is longer the connection is not used again
LONGEST_ERROR = 300
USER_AGENT = say("Subledger/{version} (webhooks)", version=__version__)


class Holder(Protocol):
    """Who has a chain sent; ``good_until`` is when its lease ends, by `time.monotonic`."""

    good_until: float


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery, ready to be sent."""

    delivery_id: int
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Messages about one object, oldest first."""

    holder: Holder
    object_id: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message."""

    chain: Chain
    message: Message
    answer: EndpointResponse


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more of the chain is on its way."""

    chain: Chain


class Sender:
    """Chains go in by `send`, what became of them comes out of `ended`, in any order but that of each chain."""

    def __init__(self) -> None:
        # No SimpleQueue: of CPython 3.11 its `get` waits for ever where the time is over before it has begun to wait.
        self._done: queue.Queue[Sent | Ended] = queue.Queue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="webhooks", daemon=True)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self.is_last = False  # each chain ends with the message that is on its way

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def send(self, chains: Sequence[Chain]) -> None:
        if chains:
            asyncio.run_coroutine_threadsafe(self._start(chains), self._loop)

    def ended(self, wait_seconds: float) -> list[Sent | Ended]:
        """What has ended by now; the first of it is waited for."""
        try:
            found = [self._done.get(timeout=wait_seconds)]
        except queue.Empty:
            return []
        while not self._done.empty():
            found.append(self._done.get())
        return found

    async def _start(self, chains: Sequence[Chain]) -> None:
        for chain in chains:
            task = self._loop.create_task(self._run(chain))
            task.add_done_callback(lambda _, chain=chain: self._done.put(Ended(chain)))  # type: ignore[misc]

    async def _run(self, chain: Chain) -> None:
        for message in chain.messages:
            if time.monotonic() + TOTAL_SECONDS + ANSWER_SECONDS > chain.holder.good_until:
                return  # somebody else may have it by the time of the answer
            answer = await self._post(message)
            self._done.put(Sent(chain, message, answer))
            if self.is_last or answer.verdict is not Verdict.DELIVERED:
                return

    async def _post(self, message: Message) -> EndpointResponse:
        began = time.monotonic()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):  # of both tries: the lease has room for no more
                try:
                    answer = await self._attempt(message)
                except aiohttp.ClientConnectorError:
                    raise
                except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                    answer = await self._attempt(message)  # it closed a connection that was kept, as it may at any time
        except Exception as error:  # whatever an endpoint does, it is an answer and no fault of ours
            answer = EndpointResponse(error=_words(error))
        took = round((time.monotonic() - began) * 1000)
        return EndpointResponse(answer.status, answer.text, answer.error[:LONGEST_ERROR], answer.retry_after, took)

    async def _attempt(self, message: Message) -> EndpointResponse:
        host = urlsplit(message.url).hostname or ""
        is_allowed = is_allowed_host(host)
        if not is_allowed and not may_be_public(message.url):
            return EndpointResponse(error=NOT_PUBLIC)  # an address in numbers, which no resolver is asked for
        headers = {
            "content-type": "application/json",
            **signed_headers(message.secrets, message.message_id, int(time.time()), message.body),
        }
        session = self._session(is_allowed)
        async with session.post(message.url, data=message.body, headers=headers, allow_redirects=False) as response:
            text = await _beginning(response)
            return EndpointResponse(response.status, text, "", response.headers.get("Retry-After", ""))

    def _session(self, is_allowed: bool) -> aiohttp.ClientSession:
        if is_allowed not in self._sessions:
            resolver = aiohttp.ThreadedResolver() if is_allowed else PublicResolver()
            self._sessions[is_allowed] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver, limit=0, ttl_dns_cache=10),
                timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            )
        return self._sessions[is_allowed]

    async def _close(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # none, unless what waits for them has failed
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for session in self._sessions.values():
            await session.close()


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """The first bytes of an answer. What it does after its status is of no account, unless it takes too long."""
    found = b""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while len(found) < READ_BYTES and (chunk := await response.content.read(READ_BYTES - len(found))):
                found += chunk
    except (TimeoutError, aiohttp.ClientError, OSError):
        response.close()
    if not response.content.at_eof():
        response.close()
    return found[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")


def _words(error: Exception) -> str:
    """Why there was no answer, for people; the same words wherever a name leads to that is not public."""
    if isinstance(error, TimeoutError):
        return say("It did not answer within {seconds} seconds.", seconds=TOTAL_SECONDS)
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return say("Its certificate is not accepted: {error}.", error=error)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return say("Its name leads to no public address.")
    if isinstance(error, aiohttp.ClientConnectorError):
        return say("It cannot be reached: {strerror}.", strerror=error.os_error.strerror or error.os_error)
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return say("It did not answer in HTTP: {error}.", error=getattr(error, "message", "") or error)
    return say("It could not be sent: {error}.", error=error or type(error).__name__)
