"""The SQL that stands in a room's `sql` folder is what the database holds, and a version never changes."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import NOW, Ledger, make_company, refused_by
from tests.migrations.filled_books import facts, fill_rooms, rooms_without_tables
from tests.migrations.record import FILES, KEPT, digests

from subledger.companies.models import Role
from subledger.companies.permissions import granted
from subledger.journal.models import JournalLine
from subledger.platform import clock, sql_versions
from subledger.platform.models import NumberSeries
from subledger.platform.rooms import installed
from subledger.platform.scope import company_scope
from subledger.platform.sql_versions import Present, drops, installs, made_by, present, text_of
from subledger.reports.proof import prove
from subledger.transactions.models import OpenItem, Transaction

OURS = [config.label for config in apps.get_app_configs() if config.name.startswith("subledger.")]
FUNCTIONS = """
    SELECT proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
      FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%'
"""
TRIGGERS = """
    SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'procrastinate%'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass || ' ' || contype::text || ' ' || CASE WHEN contype IN ('c', 'x') THEN conname ELSE '' END
               || pg_get_constraintdef(oid), count(*)::text
      FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text ~ %s AND contype <> 'n'
     GROUP BY 1
"""
INDEXES = """
    SELECT regexp_replace(indexdef, 'INDEX \\S+_[0-9a-f]{8}(_\\S+)? ON', 'INDEX … ON'), count(*)::text
      FROM pg_indexes WHERE schemaname = 'public' AND tablename ~ %s GROUP BY 1
