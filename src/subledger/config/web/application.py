"""What the web server loads: Django behind the front, for as long as the process that started it lives."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Mapping
from typing import Any

from django.urls import get_resolver

from subledger.config.settings import ENVIRONMENT
from subledger.config.wsgi import application as wsgi

from .bodies import Receive
from .connections import keep_bounded
from .front import Front, Send

# What is under way when the server is to end may take this long; then it is cut.
STOP_SECONDS = 10


class Application:
    def __init__(self) -> None:
        self._front = Front(wsgi, proxies=ENVIRONMENT.proxies_before)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._front(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        _end_with_starter()
        get_resolver().url_patterns  # noqa: B018  # everything is imported before the first request
        await send({"type": "lifespan.startup.complete"})
        bounding = None if ENVIRONMENT.proxies_before else asyncio.create_task(keep_bounded(self._front.under_way))
        await receive()
        if bounding is not None:
            bounding.cancel()
        self._front.close()
        await send({"type": "lifespan.shutdown.complete"})


def _end_with_starter() -> None:
    """Should the process that started this one die, nobody would stop it, and the port would stay taken."""
    starter = multiprocessing.parent_process()
    if starter is None:
        return
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_reader(starter.sentinel)
        signal.alarm(STOP_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(starter.sentinel, end)


application = Application()
