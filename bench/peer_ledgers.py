"""Yardstick: django-hordak and django-ledger, each in the peers' own virtual environment.

They are fetched from PyPI when first wanted and kept in the user's cache directory. Without a network
their cases are skipped; nothing of ours needs them.
"""

import hashlib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from bench.frame import Bench

SCRIPTS = Path(__file__).parent / "peers"
REQUIREMENTS = SCRIPTS / "requirements.txt"
HORDAK, LEDGER = "django-hordak", "django-ledger"
TIMEOUT_SECONDS = 600
SCRIPT_OF = {HORDAK: SCRIPTS / "hordak_pairs.py", LEDGER: SCRIPTS / "ledger_pairs.py"}


class PeerUnavailable(Exception):
    """A peer could not be installed or prepared here; the message says why."""


def prepare(bench: Bench, peer: str) -> None:
    """Give ``peer`` an empty database with its migrations and master data.

    Raises:
        PeerUnavailable: no network, no wheel for this Python, or its set-up fails.
    """
    database = _database_of(peer)
    bench.server.drop_database(database)
    bench.server.create_database(database)
    _run(_python(), SCRIPT_OF[peer], "prepare", "--conninfo", bench.server.conninfo_of(database))


def pairs_per_second(bench: Bench, peer: str) -> float:
    """One timed round: invoices with their payments, one writer."""
    conninfo = bench.server.conninfo_of(_database_of(peer))
    output = _run(_python(), SCRIPT_OF[peer], "run", "--conninfo", conninfo, "--seconds", str(bench.size.seconds))
    told = json.loads(output.splitlines()[-1])
    return told["pairs"] / told["seconds"]


def _database_of(peer: str) -> str:
    return "bench_" + peer.replace("-", "_")


@cache
def _python() -> Path:
    """The interpreter of the peers' environment, made when it is missing or was made for other pins."""
    pins = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    environment = user_cache_path("subledger") / "bench" / f"peers-{pins}"
    python = environment / "bin" / "python"
    if not (environment / "complete").exists():
        _run(sys.executable, "-m", "venv", "--clear", environment)
        pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--retries=1")
        _run(*pip, "install", "--requirement", REQUIREMENTS)
        (environment / "complete").touch()
    return python


def _run(*command: object) -> str:
    words = [str(part) for part in command]
    try:
        finished = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as expired:
        raise PeerUnavailable(f"it took more than {TIMEOUT_SECONDS} seconds") from expired
    if finished.returncode:
        lines = finished.stderr.strip().splitlines() or ["no message"]
        raise PeerUnavailable(lines[-1])
    return finished.stdout
