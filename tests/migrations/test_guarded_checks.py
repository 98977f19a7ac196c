"""What models declare as `GuardedCheck` is what the triggers of their tables evaluate, whoever writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.transaction import atomic
from psycopg.errors import CheckViolation
from tests.factories import Ledger, refused_by

from subledger.journal.models import JournalEntry, JournalLine
from subledger.platform.guards import GuardedCheck
from subledger.platform.rooms import installed
from subledger.platform.sql_versions import present
from subledger.transactions.models import Allocation, Transaction, TransactionItem
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification

# A condition stands as WHEN NOT (…) THEN 'name' in a list of them, or as NOT (…) beside the one name of its table.
LISTED = re.compile(r"WHEN NOT (\(.*?\))\s+THEN '(\w+)'", re.DOTALL)
ALONE = re.compile(r"bool_or\(NOT (\((?:[^()]|\([^()]*\))*\))\)")


def guarded() -> Iterator[tuple[type[models.Model], GuardedCheck]]:
    for app in apps.get_app_configs():
        for model in app.get_models():
            yield from ((model, each) for each in model._meta.constraints if isinstance(each, GuardedCheck))


def written_in_triggers() -> dict[str, list[str]]:
    """Every condition by its name, as often as it stands in the SQL of today."""
    found: dict[str, list[str]] = {}
    for room in ("journal", "transactions"):
        for version in present(room).versions:
            text = str(version.sql)
            for condition, name in LISTED.findall(text):
                found.setdefault(name, []).append(condition)
            for condition in ALONE.findall(text):
                found.setdefault("journal_line_one_side", []).append(condition)
    return found


def as_postgresql_reads(table: str, conditions: list[str]) -> set[str]:
    """The conditions as the database writes them out again once it has parsed them: different spellings become one."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE parsed (LIKE {table})")
        for number, condition in enumerate(conditions):
            own = re.sub(r"\bn\.(?=\w)", "", condition).replace("%", "%%")
            cursor.execute(f"ALTER TABLE parsed ADD CONSTRAINT c{number} CHECK ({own})")
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'parsed'::regclass AND contype = 'c'"
        )
        read = {definition for [definition] in cursor.fetchall()}
        cursor.execute("DROP TABLE parsed")
    return read


@pytest.mark.django_db
def test_triggers_evaluate_exactly_what_the_models_declare():
    written = written_in_triggers()
    declared = list(guarded())
    assert {check.name for _, check in declared} == written.keys()
    with connection.schema_editor(collect_sql=True) as editor:
        for model, check in declared:
            own = check._get_check_sql(model, editor)
            assert len(as_postgresql_reads(model._meta.db_table, [own, *written[check.name]])) == 1, check.name


@pytest.mark.django_db
def test_a_trigger_that_says_something_else_is_found():
    declared = {check.name: (model, check) for model, check in guarded()}
    model, check = declared["item_sub_total"]
    with connection.schema_editor(collect_sql=True) as editor:
        own = check._get_check_sql(model, editor)
    other = "(n.sub_total_minor = n.net_minor - n.discount_minor - n.tax_minor)"
    assert len(as_postgresql_reads(model._meta.db_table, [own, other])) == 2


@pytest.mark.django_db
def test_no_hot_table_has_a_check_whose_text_is_read_at_every_statement():
    """But for one: what is open follows from the triggers alone, and breaks it when they took too much."""
    tables = {model._meta.db_table for model, _ in guarded()} | {"transactions_openitem", "platform_event"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            [sorted(tables)],
        )
        assert cursor.fetchall() == [("allocation_within_open",)]


def test_check_looks_for_the_triggers_that_evaluate_them():
    looked_for = {(guard.table, guard.trigger) for room in installed() for guard in room.guards}
    made = re.compile(r"CREATE OR REPLACE TRIGGER (\w+) AFTER \w+ ON (\w+)")
    evaluating = {
        (table, trigger)
        for room in ("journal", "transactions")
        for version in present(room).versions
        if LISTED.search(str(version.sql)) or ALONE.search(str(version.sql))
        for trigger, table in made.findall(str(version.sql))
    }
    assert len(evaluating) == 7
    assert evaluating <= looked_for


# (constraint, model, what makes a sound row break it); columns that another constraint needs changed go along.
BREACHES = [
    ("transaction_amount", Transaction, {"amount_minor": -5}),
    ("transaction_classification", Transaction, {"classification": "gift"}),
    ("transaction_invoice_due", Transaction, {"due_on": None}),
    ("transaction_posted_has_number_and_day", Transaction, {"number": None}),
    ("transaction_posted_has_number_and_day", Transaction, {"state": "gone"}),
    ("transaction_total", Transaction, {"tax_minor": 1}),
    ("item_credits", TransactionItem, {"credits_id": 7}),
    ("item_credits", TransactionItem, {"credits_position": 1}),
    ("item_price_is", TransactionItem, {"price_is": "guessed"}),
    ("item_service_period", TransactionItem, {"service_start": "2026-06-02", "service_end": "2026-06-01"}),
    ("item_service_period", TransactionItem, {"service_start": "2026-06-02"}),
    ("item_service_period", TransactionItem, {"service_end": "2026-06-02"}),
    ("item_sub_total", TransactionItem, {"sub_total_minor": 1}),
    ("allocation_amount", Allocation, {"minor": 0}),
    ("allocation_principle", Allocation, {"principle": "chance"}),
    ("allocation_release", Allocation, {"release_reason": "displaced"}),
    ("allocation_release_reason", Allocation, {"released_on": "2026-05-20", "released_at": "2026-05-20T12:30Z",
                                               "release_reason": "whim"}),
    ("journal_entry_source", JournalEntry, {"source": "rumour"}),
    ("journal_entry_is_its_source", JournalEntry, {"source_id": 1}),
    ("journal_line_one_side", JournalLine, {"debit_minor": 5, "credit_minor": 5}),
]  # fmt: skip
IDS = [f"{name}-{number}" for number, (name, *_) in enumerate(BREACHES)]


