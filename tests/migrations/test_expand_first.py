"""A server of the version before goes on beside a newer database: what a migration adds it need not fill, and what it
reads is there until a later release takes it away.

Asked of every migration after `FLOOR`; those up to it were made before there was a release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

from subledger.platform.rooms import installed

FLOOR = {
    "accounts": "0010_recurring", "attachments": "0001_initial", "catalog": "0006_names_by_language",
    "collecting": "0002_card_notices", "companies": "0011_numbering_changed", "desk": "0001_initial",
    "documents": "0006_closing_words", "dunning": "0006_how_to_pay", "gateways": "0026_barred_ways",
    "imports": "0007_receipts", "journal": "0009_daily_totals", "messages": "0010_suppressed_meanwhile",
    "people": "0002_reset_requests", "platform": "0011_listener_backlogs", "promises": "0001_initial",
    "retries": "0003_planned_on", "runs": "0005_step_indexes", "segments": "0001_initial",
    "stripe_client": "0001_initial", "transactions": "0035_names_by_language", "webhooks": "0003_life_of_endpoints",
}  # fmt: skip
TAKES_AWAY = (migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel)


def in_database(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Without what changes the state alone."""
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from in_database(one.database_operations)
        else:
            yield one


def refusals(operations: Iterable[Operation]) -> list[str]:
    found = []
    for one in in_database(operations):
        if isinstance(one, migrations.AddField):
            field, place = one.field, f"{one.model_name}.{one.name}"
            if not (field.many_to_many or field.null or field.db_default is not NOT_PROVIDED):
                found.append(f"{place}: an older server leaves it out; give it a db_default, or let it be null")
        if isinstance(one, TAKES_AWAY):
            found.append(
                f"{one.describe()}: an older server still reads it; take it from the state alone for a release"
            )
    return found


def test_new_migrations_expand_and_take_nothing_away():
    rooms = {room.name for room in installed()}
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    new = {key: one for key, one in disk.items() if key[0] in rooms and key[1] > FLOOR.get(key[0], "")}
    assert ("transactions", "0036_days_by_type") in new
    assert {key: said for key, one in new.items() if (said := refusals(one.operations))} == {}


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.AddField("account", "fax", models.TextField(default="")), "account.fax: an older server leaves it"),
        (migrations.RemoveField("account", "fax"), "an older server still reads it"),
        (migrations.RenameField("account", "fax", "telefax"), "an older server still reads it"),
        (
            migrations.SeparateDatabaseAndState([migrations.DeleteModel("Account")]),
            "Delete model Account: an older server still reads it",
        ),
    ],
)
def test_what_an_older_server_would_break_on_is_refused(operation, said):
    [refusal] = refusals([operation])
    assert said in refusal


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("account", "fax", models.TextField(db_default="")),
        migrations.AddField("account", "fax", models.TextField(null=True)),
        migrations.SeparateDatabaseAndState([], [migrations.RemoveField("account", "fax")]),
    ],
)
def test_what_it_does_not_mind_is_not(operation):
    assert refusals([operation]) == []
