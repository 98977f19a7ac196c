"""A server of the version before goes on beside a newer database: what a migration adds it need not fill, and what it
reads is there until a later release takes it away.

Asked of every migration after `FLOOR`; those up to it were made before there was a release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
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
TAKES_AWAY = (
    migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip
READ_STILL = "an older server still reads it; take it from the state alone for a release"
TIGHTER = "what an older server writes may break it; let its guard come a release after what writes so"
SQL_TAKES_AWAY = re.compile(r"\b(DROP\s+(COLUMN|TABLE|VIEW|SEQUENCE)|RENAME)\b", re.IGNORECASE)
SQL_TIGHTENS = re.compile(r"\b(SET\s+NOT\s+NULL|ADD\s+CONSTRAINT|UNIQUE\s+INDEX|SET\s+DATA\s+TYPE)\b", re.IGNORECASE)
WIDENED = (["AutoField", "BigAutoField"], ["IntegerField", "BigIntegerField"], ["CharField", "TextField"])
# Migrations that tighten what is there, with why whatever the version before writes holds it already.
HELD_ALREADY: dict[tuple[str, str], str] = {
    ("collecting", "0003_ends_of_cards"): "it looks for a notice before it writes one, and leaves the end out",
}


def in_database(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Without what changes the state alone."""
    for one in operations:
        if isinstance(one, migrations.SeparateDatabaseAndState):
            yield from in_database(one.database_operations)
        else:
            yield one


def is_tighter(was: models.Field, now: models.Field) -> bool:
    """Whether a column takes less than it did."""
    shorter = now.max_length is not None and (was.max_length is None or now.max_length < was.max_length)
    types = [type(one).__name__ for one in (was, now)]
    return (
        (was.null and not now.null)
        or (now.unique and not was.unique)
        or shorter
        or not (types[0] == types[1] or types in WIDENED)
    )


def refusals(operations: Iterable[Operation], before: ProjectState | None = None, room: str = "") -> list[str]:
    """What of a migration a server that knows the state ``before`` breaks on. A table that comes with it is free."""
    found = []
    made: set[str] = set()
    for one in in_database(operations):
        place = f"{getattr(one, 'model_name', '')}.{getattr(one, 'name', '')}".lower()
        if isinstance(one, migrations.CreateModel):
            made.add(one.name_lower)
        if getattr(one, "model_name_lower", None) in made:
            continue
        if isinstance(one, migrations.AddField):
            field = one.field
            if not (field.many_to_many or field.null or field.db_default is not NOT_PROVIDED):
                found.append(f"{place}: an older server leaves it out; give it a db_default, or let it be null")
        if isinstance(one, migrations.AlterField) and before is not None:
            was = before.models[room, one.model_name_lower].fields.get(one.name)
            if was is not None and is_tighter(was, one.field):
                found.append(f"{place}: {TIGHTER}")
        if isinstance(one, migrations.AddConstraint):
            found.append(f"{one.describe()}: {TIGHTER}")
        if isinstance(one, TAKES_AWAY):
            found.append(f"{one.describe()}: {READ_STILL}")
        if isinstance(one, migrations.RunSQL):
            text = str(one.sql)
            found += [f"{said.group()}: {READ_STILL}" for said in SQL_TAKES_AWAY.finditer(text)]
            found += [f"{said.group()}: {TIGHTER}" for said in SQL_TIGHTENS.finditer(text)]
    return found


def test_new_migrations_expand_and_take_nothing_away():
    rooms = {room.name for room in installed()}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    new = {
        key: one for key, one in loader.disk_migrations.items() if key[0] in rooms and key[1] > FLOOR.get(key[0], "")
    }
    assert ("transactions", "0036_days_by_type") in new
    told = {
        key: said
        for key, one in new.items()
        if key not in HELD_ALREADY
        and (said := refusals(one.operations, loader.project_state([key], at_end=False), key[0]))
    }
    assert told == {}


@pytest.fixture(scope="module")
def before() -> ProjectState:
    """A table with a name of up to 60 letters and a number, that may be missing."""
    state = ProjectState()
    fields = [("name", models.CharField(max_length=60, null=True)), ("number", models.IntegerField(null=True))]
    migrations.CreateModel("Account", fields).state_forwards("toys", state)
    return state


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
        (migrations.AlterModelTable("account", "accounts"), "an older server still reads it"),
        (
            migrations.AlterField("account", "number", models.IntegerField()),
            "account.number: what an older server writes",
        ),
        (migrations.AlterField("account", "name", models.CharField(max_length=59, null=True)), "account.name: what an"),
        (
            migrations.AlterField("account", "number", models.IntegerField(null=True, unique=True)),
            "account.number: what",
        ),
        (migrations.AlterField("account", "number", models.DateField(null=True)), "account.number: what an older"),
        (
            migrations.AddConstraint("account", models.UniqueConstraint("name", name="name_once")),
            "name_once on model account: what an older server writes",
        ),
        (migrations.RunSQL("ALTER TABLE a DROP  column b"), "DROP  column: an older server still reads it"),
        (migrations.RunSQL(["ALTER TABLE a ALTER b SET NOT NULL"]), "SET NOT NULL: what an older server writes"),
        (migrations.RunSQL("CREATE UNIQUE INDEX a ON b (c)"), "UNIQUE INDEX: what an older server writes"),
    ],
)
def test_what_an_older_server_would_break_on_is_refused(operation, said, before):
    [refusal] = refusals([operation], before, "toys")
    assert said in refusal


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("account", "fax", models.TextField(db_default="")),
        migrations.AddField("account", "fax", models.TextField(null=True)),
        migrations.SeparateDatabaseAndState([], [migrations.RemoveField("account", "fax")]),
        migrations.AlterField("account", "number", models.BigIntegerField(null=True)),
        migrations.AlterField("account", "name", models.CharField(max_length=61, null=True)),
        migrations.AlterField("account", "name", models.TextField(null=True)),
    ],
)
def test_what_it_does_not_mind_is_not(operation, before):
    assert refusals([operation], before, "toys") == []


def test_a_table_that_comes_with_a_migration_is_as_tight_as_it_likes():
    guard = models.UniqueConstraint("name", name="name_once")
    made = migrations.CreateModel("Toy", [("name", models.TextField())])
    assert refusals([made, migrations.AddConstraint("toy", guard)], ProjectState(), "toys") == []
