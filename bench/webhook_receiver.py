"""A receiver of webhooks in a process of its own: it answers at once, and counts what came out of order.

``python -m bench.webhook_receiver`` prints its port. ``GET /`` tells what came; ``DELETE /`` forgets it.
"""

import asyncio
import sys

import orjson
from aiohttp import web


class Seen:
    def __init__(self) -> None:
        self.count = 0
        self.disordered = 0
        self.last: dict[str, int] = {}

    async def take(self, request: web.Request) -> web.Response:
        told = orjson.loads(await request.read())
        number = told["data"]["number"]
        self.count += 1
        if number != self.last.get(told["object_id"], 0) + 1:
            self.disordered += 1
        self.last[told["object_id"]] = number
        return web.Response()

    async def tell(self, request: web.Request) -> web.Response:
        return web.json_response({"count": self.count, "disordered": self.disordered})

    async def forget(self, request: web.Request) -> web.Response:
        self.__init__()  # type: ignore[misc]
        return web.Response()


async def serve() -> None:
    seen = Seen()
    application = web.Application()
    application.add_routes([web.post("/", seen.take), web.get("/", seen.tell), web.delete("/", seen.forget)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    print(site._server.sockets[0].getsockname()[1], flush=True)  # type: ignore[attr-defined]
    await asyncio.to_thread(sys.stdin.read)  # until whoever started us goes


if __name__ == "__main__":
    asyncio.run(serve())
