"""Works off what is pending with a provider in a process of its own, so that what it uses is its own.

``python -m bench.collecting COMPANY_ID PROVIDER_ID FIRST`` prints JSON: ``seconds``, how many were ``sent`` and
``posted``, the processor time of this process (``cpu``) and of its database backend (``backend_cpu``), and its resident
memory in MB after the first so many requests and at the end (``rss``).
"""

import json
import resource
import sys
import time

import django
import psutil


def main(company_id: int, provider_id: int, first: int) -> None:
    django.setup()
    from django.db import connection

    from subledger.gateways.services.worker import work_off
    from subledger.platform.scope import company_scope

    with company_scope(company_id):
        connection.ensure_connection()
        backend = psutil.Process(connection.connection.info.backend_pid)
        me = psutil.Process()
        before, backend_before = cpu(), sum(backend.cpu_times()[:2])
        started = time.perf_counter()
        sent = posted = 0
        rss = []
        for limit in (first, None):
            worked = work_off(provider_id, limit=limit)
            sent, posted = sent + worked.sent, posted + worked.posted
            rss.append(me.memory_info().rss / 1e6)
        told = {
            "seconds": time.perf_counter() - started,
            "sent": sent,
            "posted": posted,
            "cpu": cpu() - before,
            "backend_cpu": sum(backend.cpu_times()[:2]) - backend_before,
            "rss": rss,
        }
    print(json.dumps(told))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
