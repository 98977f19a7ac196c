"""Figures about the running of the books, for those who watch it: a room says its own (`Room.figures`), in SQL.

They go across companies, by company where one is concerned. ``/metrics`` and ``subledger status`` tell those of all
rooms (`reports.monitoring`), so each is cheap, or says for how long an answer is good.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for each set of labels."""

    name: str
    says: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[Any, ...], Decimal | int | float], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """SQL whose last column is the number and whose others are the labels; asked at most once in ``seconds``."""

    name: str
    says: str
    labels: tuple[str, ...]
    sql: str
    seconds: int = 0

    def ask(self) -> Figure:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            rows = cursor.fetchall()
        return Figure(self.name, self.says, self.labels, tuple((row[:-1], row[-1] or 0) for row in rows))


# Of the database and of background work.
FIGURES = (
    Question("jobs", "Jobs by state.", ("state",), "SELECT status, count(*) FROM procrastinate_jobs GROUP BY 1"),
    Question(
        "oldest_job_seconds",
        "Since when the oldest job waits.",
        (),
        """SELECT extract(epoch FROM now() - min(e.at)) FROM procrastinate_events e
             JOIN procrastinate_jobs j ON j.id = e.job_id AND j.status = 'todo' WHERE e.type = 'deferred'
              AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())""",
    ),
    Question(
        "workers",
        "Workers that said within 10 s that they live.",
        (),
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 seconds'",
    ),
    Question(
        "worker_heartbeat_seconds",
        "Since when no worker said that it lives.",
        (),
        "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers",
    ),
    Question(
        "database_connections",
        "Connections to this database, by what they do.",
        ("state",),
        """SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity WHERE datname = current_database()
            GROUP BY 1""",
    ),
    Question("database_bytes", "Size of the database.", (), "SELECT pg_database_size(current_database())"),
)
