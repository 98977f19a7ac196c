"""What `subledger check` came to is kept, and told by `status` and by the figures for Prometheus."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from tests.factories import NOW
from typer.testing import CliRunner

from subledger.cli import status_report
from subledger.cli.main import app
from subledger.platform import clock
from subledger.platform.checked import keep_check
from subledger.platform.invariants import Finding
from subledger.platform.models import LastCheck
from subledger.reports import proof
from subledger.reports.cli import proof as checking


@pytest.fixture(autouse=True)
def _books_are_open(monkeypatch) -> None:
    @contextmanager
    def open_already(**_: object):
        yield

    for command in (checking, status_report):
        monkeypatch.setattr(command, "books", open_already)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def status() -> dict[str, str]:
    _, output = run("status", "--format", "json")
    return {row["what"]: row["value"] for row in json.loads(output)}


def metric(name: str, company: object) -> str | None:
    told = Client().get("/metrics").content.decode().splitlines()
    begins = f'subledger_{name}{{company="{company.code}"}} '
    return next((line.removeprefix(begins) for line in told if line.startswith(begins)), None)


def test_before_the_first_check_there_is_none(company):
    assert f"last check, {company.code}" not in status()
    assert metric("last_check_breaches", company) is None


@pytest.mark.parametrize("format", ["table", "json"])
def test_the_last_check_is_kept_with_what_it_came_to(company, ledger, monkeypatch, format: str):
    ledger.invoice(10)
    assert run("check", "--company", company.code, "--format", format)[0] == 0
    kept = LastCheck.objects.get()
    assert (kept.company_id, kept.breaches, kept.finished_at) == (company.pk, 0, NOW)
    proved = list(proof.prove(everywhere=False))
    broken = [Finding(proved[0].invariant, 9, 2, ["a: b", "c: d"]), *proved[1:]]
    monkeypatch.setattr(proof, "prove", lambda everywhere: broken)
    with clock.frozen(NOW + timedelta(hours=1)):
        assert run("check", "--company", company.code, "--format", format)[0] == 1
    kept = LastCheck.objects.get()
    assert (kept.breaches, kept.finished_at) == (2, NOW + timedelta(hours=1))
    told = status()
    assert told[f"last check, {company.code}"] == "2026-05-20 13:30 UTC"
    assert told[f"last check breaches, {company.code}"] == "2"
    assert metric("last_check_breaches", company) == "2.0"
    assert float(metric("last_check_timestamp_seconds", company) or 0) == kept.finished_at.timestamp()


@pytest.mark.django_db(transaction=False)
def test_a_database_that_only_reads_is_checked_all_the_same(company):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before_reading", [])
        cursor.execute("SET TRANSACTION READ ONLY", [])
        keep_check(breaches=0)
        cursor.execute("ROLLBACK TO SAVEPOINT before_reading", [])
    assert not LastCheck.objects.exists()
