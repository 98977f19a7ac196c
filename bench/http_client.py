"""Keep-alive clients on raw sockets, in a process of their own: ``python -m bench.http_client < job``.

They know just enough HTTP to ask the server and to find the end of its answer, for what they cost is taken from the
processor that the server works on. Nothing of the product is imported.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

HEAD = (
    "POST /api/v1/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nIdempotency-Key: {once}\r\nContent-Length: {length}\r\n\r\n"
)
WARM_UP_SECONDS = 1.0


@dataclass
class Job:
    """``per_second`` of all clients together holds them back to so many; without it they ask as fast as answered."""

    port: int
    key: str
    accounts: list[str]
    amount: int
    clients: int
    seconds: float
    per_second: float | None = None


async def client(job: Job, number: int, took: list[float], starts: float, ends: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", job.port)
    turn, pause = number, job.clients / job.per_second if job.per_second else 0.0
    due = time.perf_counter() + pause * number / job.clients
    try:
        while (now := time.perf_counter()) < ends:
            if due > now:
                await asyncio.sleep(due - now)
            # Held back, an answer is late from when it was due: a server that stalls is not asked less.
            began = due if pause else time.perf_counter()
            due += pause
            body = json.dumps(
                {"account": job.accounts[turn % len(job.accounts)], "state": "posted", "amount": job.amount}
            )
            turn += job.clients
            writer.write((HEAD.format(key=job.key, once=uuid4(), length=len(body)) + body).encode())
            await answered(reader)
            if (done := time.perf_counter()) <= ends and done >= starts:
                took.append(done - began)
    finally:
        writer.close()


async def answered(reader: asyncio.StreamReader) -> None:
    """Read one answer. RuntimeError: it was not 201."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(line.partition(":")[2] for line in head.lower().split("\r\n") if line.startswith("content-length:"))
    body = await reader.readexactly(int(length))
    if head.split(" ", 2)[1] != "201":
        raise RuntimeError(f"{head}\n{body.decode()[:500]}")


async def run(job: Job) -> dict[str, Any]:
    took: list[float] = []
    starts = time.perf_counter() + WARM_UP_SECONDS
    ends = starts + job.seconds
    await asyncio.gather(*(client(job, number, took, starts, ends) for number in range(job.clients)))
    took.sort()
    return {"per_second": len(took) / job.seconds, "p50": at(took, 0.50) * 1000, "p99": at(took, 0.99) * 1000}


def at(took: list[float], part: float) -> float:
    return took[min(len(took) - 1, int(len(took) * part))]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Job(**json.load(sys.stdin))))))
