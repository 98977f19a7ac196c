"""Carries out a payment run in a process of its own, so that the memory it takes is its own.

``python -m bench.payment_run_alone COMPANY_ID RUN_ID`` prints JSON of its work, from the first statement to everything
being recorded: ``seconds``, ``megabytes`` that it grew by, ``statements``, and the processor time of this process and
of its database backend together (``cpu``).
"""

import json
import resource
import sys
import time
from typing import Any

import django
import psutil

# What getrusage counts in: kilobytes, but bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main(company_id: int, run_id: int) -> None:
    django.setup()
    from django.db import connection

    from subledger.platform.scope import company_scope
    from subledger.runs.services import worker

    statements = 0

    def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    with company_scope(company_id), connection.execute_wrapper(counted):
        connection.ensure_connection()
        backend = psutil.Process(connection.connection.info.backend_pid)
        before = psutil.Process().memory_info().rss
        used = cpu(backend)
        started = time.perf_counter()
        worker.work(run_id)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
        used = cpu(backend) - used
    told = {"seconds": seconds, "megabytes": (peak - before) / 1e6, "statements": statements, "cpu": used}
    print(json.dumps(told))


def cpu(backend: psutil.Process) -> float:
    """Seconds of processor that this process and its backend have taken."""
    return sum(sum(process.cpu_times()[:2]) for process in (psutil.Process(), backend))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
