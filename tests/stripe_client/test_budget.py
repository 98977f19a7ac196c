"""All who call one Stripe account together stay below its limit, and the urgent find room."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, connections

from stripe_sandbox.server import running_sandbox
from subledger.platform.statements import call
from subledger.stripe_client.budget import Budget, Priority, share_of
from subledger.stripe_client.errors import NotNow
from subledger.stripe_client.models import CallBudget
from subledger.stripe_client.wire import StripeAccount, Wire

pytestmark = pytest.mark.usefixtures("committed_db")

# A process as others are: it takes calls of the account as fast as it is let.
PROCESS = """
import sys, psycopg
address, account, share, calls = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with psycopg.connect(address, autocommit=True) as books:
    while calls:
        wait, = books.execute("SELECT stripe_call_wait_v1(%s, %s)", [account, share]).fetchone()
        if wait > 0:
            books.execute("SELECT pg_sleep(%s)", [wait])
            continue
        calls -= 1
"""
# Every change of the row, for the test alone: what was granted, and when.
KEEP = """
    CREATE TABLE granted (at timestamptz);
    CREATE FUNCTION keep_granted() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO granted VALUES (NEW.taken_at[cardinality(NEW.taken_at)]); RETURN NULL; END $$;
    CREATE TRIGGER keep_granted AFTER UPDATE ON stripe_client_callbudget FOR EACH ROW EXECUTE FUNCTION keep_granted();
"""
FORGET = "DROP FUNCTION keep_granted() CASCADE; DROP TABLE granted"


@pytest.fixture
def account() -> str:
    return f"test {uuid4()}"


@pytest.fixture
def granted(committed_db):
    """The instants of all calls granted since, in order."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP)
    try:

        def read() -> list[datetime]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT at FROM granted ORDER BY at")
                return [row[0] for row in cursor.fetchall()]

        yield read
    finally:
        with connection.cursor() as cursor:
            cursor.execute(FORGET)


def most_within_a_second(instants: list[datetime]) -> int:
    return max(sum(at - timedelta(seconds=1) < other <= at for other in instants) for at in instants)


def address() -> str:
    connection.ensure_connection()
    parameters = connections["default"].get_connection_params()
    known = {name: parameters[name] for name in ("dbname", "host", "port", "user", "password") if parameters.get(name)}
    return psycopg.conninfo.make_conninfo(**known)


@pytest.mark.wide
def test_two_processes_at_once_stay_within_the_limit_of_their_account(account, granted):
    limit, calls = 20, 50
    command = [sys.executable, "-c", PROCESS, address(), account, str(limit), str(calls)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=240) for process in processes] == [0, 0]
    assert len(granted()) == 2 * calls
    assert most_within_a_second(granted()) == limit


def test_what_is_less_urgent_stops_at_its_share(account, granted):
    waits = [call("stripe_call_wait_v1", account, share_of(10, Priority.BULK)) for _ in range(8)]
    assert [wait <= 0 for wait in waits] == [True] * 5 + [False] * 3
    assert all(wait <= 1 for wait in waits)
    waits = [call("stripe_call_wait_v1", account, share_of(10, Priority.WORK)) for _ in range(6)]
    assert [wait <= 0 for wait in waits] == [True] * 4 + [False] * 2
    waits = [call("stripe_call_wait_v1", account, share_of(10, Priority.INTERACTIVE)) for _ in range(3)]
    assert [wait <= 0 for wait in waits] == [True, False, False]


def test_accounts_do_not_wait_for_each_other(account):
    assert call("stripe_call_wait_v1", account, 1) == 0
    assert call("stripe_call_wait_v1", f"{account} other", 1) == 0
    assert 0 < call("stripe_call_wait_v1", account, 1) <= 1


def test_the_row_holds_the_last_second_and_no_more(account):
    CallBudget.objects.create(account=account, taken_at=[datetime.fromisoformat("2026-01-01T00:00:00Z")] * 50)
    assert call("stripe_call_wait_v1", account, 1) == 0
    assert len(CallBudget.objects.get(account=account).taken_at) == 1


def test_every_urgency_has_a_call_at_the_smallest_limit():
    assert [share_of(1, priority) for priority in Priority] == [1, 1, 1]


def test_a_wire_takes_every_call_from_the_budget_first(account, granted):
    async def call_it(url: str) -> None:
        wire = Wire(StripeAccount("sk_test_shop", "test", base_url=url, allows_private=True), budget=Budget(account, 5))
        try:
            await asyncio.gather(*(wire.get("customers", priority=Priority.INTERACTIVE) for _ in range(8)))
        finally:
            await wire.close()

    with running_sandbox() as running:
        asyncio.run(call_it(running.url))
        assert len(running.control("GET", "requests")) == 8
    assert len(granted()) == 8
    assert most_within_a_second(granted()) == 5


def test_a_call_that_finds_no_room_in_time_is_not_sent_and_says_so(account):
    async def call_it(url: str) -> None:
        budget = Budget(account, 1, longest_wait=0)
        wire = Wire(StripeAccount("sk_test_shop", "test", base_url=url, allows_private=True), budget=budget)
        try:
            await wire.get("customers")
            await wire.get("customers")
        finally:
            await wire.close()

    with running_sandbox() as running:
        with pytest.raises(NotNow, match="used up") as refused:
            asyncio.run(call_it(running.url))
        assert len(running.control("GET", "requests")) == 1
    assert (refused.value.code, refused.value.retry_after) == ("rate_limit", 1)
