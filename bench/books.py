"""Books to measure on: a fresh database with the product's tables, a company, accounts and what is posted.

What a benchmark only starts from is loaded by plain INSERT … SELECT, a million rows a statement: the
product's triggers check it and make its open items as they do for any door, but journal entries and events
are not written. Everything that is measured goes through the services.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from bench import product
from bench.frame import Bench
from subledger.accounts import services
from subledger.accounts.models import Account
from subledger.config import schema_snapshot
from subledger.platform.scope import company_scope, current_company_id
from subledger.transactions.models import PaymentMethod, TransactionType
from subledger.transactions.services.defaults import set_up_company
from subledger.transactions.states import Classification

ACTOR = "bench"
COMPANY = "bench"
CURRENCY = "eur"
ACCOUNTS_AT_ONCE = 10_000

# ``source`` gives id, account_index, posted_on, due_on and amount_minor. A number is the id behind a letter,
# out of the way of the company's own series.
LOAD = """
    INSERT INTO transactions_transaction (
        id, company_id, account_id, classification, type_id, payment_method_id, state, number, currency,
        amount_minor, base_minor, net_minor, discount_minor, tax_minor,
        issued_on, posted_on, posted_at, due_on, metadata, created_at, created_by)
    SELECT id, %(company)s, (%(accounts)s::bigint[])[1 + account_index], %(classification)s, %(type)s,
           %(method)s, 'posted', 'L' || id, %(currency)s,
           amount_minor, amount_minor, {net}, posted_on, posted_on, posted_on, due_on, '{{}}', posted_on, %(actor)s
      FROM ({source}) AS source
"""
WITH_ITEMS = "amount_minor, 0, 0"
WITHOUT = "NULL, NULL, NULL"


@contextmanager
def fresh_books(bench: Bench, database: str) -> Iterator[None]:
    """A new database, this process's statements moved to it, its one company in scope."""
    bench.server.drop_database(database)
    bench.server.create_database(database)
    product.move_to(database)
    with new_company():
        yield
    connection.close()


@contextmanager
def new_company() -> Iterator[None]:
    """The product's tables in the empty database that is connected to; its one company in scope."""
    schema_snapshot.load()
    call_command("migrate", verbosity=0, interactive=False)
    company = set_up_company(code=COMPANY, name="Bench", base_currency=CURRENCY, actor=ACTOR)
    with company_scope(company.pk):
        yield


def open_accounts(count: int) -> list[Account]:
    """Open so many accounts of one customer, by the service."""
    [customer] = services.create_customers(new=[{"name": "Customer"}], actor=ACTOR)
    accounts: list[Account] = []
    while len(accounts) < count:
        part = min(ACCOUNTS_AT_ONCE, count - len(accounts))
        accounts += services.open_accounts(new=[{"customer": customer}] * part, actor=ACTOR)
    return accounts


def load(classification: Classification, source: str, accounts: Sequence[Account]) -> None:
    """Post the invoices or payments that the query ``source`` gives, none of them allocated.

    Args:
        source: columns id, account_index (from 0, into ``accounts``), posted_on, due_on (null for payments),
            amount_minor.
    """
    is_invoice = classification is Classification.INVOICE
    method = None if is_invoice else PaymentMethod.objects.get(code="bank_transfer").pk
    facts = {
        "company": current_company_id(),
        "accounts": [account.pk for account in accounts],
        "classification": classification,
        "type": TransactionType.objects.get(classification=classification, is_default=True).pk,
        "method": method,
        "currency": CURRENCY,
        "actor": ACTOR,
    }
    statement = LOAD.format(source=source, net=WITH_ITEMS if is_invoice else WITHOUT)
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)


def load_even(classification: Classification, accounts: Sequence[Account], count: int, amount: int) -> None:
    """Post ``count`` equal invoices or payments, spread evenly over the accounts and over a year."""
    due = "day + 30" if classification is Classification.INVOICE else "NULL::date"
    load(
        classification,
        f"""SELECT next_id() AS id, mod(n, {len(accounts)}) AS account_index, day AS posted_on, {due} AS due_on,
                   {amount} AS amount_minor
              FROM generate_series(0, {count - 1}) AS n,
                   LATERAL (SELECT date '2025-01-01' + mod(n::bigint * 7919, 365)::integer) AS _(day)""",
        accounts,
    )


def tidy() -> None:
    """What autovacuum would do in time: rows visible, statistics fresh."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