@pytest.fixture
def rows(ledger: Ledger) -> dict[type[models.Model], models.Model]:
    """A sound row of each, not yet written: an invoice (by then a payment) with its item, link, entry and line."""
    invoice = ledger.invoice(100, due="01/06")
    payment = ledger.payment(40)
    draft = save_drafts(new=[ledger.new(Classification.INVOICE, 10)], actor="test")[0]
    item = TransactionItem.objects.get(transaction_id=invoice.id)
    item.transaction_id, item.position = draft.pk, 9
    found = {
        Transaction: Transaction.objects.get(pk=invoice.id),
        TransactionItem: item,
        Allocation: Allocation.objects.get(credit_id=payment.id),
        JournalEntry: JournalEntry.objects.get(pk=invoice.id),
        JournalLine: JournalLine.objects.filter(entry_id=invoice.id)[0],
    }
    found[Transaction].number = "X1"
    for model in (Transaction, Allocation, JournalEntry):
        found[model].pk = invoice.id + 1
    found[JournalEntry].source_id = invoice.id + 1
    found[JournalLine].position = 9
    return found


def broken_row(rows: dict[type[models.Model], models.Model], model: type[models.Model], changes: dict) -> models.Model:
    row = rows[model]
    for column, value in changes.items():
        setattr(row, column, value)
    return row


@pytest.mark.parametrize(("name", "model", "changes"), BREACHES, ids=IDS)
def test_a_bulk_insert_is_refused_by_the_constraints_name(rows, name, model, changes):
    with refused_by(name):
        model._base_manager.bulk_create([broken_row(rows, model, changes)])


@pytest.mark.parametrize(("name", "model", "changes"), BREACHES, ids=IDS)
def test_a_copy_is_refused_by_the_constraints_name_and_state(rows, name, model, changes):
    row = broken_row(rows, model, changes)
    columns = [field for field in model._meta.concrete_fields if not isinstance(field, models.CompositePrimaryKey)]
    values = [field.get_db_prep_save(field.to_python(getattr(row, field.attname)), connection) for field in columns]
    names = ", ".join(field.column for field in columns)
    copying = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
    with (
        pytest.raises(CheckViolation) as refusal,
        atomic(),
        connection.cursor() as cursor,
        cursor.copy(copying) as copy,
    ):
        copy.write_row(values)
    assert refusal.value.diag.constraint_name == name


DRAFT_BREACHES = [
    ("transaction_amount", "transactions_transaction", "amount_minor = 0, classification = classification"),
    ("transaction_total", "transactions_transaction", "tax_minor = tax_minor + 1"),
    ("transaction_posted_has_number_and_day", "transactions_transaction", "number = 'X1'"),
    ("item_credits", "transactions_transactionitem", "credits_id = 7"),
    ("item_price_is", "transactions_transactionitem", "price_is = 'guessed'"),
    ("item_service_period", "transactions_transactionitem", "service_start = '2026-06-02'"),
    ("item_sub_total", "transactions_transactionitem", "sub_total_minor = 1"),
]


@pytest.mark.parametrize(("name", "table", "change"), DRAFT_BREACHES, ids=[b[0] for b in DRAFT_BREACHES])
def test_an_update_of_what_may_change_is_refused_by_the_constraints_name(ledger, name, table, change):
    kind = Classification.INVOICE if name != "transaction_amount" else Classification.CREDIT_NOTE
    draft = save_drafts(new=[ledger.new(kind, 10)], actor="test")[0]
    column = "id" if table.endswith("transaction") else "transaction_id"
    with refused_by(name), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE {column} = {draft.pk}")


def test_the_refusal_is_a_check_violation_as_before(ledger):
    draft = save_drafts(new=[ledger.new(Classification.INVOICE, 10)], actor="test")[0]
    with pytest.raises(IntegrityError) as refusal, atomic():
        TransactionItem.objects.filter(transaction_id=draft.pk).update(sub_total_minor=1)
    diagnosis = refusal.value.__cause__.diag  # type: ignore[union-attr]
    assert (diagnosis.sqlstate, diagnosis.table_name) == ("23514", "transactions_transactionitem")


def test_going_down_gives_the_tables_their_checks_back(rows):
    """What a migration of an older state adds is a CHECK; what this one adds is none, and is none to remove."""
    check = next(each for _, each in guarded() if each.name == "allocation_amount")
    with connection.schema_editor(collect_sql=True) as editor:
        editor.add_constraint(Allocation, check)
        editor.remove_constraint(Allocation, check)
    assert editor.collected_sql == []
    plain = models.CheckConstraint(condition=check.condition, name=check.name)
    assert plain != check
    assert check != plain
    assert check == check.clone()
