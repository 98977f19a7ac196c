"""What `subledger check` proves of runs is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.runs.verbs import started

from subledger.reports.proof import prove
from subledger.runs.services import worker

pytestmark = pytest.mark.usefixtures("toys")

BREACHES = {
    "runs-counted": "UPDATE runs_runtally SET steps = steps + 1 WHERE outcome = 'succeeded'",
    "runs-ended": "UPDATE runs_runstep SET outcome = 'open' WHERE key = (SELECT min(key) FROM runs_runstep)",
    "runs-once": "UPDATE runs_runstep SET key = (SELECT min(key) FROM runs_runstep)",
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(name):
    run = started(to=5)
    worker.work(run.pk)
    assert [finding.invariant.name for finding in prove() if finding.broken] == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX run_step_key")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(BREACHES[name])
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert name in {finding.invariant.name for finding in prove() if finding.broken}
