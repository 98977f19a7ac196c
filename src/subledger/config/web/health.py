"""Is the process alive, and is it ready to work: for those who watch it. No login, no host name, no redirect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse

from subledger.platform import jobs
from subledger.platform.outages import was_disk_full

from . import metrics
from .routes import ALIVE, METRICS, READY

LATEST_HEARTBEAT = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What has to be so before requests are sent here, each with what is wrong, or ``ok``."""

    database: str
    tables: str
    worker: str
    disk: str = "ok"

    @property
    def is_ready(self) -> bool:
        return {self.database, self.tables, self.worker, self.disk} == {"ok"}


def alive(request: HttpRequest | None = None) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> HttpResponse:
    found = readiness()
    members = {"ready": found.is_ready, "database": found.database, "tables": found.tables, "worker": found.worker}
    members["disk"] = found.disk
    return HttpResponse(
        orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE),
        status=200 if found.is_ready else 503,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def readiness() -> Readiness:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        tables = _tables()
        return Readiness("ok", tables, _worker() if tables == "ok" else "unknown", _disk())
    except Exception:  # whatever keeps the books from being read: this is asked in order to know it
        return Readiness("does not answer", "unknown", "unknown")


def _disk() -> str:
    return "was full within the last minute: make room" if was_disk_full() else "ok"


def _tables() -> str:
    """Whether the tables are those of this version: neither older nor newer."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    ours = _our_migrations()
    if ours - applied:
        return "older than this version: run `subledger migrate`"
    rooms = {app for app, _ in ours}
    if any(app in rooms for app, _ in applied - ours):
        return "newer than this version"
    return "ok"


def _our_migrations() -> frozenset[tuple[str, str]]:
    global _OURS
    if _OURS is None:
        loader = MigrationExecutor(connection).loader
        _OURS = frozenset(loader.graph.nodes)
    return _OURS


_OURS: frozenset[tuple[str, str]] | None = None


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute(LATEST_HEARTBEAT)
        [age] = cursor.fetchone()
    if age is None or age > jobs.SILENT_SECONDS:
        return "none at work"
    return "ok"


ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {ALIVE: alive, READY: ready, METRICS: metrics.answer}
