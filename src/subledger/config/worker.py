"""Workers: processes that do background jobs. Any number of them, on any machine that reaches the database.

``work`` is one worker in this process; ``worker_beside`` keeps one in a process of its own while something else serves.
A worker that is asked to end finishes the batch in hand. One that is killed loses nothing: what it was doing stands in
the tables, and others do it again after a few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import django
import psycopg
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from subledger.platform import jobs

logger = logging.getLogger("subledger.worker")

JOBS_AT_ONCE = 4
# Workers hear of a job by NOTIFY; they look by themselves for those they did not hear of (a pooler in between).
LOOK_SECONDS = 1.0
# What the batch in hand may still take once a worker is to end; then the kernel ends it.
STOP_SECONDS = 20
# Before a worker, or its connection, is started again.
PAUSE_SECONDS = 2
ENDING = (signal.SIGINT, signal.SIGTERM)


def work(*, jobs_at_once: int = JOBS_AT_ONCE) -> None:
    """Do jobs until SIGTERM, Ctrl-C, or the death of the process that started this one as its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subledger.config.settings")
    django.setup()
    asyncio.run(_work(jobs_at_once))
    signal.alarm(0)


@contextmanager
def worker_beside() -> Iterator[None]:
    """One worker in a process of its own, for the length of a ``with`` block; another one whenever it dies."""
    ending = threading.Event()
    keeper = threading.Thread(target=_keep_one, args=[ending], name="keeper of the worker")
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep_one(ending: threading.Event) -> None:
    # Inherited by the worker: what comes before it can listen waits until it does.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    # Spawned, since a forked one would share our connections and locks.
    processes = multiprocessing.get_context("spawn")
    while not ending.is_set():
        process = processes.Process(target=work, name="worker", daemon=True)
        process.start()
        while process.is_alive() and not ending.wait(0.2):
            pass
        if ending.is_set():
            process.terminate()
            process.join(STOP_SECONDS + PAUSE_SECONDS)
            process.kill()
            process.join()
        elif process.exitcode == 0:  # it was told to end, with us or without: nothing is wrong
            ending.wait(PAUSE_SECONDS)
        else:
            logger.error("The worker ended by itself (%s). Another one is started.", process.exitcode)
            ending.wait(PAUSE_SECONDS)


async def _work(jobs_at_once: int) -> None:
    ending = _asked_to_end()
    while not ending.is_set():
        try:
            await _do_jobs(jobs_at_once, ending)
        except (ConnectorException, psycopg.Error) as error:
            logger.warning("The database does not answer: %s. Trying again.", error.__cause__ or error)
        if not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), PAUSE_SECONDS)


def _asked_to_end() -> asyncio.Event:
    """Set by a signal, or when the process that started this one is gone. A second Ctrl-C ends at once."""
    loop, ending = asyncio.get_running_loop(), asyncio.Event()
    starter = multiprocessing.parent_process()

    def end() -> None:
        if ending.is_set():
            return
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if starter:
            loop.remove_reader(starter.sentinel)
        signal.alarm(STOP_SECONDS)
        jobs.stop()
        ending.set()

    for each in ENDING:
        loop.add_signal_handler(each, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    if starter:
        loop.add_reader(starter.sentinel, end)
    return ending


async def _do_jobs(jobs_at_once: int, ending: asyncio.Event) -> None:
    """Do jobs until it is time to end, or something breaks."""
    broken = asyncio.Event()
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    with app.replace_connector(connector) as jobs_app:
        jobs_app.job_manager = _Finisher(connector, broken)
        async with jobs_app.open_async():
            worker = asyncio.create_task(
                jobs_app.run_worker_async(
                    concurrency=jobs_at_once,
                    fetch_job_polling_interval=LOOK_SECONDS,
                    update_heartbeat_interval=jobs.HEARTBEAT_SECONDS,
                    stalled_worker_timeout=jobs.SILENT_SECONDS,
                    delete_jobs="always",  # what was done stands in the tables of those who do it
                    install_signal_handlers=False,
                )
            )
            reasons = [asyncio.create_task(event.wait()) for event in (ending, broken)]
            await asyncio.wait({worker, *reasons}, return_when=asyncio.FIRST_COMPLETED)
            for reason in reasons:
                reason.cancel()
            worker.cancel()  # it lets the jobs in hand end
            with suppress(asyncio.CancelledError):
                await worker


class _Finisher(JobManager):
    """Has the worker start again, under a new name, when it could not say that a job is done.

    The job would count as being done for as long as the worker lives, and keep its like from being done.
    """

    def __init__(self, connector: PsycopgConnector, broken: asyncio.Event) -> None:
        super().__init__(connector)
        self.broken = broken

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as error:
            logger.warning("Could not say that %s is done: %s. Starting again.", job.task_name, error.__cause__)
            self.broken.set()