"""


def held(query: str) -> dict[str, str]:
    ours = "^(" + "|".join(OURS) + ")_"
    with connection.cursor() as cursor:
        cursor.execute(query, [ours] if "%s" in query else None)
        return dict(cursor.fetchall())


def everything() -> dict[str, dict[str, str]]:
    return {query: held(query) for query in (FUNCTIONS, TRIGGERS, CONSTRAINTS, INDEXES)}


@contextmanager
def empty_database() -> Iterator[None]:
    settings = connection.settings_dict
    tests_own, name = settings["NAME"], f"from_sql_{uuid.uuid4().hex[:12]}"
    connection.close()
    server = psycopg.connect(
        autocommit=True, host=settings["HOST"], user=settings["USER"], password=settings["PASSWORD"] or None,
        port=settings["PORT"] or None, dbname="postgres",
    )  # fmt: skip
    with server:
        server.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        settings["NAME"] = name
        try:
            yield
        finally:
            connection.close()
            settings["NAME"] = tests_own
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def build_without_our_migrations() -> None:
    """Tables as the models say, and everything else as the `sql` folders say."""
    others = sorted({config.label for config in apps.get_app_configs()} - set(OURS))
    for label in others:
        if Path(apps.get_app_config(label).path, "migrations").is_dir():
            call_command("migrate", label, interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        for version in present("platform").versions:  # tables number their rows by it
            cursor.execute(str(version.sql))
    with connection.schema_editor() as editor:
        for label in OURS:
            for model in apps.get_app_config(label).get_models():
                editor.create_model(model)
    with connection.cursor() as cursor:
        for label in OURS:
            if script := present(label).text():
                cursor.execute(script)


def test_the_sql_folders_alone_build_what_the_migrations_build(scratch_db: None):
    by_migrations = everything()
    assert by_migrations[FUNCTIONS]
    assert by_migrations[TRIGGERS]
    with empty_database():
        build_without_our_migrations()
        alone = everything()
    for query, expected in by_migrations.items():
        found = alone[query]
        assert found.keys() == expected.keys()
        assert {name for name in found if found[name] != expected[name]} == set()


@pytest.mark.wide
def test_a_trigger_left_out_of_the_folders_is_found(scratch_db: None):
    with empty_database():
        build_without_our_migrations()
        complete = everything()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER item_stays ON transactions_transactionitem")
        assert everything() != complete


def test_a_version_never_changes():
    """Append what is new by `python -m tests.migrations.record`; a digest that differs is a changed past."""
    kept = json.loads(KEPT.read_text())
    assert digests() == kept


def test_every_version_makes_something_of_its_name_and_every_present_one_has_a_file():
    for path in FILES:
        name, version = re.fullmatch(r"(\w+)_v(\d+)", path.stem).groups()  # type: ignore[union-attr]
        made = {made for _, made in made_by(path.read_text())}
        assert made, path
        if path.stem != "provider_once_v1":  # three indexes of one purpose
            assert made & {name, path.stem}, path
    for label in OURS:
        assert present(label).text() or not (sql_versions.ROOMS / label / "sql").exists(), label


def test_check_knows_every_trigger_that_there_is(scratch_db: None):
    declared = {f"{guard.table} {guard.trigger}" for room in installed() for guard in room.guards}
    assert declared == held(TRIGGERS).keys()


def test_what_a_database_holds_is_named_once():
    step = installs("platform", "events_write_v1")
    with pytest.raises(ValueError, match="stands twice"):
        Present(versions=(step,), superseded=(step,))


def test_no_trigger_calls_a_superseded_version(scratch_db: None):
    superseded = {
        name
        for label in OURS
        for step in present(label).superseded
        for kind, name in made_by(str(step.sql))
        if kind == "FUNCTION"
    }
    assert superseded
    called = {re.search(r"(\w+)\(\S*\)$", definition).group(1) for definition in held(TRIGGERS).values()}  # type: ignore[union-attr]
    assert called & superseded == set()


@pytest.mark.wide
def test_going_back_takes_what_a_version_made_and_gives_its_predecessor_its_triggers(scratch_db: None):
    step = installs("transactions", "transaction_arrived_v6", instead_of="transaction_arrived_v5")
    before = everything()
    for trigger in ("transaction_inserted", "transaction_updated"):
        assert before[TRIGGERS][f"transactions_transaction {trigger}"].endswith("transaction_arrived_v6()")
    with connection.cursor() as cursor:
        cursor.execute(str(step.reverse_sql))
        back = everything()
        assert "transaction_arrived_v6()" not in back[FUNCTIONS]
        for trigger in ("transaction_inserted", "transaction_updated"):
            assert back[TRIGGERS][f"transactions_transaction {trigger}"].endswith("transaction_arrived_v5()")
        cursor.execute(str(step.sql))
    assert everything() == before


def test_a_superseded_version_is_dropped_when_nothing_calls_it_and_comes_back(scratch_db: None):
    old = drops("gateways", "payment_request_stays_v1")
    with connection.cursor() as cursor:
        cursor.execute(str(old.sql))
        assert "payment_request_stays()" not in held(FUNCTIONS)
    with pytest.raises(FileNotFoundError):
        text_of("gateways", "payment_request_stays_v0")


# Where the tables of transactions have none of their guards.
KNOWS_FEES = {("journal", "0003_gateway_fees"), ("gateways", "0001_initial")}
UNGUARDED = ("transactions", "0001_initial")
ROLES_OF_OLD = ("companies", "0001_initial")  # before there were payment gateways


def by_room() -> dict[str, list[str]]:
    """The migrations of every room that has any, oldest first."""
    found: dict[str, list[str]] = {}
    for path in sorted(sql_versions.ROOMS.glob("*/migrations/0*.py")):
        found.setdefault(path.parents[1].name, []).append(path.stem)
    return found


def descent(depth: int) -> list[tuple[str, str]]:
    """So many migrations back in every room that has as many; the others stay where they are."""
    return [(room, names[-1 - depth]) for room, names in by_room().items() if len(names) > depth]


DEPTHS = range(1, max(len(names) for names in by_room().values()))


def before_the_newest(rooms: int = 3) -> list[tuple[str, str]]:
    """The last but one migration of the rooms with the longest history. The rest is tried by ``make slow``: what has
    landed never changes."""
    longest = sorted(by_room().items(), key=lambda room: len(room[1]))[-rooms:]
    return [(room, found[-2]) for room, found in longest]


def test_books_are_upgraded_from_every_migration_of_every_room_but_its_last():
    migrations = {key for key in MigrationLoader(None).disk_migrations if key[0] in OURS}
    last = {(room, names[-1]) for room, names in by_room().items()}
    points = [point for depth in DEPTHS for point in descent(depth)]
    assert set(points) == migrations - last
    assert len(points) == len(set(points))


@pytest.mark.wide
def test_filled_books_are_upgraded_by_the_newest_migrations(scratch_db: None, monkeypatch: pytest.MonkeyPatch):
    upgrade_filled_books(before_the_newest(), monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("depth", DEPTHS)
def test_filled_books_are_upgraded_from_every_earlier_migration(
    depth: int, scratch_db: None, monkeypatch: pytest.MonkeyPatch
):
    upgrade_filled_books(descent(depth), monkeypatch)


@pytest.mark.slow
def test_filled_books_are_upgraded_from_the_earliest_migrations(scratch_db: None, monkeypatch: pytest.MonkeyPatch):
    """Also the roles of a company that was there before payment gateways: ready ones may use them, others may not."""
    assert {UNGUARDED, ROLES_OF_OLD} <= {point for depth in DEPTHS for point in descent(depth)}
    upgrade_filled_books([UNGUARDED, ROLES_OF_OLD], monkeypatch)


def upgrade_filled_books(points: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Down to these with the books in it, and up again: no money is lost, every invariant holds, nothing is missing.

    What the guards would refuse is written while they are off, and refused when they are back.
    """
    with company_scope(make_company().pk), clock.frozen(NOW):
        ledger = Ledger()
        first, _ = ledger.invoice(100), ledger.invoice(50)
        ledger.payment(120)
        ledger.cancel(first)
        ledger.write_off(ledger.invoice(200))
        last = Transaction.objects.filter(pk=ledger.invoice(30).id)
        fill_rooms(monkeypatch, has_fees=not KNOWS_FEES & {(one.app_label, one.name) for one in undone_by(points)})
        Role.objects.create(company=Role.objects.first().company, code="own", name="Our own", permissions=["view"])
        open_items = list(OpenItem.objects.order_by("pk").values())
        formats = [f"{row.prefix}{{number:{row.digits}}}" for row in NumberSeries.objects.order_by("code")]
        expected, objects, lines = ledger.balance(), everything(), JournalLine.objects.count()
        roles, kept = permissions_of_roles(), facts()
        assert expected == 30
        go_down(points)
        gone = rooms_without_tables()
        if UNGUARDED in points:
            last.update(issue_reason="no guard was there")
        if ROLES_OF_OLD in points:
            old = [one for permissions in permissions_of_roles().values() for one in permissions]
            assert not any(one.startswith("gateways.") for one in old)
        go_up()
        assert everything() == objects
        assert (ledger.balance(), JournalLine.objects.count()) == (expected, lines)
        assert list(OpenItem.objects.order_by("pk").values()) == open_items
        assert {room: rows for room, rows in facts().items() if rows != kept[room] and room not in gone} == {}
        assert [finding for finding in prove() if finding.broken] == []
        assert [row.format for row in NumberSeries.objects.order_by("code")] == formats
        with refused_by("transaction_stays"):
            last.update(issue_reason="a guard is there")
        if ROLES_OF_OLD in points:
            assert permissions_of_roles() == roles
        ledger.payment(30)
        assert ledger.balance() == 0
    assert roles["billing_manager"] == set(granted("billing_manager"))
    assert roles["own"] == {"view"}


