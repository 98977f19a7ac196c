"""Limits hold for all processes that serve together, as they do for the threads of one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from subledger.api_kit.limits import MINUTE, RateLimit
from subledger.api_kit.shared_limits import PROBED, SLOT, SLOTS, TABLE, SharedBuckets, shared_buckets

ASK = """
from subledger.api_kit.limits import RateLimit
limit = RateLimit(60, name="api")
print(sum(limit.seconds_to_wait("a key") == 0 for _ in range(50)))
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "limits"
    SharedBuckets.make(path)
    monkeypatch.setenv(TABLE, str(path))
    shared_buckets.cache_clear()
    yield path
    opened = shared_buckets()
    shared_buckets.cache_clear()
    if opened is not None:
        opened.close()


def test_three_processes_together_get_what_one_may(table):
    command = [sys.executable, "-c", ASK]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    let_in = [int(each.communicate(timeout=240)[0]) for each in started]
    assert 60 <= sum(let_in) <= 62, "sixty at once; one more for each second that the processes take"


def test_threads_of_a_process_do_not_overtake_each_other_at_the_table(table):
    limit = RateLimit(60, name="api", now=lambda: 10**12)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limit.seconds_to_wait("a key"), range(400)))
    assert waits.count(0) == 60


def test_limits_of_other_names_and_other_keys_are_their_own(table):
    api, logins = RateLimit(2, name="api", now=lambda: 10**12), RateLimit(2, name="logins", now=lambda: 10**12)
    assert [api.seconds_to_wait(1) for _ in range(3)] == [0, 0, 30]
    assert [logins.seconds_to_wait(1), api.seconds_to_wait(2)] == [0, 0]


def test_a_full_table_gives_up_the_bucket_that_is_paid_off_first(table):
    buckets, now = SharedBuckets(table), 10**12
    with table.open("r+b") as file:
        for slot in range(SLOTS):
            file.seek(slot * SLOT.size)
            file.write(SLOT.pack(2 * slot + 3, now + 1000 + slot % PROBED))
    assert buckets.later("new", now, 10, MINUTE) == now + 10
    assert buckets.later("new", now, 10, MINUTE) == now + 20
    buckets.close()
