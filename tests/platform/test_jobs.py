"""Jobs are heard of when a transaction commits, wait once, run one at a time, and outlive their worker."""

from __future__ import annotations

import logging
import threading

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic, set_rollback
from tests.factories import make_company
from tests.platform import sample_jobs

from subledger.platform import jobs
from subledger.platform.errors import SealedWithAnotherKey
from subledger.platform.events import Event
from subledger.platform.scope import NoCompanyScope, company_scope


@pytest.fixture
def company(committed_db):
    """A company of its own, in a database where nothing is to be done yet."""
    company = make_company()
    execute("DELETE FROM procrastinate_jobs")
    with company_scope(company.pk):
        yield company
    execute("DELETE FROM procrastinate_jobs")


def rows(columns: str = "task_name", where: str = "true") -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM procrastinate_jobs WHERE {where} ORDER BY id")
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


def execute(statement: str, *arguments) -> list:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


def run_job(name: str, **arguments) -> None:
    jobs.app.tasks[name](**arguments)


def test_a_job_is_heard_of_when_the_transaction_commits(company):
    with atomic():
        jobs.wake("sample_dawdle", ident=1, milliseconds=0)
        assert rows() == []
    assert rows("task_name, args") == [
        ("sample_dawdle", f'{{"ident": 1, "company_id": {company.pk}, "milliseconds": 0}}')
    ]


def test_a_rollback_wakes_nobody(company):
    with atomic():
        jobs.wake("sample_dawdle", ident=1, milliseconds=0)
        set_rollback(True)
    assert rows() == []


def test_of_the_same_job_one_waits_while_one_runs(company):
    for ident in (1, 1, 2, 1):
        jobs.wake("sample_fail", ident=ident)
    assert rows("args->>'ident'") == ["1", "2"]
    execute("UPDATE procrastinate_jobs SET status = 'doing'")
    jobs.wake("sample_fail", ident=1)
    assert rows("args->>'ident'", "status = 'todo'") == ["1"], "what runs may have looked too early"
    with pytest.raises(IntegrityError, match="procrastinate_jobs_lock"):
        execute("UPDATE procrastinate_jobs SET status = 'doing'")


def test_a_company_does_not_stand_in_for_another(company):
    other = make_company()
    for each in (company, other):
        with company_scope(each.pk):
            jobs.wake("sample_fail", ident=1)
    assert rows("(args->>'company_id')::bigint") == [company.pk, other.pk]


def test_a_wake_up_does_not_wait_for_one_that_is_not_committed(company):
    """Two who wake the same job inside long transactions never wait for each other."""
    done = threading.Event()

    def other():
        with company_scope(company.pk), atomic():
            jobs.wake("sample_fail", ident=1)
        connection.close()
        done.set()

    with atomic():
        jobs.wake("sample_fail", ident=1)
        thread = threading.Thread(target=other)
        thread.start()
        assert done.wait(10), "it waited"
    thread.join()
    assert len(rows()) == 1


def test_a_wake_up_that_fails_does_not_fail_what_was_committed(company, caplog):
    execute("ALTER TABLE procrastinate_jobs RENAME TO procrastinate_jobs_away")
    with atomic():
        jobs.wake("sample_fail", ident=1)
        sample_jobs.say("kept", 1)
    assert Event.objects.filter(type="sample.kept").count() == 1
    assert "procrastinate_jobs" in caplog.text
    execute("ALTER TABLE procrastinate_jobs_away RENAME TO procrastinate_jobs")


def test_only_declared_jobs_can_be_woken_and_only_for_a_company(company):
    with pytest.raises(KeyError, match="sample_daudle"):
        jobs.wake("sample_daudle", ident=1)
    with pytest.raises(TypeError, match="id"):
        jobs.wake("sample_fail", id=1)
    assert rows() == []


def test_nobody_is_woken_outside_a_company():
    with pytest.raises(NoCompanyScope):
        jobs.wake("sample_fail", ident=1)


def test_a_job_enters_its_company_and_says_what_it_did_in_one_line(company, caplog):
    with caplog.at_level(logging.INFO, "subledger.worker"):
        run_job("sample_dawdle", company_id=company.pk, ident=7, milliseconds=0)
    assert list(Event.objects.filter(object_id=7).values_list("type", flat=True)) == ["sample.begun", "sample.ended"]
    [line] = caplog.messages
    assert line.startswith(f"sample_dawdle company={company.pk} ident=7 milliseconds=0 done=1 in 0.")


def test_a_job_that_found_nothing_says_nothing(company, caplog):
    with caplog.at_level(logging.INFO, "subledger.worker"):
        assert jobs.rescue_stalled() == {"rescued": 0}
        run_job("rescue_stalled", timestamp=0)
    assert caplog.messages == []


def test_a_refusal_is_one_line_in_its_own_words(company, caplog):
    run_job("sample_refuse", company_id=company.pk, ident=7)
    assert caplog.messages == [f"sample_refuse company={company.pk} ident=7: {SealedWithAnotherKey()}"]
    assert caplog.records[0].exc_info is None


# -- what a worker that died was doing


def worker_row(seconds_ago: int) -> int:
    [[ident]] = execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
        seconds_ago,
    )
    return ident


def being_done(ident: int, worker: int | None) -> int:
    jobs.wake("sample_fail", ident=ident)
    [[job]] = execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE status = 'todo' RETURNING id", worker
    )
    return job


def test_the_job_of_a_worker_that_fell_silent_waits_again(company):
    being_done(1, worker_row(seconds_ago=jobs.SILENT_SECONDS + 1))
    being_done(2, None)  # its worker's row was removed
    being_done(3, worker_row(seconds_ago=0))
    assert jobs.rescue_stalled() == {"rescued": 2}
    assert sorted(rows("args->>'ident'", "status = 'todo'")) == ["1", "2"]
    assert rows("args->>'ident'", "status = 'doing'") == ["3"]
    assert jobs.rescue_stalled() == {"rescued": 0}


def test_a_stalled_job_whose_twin_waits_makes_way_for_it(company):
    being_done(1, None)
    jobs.wake("sample_fail", ident=1)
    assert jobs.rescue_stalled() == {"rescued": 1}
    assert rows("args->>'ident', status::text") == [("1", "todo")]


def test_a_job_that_a_living_worker_lost_hold_of_is_taken_up_in_the_end(company):
    job = being_done(1, worker_row(seconds_ago=0))
    execute("UPDATE procrastinate_events SET at = at - %s * interval '1 second'", jobs.LONGEST_JOB_SECONDS - 60)
    assert jobs.rescue_stalled() == {"rescued": 0}
    execute("UPDATE procrastinate_events SET at = at - interval '2 minutes' WHERE job_id = %s", job)
    assert jobs.rescue_stalled() == {"rescued": 1}