def undone_by(points: list[tuple[str, str]]) -> dict[Migration, None]:
    """The migrations that followed each of these in its room, and those that need them, the last first."""
    graph = MigrationExecutor(connection).loader.graph
    undone: dict[Migration, None] = {}
    for room, name in points:
        for following in graph.node_map[room, name].children:
            if following.key[0] == room:
                undone |= dict.fromkeys(graph.nodes[key] for key in graph.backwards_plan(following.key))
    return undone


def go_down(points: list[tuple[str, str]]) -> None:
    """Undo what followed each in its room, and what needs that.

    As Django does it, but that what models were is worked out for the migrations that are undone alone.
    """
    executor = MigrationExecutor(connection)
    graph, undone = executor.loader.graph, undone_by(points)
    state, before = ProjectState(), {}
    for migration, _ in executor.migration_plan(graph.leaf_nodes(), clean_start=True):
        if migration in undone:
            before[migration] = state
        state = migration.mutate_state(state, preserve=migration in undone)
    for migration in undone:
        assert before[migration].apps
        executor.unapply_migration(before.pop(migration), migration)


def go_up() -> None:
    """As `migrate` does it, without what that works out for signals that ask for models of before."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps)


def permissions_of_roles() -> dict[str, set[str]]:
    return {role.code: set(role.permissions) for role in Role.objects.all()}
