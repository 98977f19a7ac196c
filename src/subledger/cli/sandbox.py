"""The local Stripe sandbox, run beside a command as a process of its own: the product knows its address and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from subledger.cli_kit.runtime import CommandRefused

# It answers within a second; a machine under load may take longer to start Python.
START_SECONDS, STOP_SECONDS = 30, 10
LISTENING = "listening on "


@contextmanager
def sandbox_beside(*, port: int, journal: Path | None = None) -> Iterator[str]:
    """A sandbox while the block runs; its address. ``journal`` keeps what it was told, for the next time.

    Raises:
        CommandRefused: it does not start (the port is taken, say).
    """
    command = [sys.executable, "-m", "stripe_sandbox", "--port", str(port)]
    if journal is not None:
        journal.parent.mkdir(parents=True, exist_ok=True)
        command += ["--journal", str(journal)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield _address_of(process, port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def send_events_to(sandbox_url: str, *, url: str, secret: str, key: str) -> None:
    """Have the sandbox deliver the events of the key's account, signed."""
    settings: dict[str, Any] = {"url": url, "secret": secret, "key": key}
    request = Request(
        f"{sandbox_url}/_sandbox/webhooks", json.dumps(settings).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=START_SECONDS):
        pass


def _address_of(process: subprocess.Popen[str], port: int) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(LISTENING):
            return line.removeprefix(LISTENING).strip()
    raise CommandRefused(
        f"The Stripe sandbox did not start on port {port}; its last words are above. Choose another port for it."
    )
