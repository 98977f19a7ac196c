"""What tables share: how one is made append-only, and CHECKs that a trigger holds."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.models import CheckConstraint, Model


class GuardedCheck(CheckConstraint):
    """A CHECK of a hot table, evaluated by the table's statement triggers in `sql/` and refused by the same name.

    PostgreSQL reads the text of a CHECK anew at every statement; a trigger keeps its plan. The database holds no
    constraint of this name: changing one is a new version of those triggers, and a test holds the two equal.
    """

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return ""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return ""

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return ""

    def __eq__(self, other: object) -> bool:
        """A CHECK of the table itself is another constraint, so a migration is made where one becomes the other."""
        return isinstance(other, GuardedCheck) and super().__eq__(other)

    __hash__ = CheckConstraint.__hash__


def append_only(table: str, *, updates: bool = False, deletes: bool = False) -> RunSQL:
    """Refuse TRUNCATE on ``table`` through any door, and UPDATE and DELETE too unless they are let through here."""
    refused = {"UPDATE": not updates, "DELETE": not deletes, "TRUNCATE": True}
    events = " OR ".join(event for event, is_refused in refused.items() if is_refused)
    return RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE {events} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};",
    )
