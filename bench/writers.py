"""Several writers at once: processes with a connection each, started before the clock, counted when it ends."""

import multiprocessing
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from django.db import connection

Work = Callable[[], object]

WARM_UP = 20  # as the peers do: connections, plans and caches are not what is measured
PATIENCE_SECONDS = 120

# Forked processes keep the modules, the books in use and the company in scope, as a server's workers do.
forked = multiprocessing.get_context("fork")


def rate(work_of: Callable[[int], Work], *, writers: int, seconds: float) -> float:
    """How often a second ``writers`` processes together do their work, for ``seconds``.

    Args:
        work_of: gives writer 0, 1, … what it shall repeat; called in the writer's own process.

    Raises:
        RuntimeError: a writer failed; the message holds its traceback.
    """
    connection.close()  # no process may share another's
    together = forked.Barrier(writers)
    heard, processes = [], []
    for writer in range(writers):
        hears, tells = forked.Pipe(duplex=False)
        process = forked.Process(target=_write, args=(work_of, writer, together, seconds, tells), daemon=True)
        process.start()
        tells.close()
        heard.append(hears)
        processes.append(process)
    try:
        answers = [_answer(hears, seconds) for hears in heard]
    finally:
        for process in processes:
            process.join(PATIENCE_SECONDS)
    if failures := [answer for answer in answers if isinstance(answer, str)]:
        raise RuntimeError("\n".join(failures))
    return sum(answers)


def _answer(hears: Connection, seconds: float) -> float | str:
    """A writer's rate, or the traceback of what it ran into."""
    return hears.recv() if hears.poll(seconds + 2 * PATIENCE_SECONDS) else "A writer did not come to an end."


def _write(work_of: Callable[[int], Work], writer: int, together: Barrier, seconds: float, tells: Connection) -> None:
    try:
        work = work_of(writer)
        for _ in range(WARM_UP):
            work()
        together.wait(PATIENCE_SECONDS)
        count, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            work()
            count += 1
        tells.send(count / elapsed)
    except Exception:
        together.abort()  # let nobody wait for this one
        tells.send(traceback.format_exc())
