"""A sandbox that remembers: what it was told is kept in a file, and told to it again at the next start.

Equal seeds and equal requests at equal instants give equal ids, so replaying the requests brings back every object.
"""

import json
from base64 import b64decode, b64encode
from pathlib import Path

from stripe_sandbox.routing import Request
from stripe_sandbox.sandbox import Sandbox


class Journal:
    """Requests as lines of JSON, each written before it is answered; a last line that was cut off is dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def replay(self, sandbox: Sandbox) -> int:
        """Bring a new sandbox to where the last one stopped; how many requests that took.

        Its webhooks went out the first time and do not go out again.
        """
        noted = 0
        if self._path.exists():
            sandbox.timeline.hold()
            for line in self._path.read_text().splitlines():
                try:
                    at, method, path, query, headers, body = json.loads(line)
                except ValueError:
                    break
                sandbox.timeline.advance_to(max(at, sandbox.timeline.exact))
                sandbox.handle(Request(method, path, query, headers, b64decode(body)))
                noted += 1
            sandbox.timeline.follow()
            for delivery in sandbox.outbox.take([delivery.id for delivery in sandbox.outbox.waiting()]):
                sandbox.outbox.answered(delivery, is_ok=True)
        # It holds what customers and programs sent: for its owner alone, also where an older one was readable by all.
        self._path.touch(mode=0o600)
        self._path.chmod(0o600)
        self._file = self._path.open("a", encoding="utf-8")
        return noted

    def write(self, sandbox: Sandbox, request: Request) -> None:
        body = b64encode(request.body).decode()
        entry = [sandbox.timeline.exact, request.method, request.path, request.query, request.headers, body]
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()
