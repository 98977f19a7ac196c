"""Background work: functions that workers do, and the way to wake them.

A room declares its jobs in its ``jobs.py``; services wake one by name and know nothing of workers. A job carries ids
and nothing else: what there is to do stands in the room's own tables, so a job that is lost, or done twice, changes
nothing. A wake-up only makes it soon; a sweep finds what nobody was woken for.

Jobs are rows of the same PostgreSQL (procrastinate). Of a job with the same arguments at most one waits and one runs.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import TypeVar

from django.db import connection
from django.db.transaction import on_commit
from procrastinate.contrib.django import app

from subledger.kernel.errors import DomainError

from .outages import PASSING
from .scope import company_scope, current_company_id

logger = logging.getLogger("subledger.worker")

Counts = Mapping[str, int]
Work = TypeVar("Work", bound=Callable[..., Counts])

# A worker says that it lives; what one that fell silent was doing is done by others. Both ways round is safe, so the
# second is short: a worker that was only asleep does its work again for nothing.
HEARTBEAT_SECONDS = 2
SILENT_SECONDS = 10
# A batch is over long before. Should a worker live and yet have lost hold of a job, others take it up after this.
LONGEST_JOB_SECONDS = 30 * 60
# Of one sweep of stored answers: 40,000 a minute, where a busy company writes 100,000 keys a day.
BATCHES_OF_ANSWERS = 20

# After the commit, and skipped where one waits already. Inside the transaction it would be worth nothing: the job that
# waits may be taken and done before what it is to find is committed.
WAKE = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
    VALUES ('default', %s, %s, %s, %s::jsonb)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""
RESCUE = """
    WITH stalled AS (
        DELETE FROM procrastinate_jobs job
         WHERE status = 'doing'
           AND (NOT EXISTS (SELECT FROM procrastinate_workers worker
                             WHERE worker.id = job.worker_id
                               AND last_heartbeat > now() - %s * interval '1 second')
             OR NOT EXISTS (SELECT FROM procrastinate_events event
                             WHERE event.job_id = job.id AND event.type = 'started'
                               AND event.at > now() - %s * interval '1 second'))
        RETURNING queue_name, task_name, lock, queueing_lock, args
    ), again AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) SELECT * FROM stalled
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    )
    SELECT count(*) FROM stalled
"""


def job(work: Work) -> Work:
    """Have workers do ``work`` for one company, in its scope, with the arguments it is woken with.

    It returns counts of what it did, for the log. What it raises is logged, and the next sweep has it done again.
    """

    @wraps(work)
    def run(*, company_id: int, **arguments: int) -> None:
        with company_scope(company_id):
            _do(work, {"company": company_id, **arguments}, arguments)

    app.task(name=work.__name__)(run)
    return work


def sweep(*, seconds: int) -> Callable[[Work], Work]:
    """Have some worker do ``work`` again and again, in no company's scope: it wakes what nobody was woken for."""

    def declare(work: Work) -> Work:
        @wraps(work)
        def run(timestamp: int) -> None:
            _do(work, {}, {})

        # No lock: a sweep that died with its worker must not hold up the one that would notice.
        task = app.task(name=work.__name__, queueing_lock=work.__name__)(run)
        app.periodic(cron=f"* * * * * */{seconds}")(task)
        return work

    return declare


@contextmanager
def of_company(company_id: int, **about: int) -> Iterator[None]:
    """What a sweep does of one company, in its scope: where it fails, that is logged, and others have their turn."""
    try:
        with company_scope(company_id):
            yield
    except PASSING:
        raise
    except Exception:
        said = " ".join(f"{name}={value}" for name, value in about.items())
        logger.exception("a sweep left out company=%s %s", company_id, said)


def wake(name: str, **arguments: int) -> None:
    """Have a job of the company in scope done soon, by any worker.

    It is heard when the caller's transaction commits, and never if that rolls back. A caller is never refused for it.

    Raises:
        KeyError: no room declares a job of that name. TypeError: it takes other arguments.
    """
    signature(app.tasks[name].func).bind(**arguments)
    scoped = {"company_id": current_company_id(), **arguments}
    key = " ".join([name, *(f"{argument}={value}" for argument, value in sorted(scoped.items()))])

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute(WAKE, [name, key, key, json.dumps(scoped)])

    on_commit(insert, robust=True)


@sweep(seconds=5)
def rescue_stalled() -> Counts:
    """Jobs whose worker was killed, or has fallen silent, wait again."""
    with connection.cursor() as cursor:
        cursor.execute(RESCUE, [SILENT_SECONDS, LONGEST_JOB_SECONDS])
        return {"rescued": cursor.fetchone()[0]}


@sweep(seconds=30)
def sweep_stored_answers() -> Counts:
    """Answers under an Idempotency-Key that are kept no longer: in batches, each a transaction of its own."""
    from .idempotency import SWEPT_AT_ONCE, sweep_answers  # a table: a worker imports this file before Django is set up

    swept = 0
    for _ in range(BATCHES_OF_ANSWERS):
        batch = sweep_answers()
        swept += batch
        if batch < SWEPT_AT_ONCE or is_stopping():
            break
    return {"answers": swept}


def stop() -> None:
    """This process is to end: see `is_stopping`."""
    _stopping.set()


def is_stopping() -> bool:
    """Whether a job that has more to do should leave it to another worker after the batch in hand."""
    return _stopping.is_set()


_stopping = threading.Event()


def _do(work: Callable[..., Counts], about: Mapping[str, int], arguments: Mapping[str, int]) -> None:
    """Do it and say so in one line, unless there was nothing to do. A refusal is said in its own words."""
    began = time.monotonic()
    said = " ".join([work.__name__, *(f"{name}={value}" for name, value in about.items())])
    try:
        counts = work(**arguments)
    except DomainError as refusal:
        logger.error("%s: %s", said, refusal)
        return
    did = " ".join(f"{name}={value}" for name, value in counts.items())
    level = logging.INFO if any(counts.values()) else logging.DEBUG
    logger.log(level, "%s %s in %.2f s", said, did, time.monotonic() - began)
