"""A body, read whole under a limit and a deadline, or refused. Nothing is done before it is here."""

from __future__ import annotations

import asyncio
import io
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from .refusals import BodyTooLarge, BodyTooSlow, LengthInvalid, LengthRequired
from .traffic import Traffic

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

MIB = 1024 * 1024
LIMIT = MIB  # of a body that is no upload
# Larger ones go to a file: memory is not what an upload is kept in.
IN_MEMORY = 256 * 1024
IDLE_SECONDS = 10  # between two parts
DEADLINE_SECONDS = 30  # for the whole, beside what its length allows
SLOWEST_BYTES_A_SECOND = 64 * 1024
# Strangers, whose headers have neither the form of a key nor that of a session, are waited for less.
STRANGER_IDLE_SECONDS, STRANGER_DEADLINE_SECONDS = 5, 10


class Gone(Exception):
    """The sender is gone before the body was whole: nobody is left to answer."""


@dataclass(slots=True)
class Body:
    file: IO[bytes]
    length: int


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


async def whole_body(
    receive: Receive, *, length: int | None, limit: int, traffic: Traffic, address: str = "", is_stranger: bool = False
) -> Body:
    """The body, however it is sent, with the sender's time, size and share of all that is on its way bounded.

    Raises:
        BodyTooLarge, BodyTooSlow, LengthInvalid, TooMuchAtOnce: refused. Gone: nobody to answer.
    """
    if length is not None and length > limit:
        raise BodyTooLarge(limit)
    if length == 0:
        return Body(io.BytesIO(), 0)
    patience = STRANGER_DEADLINE_SECONDS if is_stranger else DEADLINE_SECONDS
    idle = min(IDLE_SECONDS, STRANGER_IDLE_SECONDS) if is_stranger else IDLE_SECONDS
    allowed = min(patience, DEADLINE_SECONDS) + (length or limit) // SLOWEST_BYTES_A_SECOND
    latest = time.monotonic() + allowed
    kept = limit <= LIMIT
    file: IO[bytes] = io.BytesIO() if kept else tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    size, more = 0, True
    try:
        with traffic.arriving(address, is_stranger=is_stranger) as arriving:
            while more:
                try:
                    async with asyncio.timeout(min(idle, latest - time.monotonic())) as arriving.waiting:
                        message = await receive()
                except TimeoutError:
                    arriving.refuse_if_displaced()
                    raise BodyTooSlow(allowed if time.monotonic() >= latest else idle) from None
                if message["type"] == "http.disconnect":
                    raise Gone
                part = message.get("body", b"")
                more = message.get("more_body", False)
                size += len(part)
                if size > limit:
                    raise BodyTooLarge(limit)
                if kept:
                    traffic.take(arriving, len(part))
                file.write(part)
        if length is not None and size != length:
            raise LengthInvalid
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Body(file, size)
