"""Asks an ASGI application as a web server would, without one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answered:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def scope_of(method: str, path: str, headers: Mapping[str, str], client: str = "10.0.0.7") -> dict[str, Any]:
    plain, _, query = path.partition("?")
    raw = [(b"host", b"localhost")]
    raw += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {
        "type": "http", "method": method, "path": plain, "raw_path": plain.encode(), "query_string": query.encode(),
        "http_version": "1.1", "scheme": "http", "headers": raw, "server": ("127.0.0.1", 80), "client": (client, 5),
    }  # fmt: skip


async def ask(
    front: Any,
    method: str,
    path: str,
    *,
    parts: Iterable[bytes] = (),
    headers: Mapping[str, str] | None = None,
    silent_after: bool = False,
    client: str = "10.0.0.7",
) -> Answered:
    """Send ``parts`` as the body; ``silent_after`` sends nothing more, and does not say that it was all."""
    waiting = list(parts)
    answered = Answered()

    async def receive() -> dict[str, Any]:
        if not waiting and silent_after:
            await asyncio.sleep(3600)
        part = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": part, "more_body": bool(waiting) or silent_after}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = {name.decode().title(): value.decode() for name, value in message["headers"]}
        else:
            answered.body += message["body"]

    await front(scope_of(method, path, headers or {}, client), receive, send)
    return answered
