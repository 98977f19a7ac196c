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
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED
from tests.migrations.sql_told import LEFT_OUT, READ_STILL, TIGHTER, told_of_sql

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
WIDENED = (["AutoField", "BigAutoField"], ["IntegerField", "BigIntegerField"], ["CharField", "TextField"])
# Migrations that tighten what is there, with why whatever the version before writes holds it already.
HELD_ALREADY: dict[tuple[str, str], str] = {
    ("dunning", "0009_claims_keep_their_plan"): "an older server leaves it out or names a plan, and plans stay",
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
        or (was.db_default is not NOT_PROVIDED and now.db_default is NOT_PROVIDED)  # who leaves it out relies on it
        or shorter
        or not (types[0] == types[1] or types in WIDENED)
        or (isinstance(was, models.DecimalField) and has_fewer_digits(was, now))
        or (isinstance(was, models.ForeignKey) and points_elsewhere(was, now))
    )


def has_fewer_digits(was: models.Field, now: models.Field) -> bool:
    """Before or behind the point."""
    return any(
        fewer < more
        for fewer, more in (
            (now.decimal_places, was.decimal_places),
            (now.max_digits - now.decimal_places, was.max_digits - was.decimal_places),
        )
    )


def points_elsewhere(was: models.Field, now: models.Field) -> bool:
    """To rows of another table, or to rows that have to be there by now."""
    return (now.db_constraint and not was.db_constraint) or str(was.remote_field.model) != str(now.remote_field.model)


def column_of(field: models.Field, name: str) -> str:
    return field.db_column or (f"{name}_id" if isinstance(field, models.ForeignKey) else name)


def sets_of(value: object) -> set[tuple[str, ...]]:
    return {tuple(one) for one in value or ()}  # type: ignore[attr-defined]


def refusals(operations: Iterable[Operation], before: ProjectState | None = None, room: str = "") -> list[str]:
    """What of a migration a server that knows the state ``before`` breaks on. A table that comes with it is free."""
    found = []
    made: set[str] = set()
    tables: set[str] = set()
    for one in in_database(operations):
        place = f"{getattr(one, 'model_name', '')}.{getattr(one, 'name', '')}".lower()
        if isinstance(one, migrations.CreateModel):
            made.add(one.name_lower)
            tables.add((one.options.get("db_table") or f"{room}_{one.name_lower}").lower())
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
            if was is not None and column_of(was, one.name) != column_of(one.field, one.name):
                found.append(f"{place}: {READ_STILL}")
        if isinstance(one, migrations.AlterUniqueTogether) and before is not None and one.name_lower not in made:
            was = before.models[room, one.name_lower].options.get("unique_together")
            if not sets_of(one.option_value) <= sets_of(was):
                found.append(f"{one.describe()}: {TIGHTER}")
        if isinstance(one, migrations.AddConstraint):
            found.append(f"{one.describe()}: {TIGHTER}")
        if isinstance(one, TAKES_AWAY):
            found.append(f"{one.describe()}: {READ_STILL}")
        if isinstance(one, migrations.RunSQL):
            statements = [one.sql] if isinstance(one.sql, str) else one.sql
            for said in statements:
                found += told_of_sql(said if isinstance(said, str) else said[0], tables)
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


FUNCTION = "CREATE OR REPLACE FUNCTION f() RETURNS trigger AS $$ BEGIN {does}; RETURN NULL; END $$ LANGUAGE plpgsql;"
CALLED = "CREATE OR REPLACE TRIGGER t AFTER INSERT ON a REFERENCING NEW TABLE AS n EXECUTE FUNCTION f();"


