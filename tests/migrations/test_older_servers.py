"""A server of an earlier version reads and posts through the functions of its time, in the database of today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from tests.factories import Ledger

from subledger.platform import statements
from subledger.platform.models import Event, NumberSeries
from subledger.platform.rooms import installed
from subledger.platform.sql_versions import made_by, present
from subledger.reports.proof import prove
from subledger.transactions.errors import ConcurrentChange
from subledger.transactions.models import Transaction
from subledger.transactions.rules.orders import Post
from subledger.transactions.services import actions, posting, readings
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

READ, OPEN_ITEMS, WRITE = "posting_read", "posting_open_items", "posting_write"


class Server(NamedTuple):
    """The versions of posting's functions that a server called: what is read and open came and went together."""

    read: int
    write: int


# Every pair that ever stood in the program.
SERVERS = [
    Server(1, 1), Server(2, 2), Server(2, 3), Server(2, 4), Server(2, 5), Server(3, 6), Server(4, 6), Server(5, 6),
    Server(5, 7), Server(5, 8), Server(5, 9), Server(5, 10),
]  # fmt: skip
# What those functions call, and no server by itself.
WITHIN = {"open_items_needed_v1", "open_items_needed_v2", "series_number", "numbers_take_v1"}


def named(function: str, version: int) -> str:
    return function if version == 1 else f"{function}_v{version}"


def of_today(function: str) -> int:
    [version] = [
        int(found[1])
        for step in present("transactions").versions
        for _, name in made_by(str(step.sql))
        if (found := re.fullmatch(rf"{function}_v(\d+)", name))
    ]
    return version


class Calls:
    """What the program of today sends and expects, as a server of before sent and expected it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.made: set[str] = set()

    def call(self, function: str, *arguments: Any) -> Any:
        [of] = [each for each in (READ, OPEN_ITEMS) if function == named(each, of_today(each))]
        return self._send(named(of, self.server.read), *arguments)

    def call_last(self, function: str, *arguments: Any, before: Any = None) -> Any:
        assert (function, before) == (named(WRITE, of_today(WRITE)), None)
        company, at, actor, request, *rows = arguments
        entries, lines, events, settlements, items, copies, counters, new, drafts, *others = rows
        version = self.server.write
        said = [company, at, actor]
        said += [request] if version >= 6 else []
        said += [entries, lines, events]
        said += [settlements] if version >= 7 else []
        if version >= 10:
            return self._send(named(WRITE, version), *said, items, copies, counters, new, drafts, *others)
        series = statements.Json([[series_of(counter), many] for counter, many in counters.obj]) if counters else None
        said += [items, copies, series, _by_series(new), _by_series(drafts), *others]
        taken = self._send(named(WRITE, version), *said)
        return [[series, first] for series, first, _prefix, _digits in taken or ()]

    def _send(self, function: str, *arguments: Any) -> Any:
        self.made.add(function)
        return statements.call(function, *arguments)


def _by_series(rows: statements.Json | None) -> statements.Json | None:
    """A server of before numbered documents by their series; what it did not know, it did not say."""
    if rows is None:
        return None
    unknown = {"counter", "number_as", "digits"}
    return statements.Json(
        [
            {"series": series_of(row["counter"]), **{name: row[name] for name in row.keys() - unknown}}
            for row in rows.obj
        ]
    )


def series_of(counter: str) -> str:
    return counter.partition(" ")[0]


def superseded() -> Iterator[str]:
    """Functions of earlier versions that somebody may call by name; triggers call theirs themselves."""
    for room in installed():
        for step in present(room.name).superseded:
            if "RETURNS trigger" not in str(step.sql):
                yield from (name for kind, name in made_by(str(step.sql)) if kind == "FUNCTION")


def test_every_superseded_function_is_called_by_one_of_these_servers():
    by_servers = {
        named(function, version)
        for server in SERVERS
        for function, version in ((READ, server.read), (OPEN_ITEMS, server.read), (WRITE, server.write))
    }
    assert set(superseded()) <= by_servers | WITHIN


@pytest.fixture
def calls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls(request.param)
    monkeypatch.setattr(readings, "call", calls.call)
    monkeypatch.setattr(posting, "call_last", calls.call_last)
    return calls


def broken() -> list[str]:
    return [f"{finding.invariant.name}: {finding.rows}" for finding in prove() if finding.broken]


@pytest.mark.parametrize("calls", SERVERS, ids=lambda one: f"read v{one.read}, write v{one.write}", indirect=True)
def test_an_older_server_posts_in_the_database_of_today(ledger: Ledger, calls: Calls):
    first, second = ledger.invoice(100, tax=19), ledger.invoice(50)
    ledger.payment(130)
    assert (ledger.unsettled(first), ledger.unsettled(second)) == (0, 39)
    ledger.credit_note(9, to=[second])
    assert ledger.unsettled(second) == 30
    ledger.cancel(first)  # its items are copied, its allocation is released and goes to the other
    assert ledger.unsettled(second) == 0
    ledger.refund(89)
    ledger.write_off(ledger.invoice(200))
    drafts = save_drafts(new=[ledger.new(C.INVOICE, 20), ledger.new(C.PAYMENT, 20)], actor="test")
    actions.post_drafts(drafts=[Post(draft_id=draft.pk) for draft in drafts], actor="test")
    assert ledger.balance() == 0
    assert broken() == []
    posted = Transaction.objects.filter(account=ledger.account, number__isnull=False)
    assert set(Event.objects.filter(object_id__in=posted.values("pk")).values_list("actor", flat=True)) == {"test"}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert calls.made >= {named(READ, calls.server.read), named(WRITE, calls.server.write)}


@pytest.mark.parametrize("calls", [SERVERS[0]], indirect=True)
def test_an_older_server_refuses_to_post_where_it_cannot_say_the_number(ledger: Ledger, calls: Calls):
    yearly = {"format": "P{year}-{number:5}", "restarts": "year", "prefix": None, "digits": None}
    NumberSeries.objects.filter(code="payment").update(**yearly)
    with pytest.raises(ConcurrentChange) as refused:  # as it took what the database refuses
        ledger.payment(10)
    assert refused.value.__cause__.__cause__.diag.constraint_name == "transaction_posted_has_number_and_day"  # type: ignore[union-attr]
    assert not Transaction.objects.exists()
