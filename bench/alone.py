"""Allocates one account in a process of its own, so that the memory it takes is its own.

``python -m bench.alone COMPANY_ID ACCOUNT_ID`` prints ``{"seconds": 1.2, "megabytes": 34.5}``: how long it took and
how far the process grew at most meanwhile.
"""

import json
import resource
import sys
import time

import django
import psutil

# What getrusage counts in: kilobytes, but bytes on macOS.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main(company_id: int, account_id: int) -> None:
    django.setup()
    from django.db import connection

    from subledger.platform.scope import company_scope
    from subledger.transactions.services.allocation import allocate_accounts

    with company_scope(company_id):
        connection.ensure_connection()
        before = psutil.Process().memory_info().rss
        started = time.perf_counter()
        allocate_accounts(account_ids=[account_id], actor="bench")
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
    print(json.dumps({"seconds": seconds, "megabytes": (peak - before) / 1e6}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
