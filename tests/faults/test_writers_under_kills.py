"""Eight writers with keys, retrying until they are answered, while backends, postmaster, web and worker are killed.

At the end every acknowledged write is there once, no key was executed twice, and the books prove themselves. It runs
for `SUBLEDGER_KILLS_SECONDS` (300): ``make slow ARGS=tests/faults`` before a release.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import socket
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from .deployment import Deployment

logger = logging.getLogger(__name__)

SECONDS = int(os.environ.get("SUBLEDGER_KILLS_SECONDS", "300"))
WRITERS = 8
PATIENCE = 240  # seconds that one write is retried for, after which it counts as lost
SEED = 20131
RETRIED = {409: "idempotency_key_in_flight", 429: None, 500: None, 502: None, 503: None}


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    root = Path(tempfile.mkdtemp(prefix="subledger-kills-"))
    root.chmod(0o711)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Deployment(root / "data", port)
    made.data_dir.mkdir()
    made.start()
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(root)


@dataclass
class Written:
    """One write that was answered: what it said it was, how often it had to be sent, and what it was told."""

    intent: str
    path: str
    sent: int
    status: int
    told: Any


class Writer(threading.Thread):
    def __init__(self, deployment: Deployment, number: int, stop: threading.Event) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self.deployment, self.stop, self.number = deployment, stop, number
        self.chance = random.Random(SEED + number)
        self.written: list[Written] = []
        self.lost: list[str] = []
        self.account = ""

    def run(self) -> None:
        customer = self.write("customers", {"name": f"Writer {self.number}"})
        self.account = self.write("accounts", {"customer": customer["id"]})["id"]
        open_invoices: list[str] = []
        while not self.stop.is_set():
            kind = self.chance.choice(["invoice", "payment", "payment", "draft", "quick_pay", "cancel", "customer"])
            if kind == "invoice" or (kind in ("quick_pay", "cancel") and not open_invoices):
                items = [{"description": "Kept", "unit_amount": self.chance.randint(100, 9999)}]
                made = self.write("invoices", {"account": self.account, "state": "posted", "items": items})
                if made:
                    open_invoices.append(made["id"])
            elif kind in ("payment", "draft"):
                state = "posted" if kind == "payment" else "draft"
                self.write("payments", {"account": self.account, "state": state, "amount": self.chance.randint(1, 999)})
            elif kind == "customer":
                self.write("customers", {"name": "Ann"})
            else:
                invoice = open_invoices.pop()
                amount = {"amount": "all"} if kind == "quick_pay" else {}
                self.write(f"invoices/{invoice}/{kind}", amount)

    def write(self, path: str, body: dict[str, Any]) -> Any:
        """Send it until it is answered; the same key and body every time."""
        intent = str(uuid.uuid4())
        body = {**body, "metadata": {"intent": intent}}
        deadline = time.monotonic() + PATIENCE
        sent = 0
        while time.monotonic() < deadline:
            sent += 1
            try:
                status, told = self.deployment.send("POST", path, body, key=intent)
            except (OSError, HTTPException, ValueError):
                time.sleep(0.3)
                continue
            if status in RETRIED and RETRIED[status] in (None, told.get("code")):
                time.sleep(0.3)
                continue
            self.written.append(Written(intent, path, sent, status, told))
            return told if status < 300 else None
        self.lost.append(intent)
        return None


def everything(deployment: Deployment, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        status, page = deployment.send("GET", f"{path}?limit=100{after}")
        assert status == 200, page
        rows += page["data"]
        if not page["has_more"]:
            return rows
        after = f"&starting_after={page['data'][-1]['id']}"


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_whatever_was_killed(deployment: Deployment):
    deployment.wait()
    made = deployment.command("apikey", "create", "writers", "--scope", "read", "--scope", "write")
    assert made.returncode == 0, made.stderr
    [deployment.key] = [word for word in made.stdout.split() if word.startswith("sk_")]
    deployment.wait()

    stop, chance = threading.Event(), random.Random(SEED)
    writers = [Writer(deployment, number, stop) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(chance.uniform(2, 5))
        deployment.kill_something(chance)
        deployment.keep()
    stop.set()
    deployment.wait()
    for writer in writers:
        writer.join(PATIENCE + 60)
        assert not writer.is_alive()

    written = [one for writer in writers for one in writer.written]
    done = [one for one in written if one.status < 300]
    there = Counter(
        row["metadata"]["intent"]
        for path in ("customers", "accounts", "transactions")
        for row in everything(deployment, path)
        if row["metadata"].get("intent")
    )
    retried = [one for one in written if one.sent > 1]
    logger.warning(
        "%s writes answered, %s of them sent again (at most %s times), %s refused; killed %s, restarted %s times",
        len(written), len(retried), max(one.sent for one in written), len(written) - len(done), deployment.killed,
        deployment.restarts,
    )  # fmt: skip
    assert [intent for writer in writers for intent in writer.lost] == []
    assert {one.intent: there[one.intent] for one in done if there[one.intent] != 1} == {}
    assert {intent: count for intent, count in there.items() if count > 1} == {}
    refused = {one.told["code"] for one in written if one.status >= 300}
    assert refused <= {"already_settled"}, "payments settle the earliest invoice, so a quick payment may come too late"
    assert set(there) == {one.intent for one in done}
    assert sum(deployment.killed.values()) > SECONDS / 20
    assert len(deployment.killed) == 3
    assert min(deployment.killed.values()) > SECONDS / 100, "of each kind some have to die"
    checked = deployment.command("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
