"""A body, read whole under a limit and a deadline, or refused. Nothing is done before it is here."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from .refusals import BodyTooLarge, BodyTooSlow, Busy, LengthInvalid, LengthRequired

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

MIB = 1024 * 1024
LIMIT = MIB  # of a body that is no upload
# Larger ones go to a file: memory is not what an upload is kept in.
IN_MEMORY = 256 * 1024
IDLE_SECONDS = 10  # between two parts
DEADLINE_SECONDS = 30  # for the whole, beside what its length allows
SLOWEST_BYTES_A_SECOND = 64 * 1024
# Of all bodies that are on their way in memory, so that many slow senders do not fill it.
ON_THEIR_WAY_LIMIT = 256 * MIB


class Gone(Exception):
    """The sender is gone before the body was whole: nobody is left to answer."""


@dataclass(slots=True)
class Body:
    file: IO[bytes]
    length: int


@dataclass(slots=True)
class Traffic:
    """Bytes of the bodies that are on their way now, in memory."""

    received: int = 0


def stated_length(headers: Mapping[bytes, bytes]) -> int | None:
    """What Content-Length says: 0 where there is no body, None where the body comes in chunks.

    Raises:
        LengthRequired: the body comes in an encoding that nobody undoes. LengthInvalid: no number, or two of them.
    """
    encoding, length = headers.get(b"transfer-encoding"), headers.get(b"content-length")
    if encoding is not None:
        if encoding.strip().lower() != b"chunked":
            raise LengthRequired
        if length is not None:
            raise LengthInvalid
        return None
    if length is None:
        return 0
    if not (length.isascii() and length.isdigit()):
        raise LengthInvalid
    return int(length)


async def whole_body(receive: Receive, *, length: int | None, limit: int, traffic: Traffic) -> Body:
    """The body, however it is sent, with the sender's time and size bounded.

    Raises:
        BodyTooLarge, BodyTooSlow, LengthInvalid: refused. Busy: too much is on its way. Gone: nobody to answer.
    """
    if length is not None and length > limit:
        raise BodyTooLarge(limit)
    if length == 0:
        return Body(io.BytesIO(), 0)
    allowed = DEADLINE_SECONDS + (length or limit) // SLOWEST_BYTES_A_SECOND
    latest = time.monotonic() + allowed
    kept = limit <= LIMIT
    file: IO[bytes] = io.BytesIO() if kept else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    size, counted, more = 0, 0, True
    try:
        while more:
            try:
                async with asyncio.timeout(min(IDLE_SECONDS, latest - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                raise BodyTooSlow(allowed if time.monotonic() >= latest else IDLE_SECONDS) from None
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(part)
            if size > limit:
                raise BodyTooLarge(limit)
            if kept:
                traffic.received += len(part)
                counted = size
            if traffic.received > ON_THEIR_WAY_LIMIT:
                raise Busy
            file.write(part)
        if length is not None and size != length:
            raise LengthInvalid
    except BaseException:
        file.close()
        raise
    finally:
        traffic.received -= counted
    file.seek(0)
    return Body(file, size)