@pytest.fixture(scope="module")
def before() -> ProjectState:
    """A table with a name of up to 60 letters and a number, that may be missing."""
    state = ProjectState()
    fields = [
        ("name", models.CharField(max_length=60, null=True)),
        ("number", models.IntegerField(null=True)),
        ("rate", models.DecimalField(max_digits=10, decimal_places=4)),
        ("usual", models.TextField(null=True, db_default="")),
        ("parent", models.ForeignKey("toys.Account", models.PROTECT, null=True)),
    ]
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
        (migrations.RunSQL("ALTER TABLE a DROP  column b"), "DROP column b: an older server still reads it"),
        (
            migrations.RunSQL(["ALTER TABLE a ALTER b SET NOT NULL"]),
            "ALTER b SET NOT NULL: what an older server writes",
        ),
        (migrations.RunSQL("CREATE UNIQUE INDEX a ON b (c)"), "UNIQUE INDEX a ON b (c): what an older server"),
        (migrations.RunSQL("ALTER TABLE a ADD CHECK (b > 0)"), f"ADD CHECK (b > 0): {TIGHTER}"),
        (migrations.RunSQL([("ALTER TABLE a ADD UNIQUE (b, c)", None)]), f"ADD UNIQUE (b, c): {TIGHTER}"),
        (migrations.RunSQL("ALTER TABLE a ADD CONSTRAINT d CHECK (b > 0) NOT VALID"), TIGHTER),
        (migrations.RunSQL("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c"), TIGHTER),
        (migrations.RunSQL("ALTER TABLE a ADD EXCLUDE USING gist (b WITH &&)"), TIGHTER),
        (migrations.RunSQL("ALTER TABLE a DROP b"), f"DROP b: {READ_STILL}"),
        (migrations.RunSQL("ALTER TABLE a DROP IF EXISTS b CASCADE"), READ_STILL),
        (migrations.RunSQL('ALTER TABLE ONLY "a" ADD COLUMN b integer NOT NULL'), f"b integer NOT NULL: {LEFT_OUT}"),
        (migrations.RunSQL("ALTER TABLE a ADD c text, ADD b integer NOT NULL"), f"ADD b integer NOT NULL: {LEFT_OUT}"),
        (migrations.RunSQL("ALTER TABLE a ALTER b TYPE varchar(3)"), f"ALTER b TYPE varchar(3): {TIGHTER}"),
        (migrations.RunSQL("ALTER TABLE a ALTER COLUMN b SET DATA TYPE text"), TIGHTER),
        (migrations.RunSQL("ALTER TABLE a ALTER b DROP DEFAULT"), TIGHTER),
        (migrations.RunSQL("ALTER TABLE a RENAME b TO c"), READ_STILL),
        (migrations.RunSQL("ALTER SEQUENCE a RENAME TO c"), READ_STILL),
        (migrations.RunSQL("DROP MATERIALIZED VIEW a"), READ_STILL),
        (
            migrations.RunSQL("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION elsewhere()"),
            f"trigger t: {TIGHTER}",
        ),
        (migrations.RunSQL(f"{FUNCTION.format(does='RAISE  EXCEPTION $x$no$x$')} {CALLED}"), f"trigger t: {TIGHTER}"),
        (migrations.AlterUniqueTogether("account", {("name", "number")}), f"(1 constraint(s)): {TIGHTER}"),
        (
            migrations.AlterField("account", "number", models.IntegerField(null=True, db_column="digits")),
            f"account.number: {READ_STILL}",
        ),
        (
            migrations.AlterField("account", "rate", models.DecimalField(max_digits=9, decimal_places=4)),
            f"account.rate: {TIGHTER}",
        ),
        (
            migrations.AlterField("account", "rate", models.DecimalField(max_digits=10, decimal_places=5)),
            f"account.rate: {TIGHTER}",
        ),
        (migrations.AlterField("account", "usual", models.TextField(null=True)), f"account.usual: {TIGHTER}"),
        (
            migrations.AlterField("account", "parent", models.ForeignKey("toys.Other", models.PROTECT, null=True)),
            f"account.parent: {TIGHTER}",
        ),
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
        migrations.AlterField("account", "name", models.CharField(max_length=60, null=True, db_column="name")),
        migrations.AlterField("account", "rate", models.DecimalField(max_digits=12, decimal_places=5)),
        migrations.AlterField("account", "usual", models.TextField(null=True, db_default="-")),
        migrations.AlterUniqueTogether("account", set()),
        migrations.RunSQL("ALTER TABLE a ADD COLUMN b integer NOT NULL DEFAULT 0, ADD c text CHECK (c <> '')"),
        migrations.RunSQL("ALTER TABLE a ADD b bigint GENERATED ALWAYS AS IDENTITY NOT NULL"),
        migrations.RunSQL("ALTER TABLE a DROP CONSTRAINT b, ALTER c DROP NOT NULL, ALTER d SET DEFAULT 0"),
        migrations.RunSQL("ALTER TABLE a VALIDATE CONSTRAINT b; -- DROP TABLE c; ALTER TABLE a DROP b"),
        migrations.RunSQL(f"{FUNCTION.format(does='DROP TABLE c')} {CALLED}"),
        migrations.RunSQL("CREATE TABLE a (b integer NOT NULL); ALTER TABLE a ADD CHECK (b > 0)"),
        migrations.RunSQL("CREATE INDEX CONCURRENTLY a ON b (c)"),
        migrations.RunSQL("UPDATE a SET b = 'ALTER TABLE a DROP b; DROP TABLE a'"),
    ],
)
def test_what_it_does_not_mind_is_not(operation, before):
    assert refusals([operation], before, "toys") == []


def test_a_table_that_comes_with_a_migration_is_as_tight_as_it_likes():
    guard = models.UniqueConstraint("name", name="name_once")
    made = migrations.CreateModel("Toy", [("name", models.TextField())])
    more = [
        migrations.AddConstraint("toy", guard),
        migrations.AlterUniqueTogether("toy", {("name",)}),
        migrations.RunSQL("ALTER TABLE toys_toy ADD CHECK (name <> ''), ADD b integer NOT NULL"),
        migrations.RunSQL("CREATE UNIQUE INDEX one ON toys_toy (name)"),
        migrations.RunSQL("CREATE TRIGGER t BEFORE UPDATE ON toys_toy FOR EACH ROW EXECUTE FUNCTION elsewhere()"),
    ]
    assert refusals([made, *more], ProjectState(), "toys") == []
