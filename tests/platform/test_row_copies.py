"""Many rows are copied in, and are what an INSERT would make of them; ids of one statement are ids like others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from tests.factories import Ledger

from subledger.dunning.models import DunningLevel, DunningRecord
from subledger.messages.models import Message
from subledger.messages.states import MessageState
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.row_copies import FEWEST
from subledger.platform.scope import RecordQuerySet, current_company_id
from subledger.platform.statements import FRESH_ID, ID_BASE, fresh_ids

pytestmark = pytest.mark.django_db

AWKWARD = 'a\tb\\n "c"\nŻółć {1,2} \\N €'


def messages(mark: str, count: int) -> list[Message]:
    """Rows with every kind of column: lists, JSON, states, moments, nothing, and what the database gives by itself."""
    at = clock.now()
    return [
        Message(
            company_id=current_company_id(), kind="invoice", key=f"{mark}{n}", language="en", recipient="a@example.com",
            subject=AWKWARD, body=AWKWARD, state=MessageState.SENT, concerns=[1, n] if n % 2 else [], about="",
            sentences={"said": [AWKWARD, None, 1.5, True]}, level=n, touched_at=at, created_at=at, created_by="test",
        )
        for n in range(count)
    ]  # fmt: skip


def kept(mark: str) -> list[dict[str, Any]]:
    rows = Message.objects.filter(key__startswith=mark).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in ("id", "key")} for row in rows]


def test_copied_rows_are_those_that_an_insert_makes(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    with clock.frozen(clock.now()):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            copied = Message.objects.bulk_create(messages("copied ", FEWEST))
        assert not [query for query in seen if "INSERT" in query["sql"]]
        with monkeypatch.context() as patch:
            patch.setattr("subledger.platform.scope.FEWEST", FEWEST * 2)
            Message.objects.bulk_create(messages("inserted ", FEWEST))
    assert kept("copied ") == kept("inserted ")
    assert [row.pk for row in copied] == sorted(
        Message.objects.filter(key__startswith="copied").values_list("pk", flat=True)
    )
    assert (copied[0]._state.adding, copied[0].body) == (False, AWKWARD)


def test_what_the_database_gives_by_itself_is_read_when_it_is_asked_for(ledger: Ledger):
    fact = {
        "company_id": current_company_id(),
        "at": clock.now(),
        "actor": "test",
        "type": "toy.done",
        "object_type": "toy",
    }
    made = Event.objects.bulk_create(Event(object_id=n, data={"n": n}, request_id="r", **fact) for n in range(FEWEST))
    read = Event.objects.get(pk=made[3].pk)
    assert (made[3].recorded_in, read.recorded_in is None) == (read.recorded_in, False)
    assert (read.data, read.request_id) == ({"n": 3}, "r")


def test_what_a_copy_cannot_say_is_inserted(ledger: Ledger):
    rows = messages("mixed ", FEWEST)
    rows[0].warnings = "one alone says this, the database all others"
    Message.objects.bulk_create(rows)
    assert sorted(set(Message.objects.values_list("warnings", flat=True))) == ["", rows[0].warnings]
    rows = messages("counted ", FEWEST)
    rows[-1].tries = F("level") * 0
    with pytest.raises(Exception, match="level"):  # as Django says of an expression over columns
        Message.objects.bulk_create(rows)


def test_a_constraint_is_refused_by_its_name_and_keeps_nothing(ledger: Ledger):
    level = DunningLevel.objects.filter(plan__code="standard").first()
    assert level is not None
    said = {
        "company_id": current_company_id(), "document_kind": "invoice", "document_number": "1", "level": level,
        "account": ledger.account, "level_name": "", "level_number": 1, "days": 3, "due_on": date(2026, 1, 1),
        "recorded_on": date(2026, 1, 4), "open_minor": 1, "currency": "eur", "created_at": clock.now(), "why": "",
    }  # fmt: skip
    rows = [DunningRecord(document_id=n, outcome="silent", **said) for n in range(1, FEWEST)]
    twice = DunningRecord(document_id=1, outcome="silent", **said)
    with pytest.raises(IntegrityError) as refused, atomic():
        DunningRecord.objects.bulk_create([*rows, twice])
    assert refused.value.__cause__.diag.constraint_name == "dunning_record_once"
    assert not DunningRecord.objects.exists()


def test_few_rows_and_those_with_a_choice_are_inserted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("subledger.platform.scope.copy_in", lambda *_args, **_options: pytest.fail("copied"))
    assert isinstance(Message.objects.all(), RecordQuerySet)
    Message.objects.bulk_create(messages("few ", FEWEST - 1))
    Message.objects.bulk_create(messages("few ", FEWEST), ignore_conflicts=True)
    assert Message.objects.count() == FEWEST


def test_ids_of_one_statement_are_ids_like_others(db: None):
    [before] = fresh_ids(1)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {ID_BASE} SELECT {FRESH_ID} FROM generate_series(1, 5000)")
        made = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT last_value FROM id_sequence")
        [taken] = cursor.fetchone()
    assert made == sorted(set(made)), "each once, in order"
    assert before < made[0]
    assert made[-1] & 2097151 == taken & 2097151, "no other that takes from the sequence can come to the same"
    # The sequence may end within a statement: ids go on above.
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('id_sequence', ((%s >> 21) + 1) * 2097152 - 10)", [taken])
        cursor.execute(f"WITH {ID_BASE} SELECT {FRESH_ID} FROM generate_series(1, 100)")
        over = [row[0] for row in cursor.fetchall()]
    assert over == sorted(set(over))
