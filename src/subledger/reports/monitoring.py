"""Figures about the running of the books, for those who watch it: queues, workers, what waits and for how long.

Across companies, by company where one is concerned. Every figure is cheap but the balances of control accounts, which
are summed up at most once in ten minutes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from subledger.gateways.states import FINAL, UNPROCESSED
from subledger.platform.statements import sql_list

FINAL_STATES, UNPROCESSED_STATES = sql_list(FINAL), sql_list(UNPROCESSED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for each set of labels."""

    name: str
    says: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[Any, ...], Decimal | int | float], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """SQL whose last column is the number and whose others are the labels."""

    name: str
    says: str
    labels: tuple[str, ...]
    sql: str

    def ask(self) -> Figure:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            rows = cursor.fetchall()
        return Figure(self.name, self.says, self.labels, tuple((row[:-1], row[-1] or 0) for row in rows))


QUESTIONS = (
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
        "payment_requests_open",
        "Payment requests that are not at their end, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, r.state, count(*) FROM gateways_paymentrequest r JOIN companies_company c
               ON c.id = r.company_id WHERE r.state NOT IN {FINAL_STATES} GROUP BY 1, 2""",
    ),
    Question(
        "oldest_payment_request_seconds",
        "Age of the oldest payment request that is not at its end, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, r.state, extract(epoch FROM now() - min(r.created_at)) FROM gateways_paymentrequest r
             JOIN companies_company c ON c.id = r.company_id WHERE r.state NOT IN {FINAL_STATES}
            GROUP BY 1, 2""",
    ),
    Question(
        "gateway_events",
        "Events of gateways that wait or have failed, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, e.state, count(*) FROM gateways_inboxevent e JOIN gateways_provider p ON p.id = e.provider_id
             JOIN companies_company c ON c.id = p.company_id WHERE e.state IN {UNPROCESSED_STATES} GROUP BY 1, 2""",
    ),
    Question(
        "refused_deliveries_today",
        "Deliveries of gateways refused today, by company and reason.",
        ("company", "reason"),
        """SELECT c.code, d.reason, sum(d.count) FROM gateways_refuseddelivery d JOIN gateways_provider p
               ON p.id = d.provider_id JOIN companies_company c ON c.id = p.company_id
            WHERE d."on" = current_date GROUP BY 1, 2""",
    ),
    Question(
        "webhook_endpoints",
        "Webhook endpoints by company and state; failing: active, and what was sent last did not arrive.",
        ("company", "state"),
        """SELECT c.code, CASE WHEN e.state = 'active' AND e.failing_since IS NOT NULL THEN 'failing' ELSE e.state END,
                  count(*) FROM webhooks_webhookendpoint e JOIN companies_company c ON c.id = e.company_id
            WHERE e.state <> 'deleted' GROUP BY 1, 2""",
    ),
    Question(
        "webhook_deliveries_waiting",
        "Deliveries of webhooks that wait, by company.",
        ("company",),
        """SELECT c.code, count(*) FROM webhooks_webhookdelivery d JOIN companies_company c ON c.id = d.company_id
            WHERE d.state = 'pending' GROUP BY 1""",
    ),
    Question(
        "oldest_webhook_delivery_seconds",
        "Age of the oldest delivery of a webhook that waits, by company.",
        ("company",),
        """SELECT c.code, extract(epoch FROM now() - min(d.created_at)) FROM webhooks_webhookdelivery d
             JOIN companies_company c ON c.id = d.company_id WHERE d.state = 'pending' GROUP BY 1""",
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
LAST_CHECK = Question(
    "last_check_timestamp_seconds",
    "When `subledger check` last went through a company's books, in seconds since 1970.",
    ("company",),
    """SELECT c.code, extract(epoch FROM k.finished_at) FROM platform_lastcheck k
         JOIN companies_company c ON c.id = k.company_id ORDER BY 1""",
)
BREACHES = Question(
    "last_check_breaches",
    "Rows that broke an invariant when a company's books were checked last.",
    ("company",),
    """SELECT c.code, k.breaches FROM platform_lastcheck k JOIN companies_company c ON c.id = k.company_id
        ORDER BY 1""",
)
CONTROL_ACCOUNTS = Question(
    "control_account_minor_units",
    "Balance of the receivable and the suspense account, in minor units, by company and currency.",
    ("company", "account", "currency"),
    """WITH control AS (
           SELECT company_id, receivable_id AS id, 'receivable' AS role FROM transactions_transactiondefinition
           UNION SELECT company_id, suspense_id, 'suspense' FROM transactions_transactiondefinition)
       SELECT o.code, c.role, l.currency, sum(l.debit_minor - l.credit_minor)
         FROM control c JOIN companies_company o ON o.id = c.company_id
         JOIN journal_journalline l ON l.ledger_account_id = c.id GROUP BY 1, 2, 3""",
)
KEPT_SECONDS = 600
LONGEST_SECONDS = 10

_kept: tuple[float, Figure] | None = None
_lock = threading.Lock()


def figures() -> Iterator[Figure]:
    """Every figure, asked one after the other."""
    for question in (*QUESTIONS, LAST_CHECK, BREACHES):
        yield question.ask()
    yield _control_accounts()


def _control_accounts() -> Figure:
    global _kept
    with _lock:
        if _kept is None or _kept[0] < time.monotonic() - KEPT_SECONDS:
            _kept = (time.monotonic(), CONTROL_ACCOUNTS.ask())
        return _kept[1]
