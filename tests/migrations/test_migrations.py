"""Migrations up, down to nothing and up again; what they build holds. Filled ones: `test_sql_versions`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import Ledger, make_company

from subledger.platform.scope import company_scope

# The queue's own are none of ours: its migrations do not go down.
GUARDED = """
    SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE 'procrastinate%' ORDER BY tgname
"""
FUNCTIONS = """
    SELECT proname FROM pg_proc p
     WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')  -- an extension's
     ORDER BY proname
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1"
CONSTRAINTS = "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY conname"
INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("subledger.")}


def _names(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def _everything() -> dict[str, list[str]]:
    return {query: _names(query) for query in (GUARDED, FUNCTIONS, TABLES, CONSTRAINTS, INDEXES)}


def _ours_with_migrations() -> list[str]:
    from django.db.migrations.loader import MigrationLoader

    return sorted({app for app, _ in MigrationLoader(connection).graph.nodes} & OURS)


@pytest.fixture
def migrated(scratch_db: None) -> None:
    """A migrated database to take apart."""


@pytest.mark.slow
def test_up_down_to_nothing_and_up_again_gives_the_same_database(migrated: None):
    before = _everything()
    assert "journal_line_guard" in before[GUARDED]
    for app in _ours_with_migrations():
        call_command("migrate", app, "zero", interactive=False, verbosity=0)
    left = _names(TABLES)
    assert not [table for table in left if table.split("_")[0] in OURS], left
    assert _names(GUARDED) == []
    assert _names(FUNCTIONS) == []
    call_command("migrate", interactive=False, verbosity=0)
    assert _everything() == before

    with company_scope(make_company().pk):  # and it works
        ledger = Ledger()
        ledger.invoice(10)
        ledger.payment(4)
        assert ledger.balance() == 6


@pytest.mark.wide
def test_migrating_twice_changes_nothing(migrated: None):
    out = StringIO()
    call_command("migrate", interactive=False, stdout=out)
    assert "No migrations to apply" in out.getvalue()


@pytest.mark.django_db
def test_the_models_need_no_further_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
