"""Payment runs: what is due among many open invoices is selected, and a request recorded for each; and runs that refund
the credit of as many accounts as there are.

The yardstick stores the same rows, requests, claims, events and steps (of refunds their transactions, too), by
``INSERT … SELECT`` a table into a fresh copy of the books, under the same indexes, references and guards. Refunds
wait, and nothing begins waiting: the yardstick moves them on from drafts, as ours does. The same with references and
guards off is told beside it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import connection

from bench import books, product
from bench.frame import Bench, Result, at_most, within
from subledger.accounts.models import PaymentPreference
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import providers
from subledger.gateways.states import ProviderState
from subledger.platform.scope import current_company_id
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.transactions.models import PaymentMethod, RefundMethod
from subledger.transactions.states import Classification

TITLE = "Payment runs"
BOOKS, OURS, SAME = "bench_payment_runs", "bench_payment_run_ours", "bench_payment_run_sql"
INVOICE_MINOR = 10_000
DAYS, FIRST = 365, date(2025, 1, 31)  # when invoices are due: every day of a year, from the first of them on
SECONDS, MEGABYTES, STATEMENTS, BESIDE_SQL = 20, 300, 60, 1.5
TIMEOUT_SECONDS = 900

# A card for each account, of the gateway that the run collects by.
CARDS = """
    WITH way AS (
        INSERT INTO accounts_accountpaymentpreference (account_id, preference_id, details, is_default)
        SELECT id, %(preference)s, '{}', true FROM accounts_account WHERE type = 'customer' RETURNING id, account_id)
    INSERT INTO gateways_instrument (chosen_id, provider_id, account_id, mode, kind, token, brand, last4, exp_month,
                                     exp_year, country, fingerprint, mandate, is_default, created_at)
    SELECT id, %(provider)s, account_id, 'test', 'card', 'pm_' || id, 'visa', '4242', 12, 2034, 'DE', '', '', true,
           now()
      FROM way
"""
# Bank details for each account.
DETAILS = """
    INSERT INTO accounts_accountpaymentpreference (account_id, preference_id, details, is_default)
    SELECT id, %(preference)s, '{"iban": "DE89370400440532013000"}', true FROM accounts_account WHERE type = 'customer'
"""
MADE = {
    "gateways_requestbatch": "SELECT * FROM gateways_requestbatch",
    "runs_run": "SELECT * FROM runs_run",
    "transactions_transaction": "SELECT * FROM transactions_transaction WHERE classification = 'refund'",
    "gateways_paymentrequest": "SELECT * FROM gateways_paymentrequest",
    "gateways_claim": "SELECT * FROM gateways_claim",
    "platform_event": "SELECT * FROM platform_event WHERE object_type IN ('payment_request', 'transaction')",
    "runs_runstep": "SELECT * FROM runs_runstep",
    "collecting_paymentrun": "SELECT * FROM collecting_paymentrun",
}
AS_DRAFTS = "UPDATE made_transactions_transaction SET state = 'draft'"
MOVED_ON = """
    UPDATE transactions_transaction SET state = 'pending'
     WHERE id IN (SELECT id FROM made_transactions_transaction)
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A run that asks for so many things, and how its books are made: ``ready`` gives the id of its definition."""

    case: str
    count: int
    ready: Callable[[], int]


def run(bench: Bench) -> Iterator[Result]:
    due, invoices, credits = bench.size.bulk_payments, bench.size.invoices, bench.size.accounts
    payments = Asking(f"{due:,} of {invoices:,} invoices", due, lambda: _payments(bench, due, invoices))
    refunds = Asking(f"refunds of {credits:,} accounts in credit", credits, lambda: _refunds(credits))
    for asking, limits in ((payments, {"seconds": SECONDS, "statements": STATEMENTS}), (refunds, {})):
        yield from _measured(bench, asking, limits)


def _measured(bench: Bench, asking: Asking, limits: Mapping[str, float]) -> Iterator[Result]:
    """Ours beside the yardstick, in turns; without ``limits`` the figures inform."""
    with books.fresh_books(bench, BOOKS):
        company = current_company_id()
        definition = asking.ready()
    told: dict[str, list[float]] = {"seconds": [], "statements": [], "megabytes": [], "cpu": []}
    guarded: list[float] = []
    bare: list[float] = []
    for turn in range(bench.size.rounds):
        found, requests = _ours(bench, company, definition)
        if abs(requests - asking.count) > asking.count // 50:
            raise RuntimeError(f"Of about {asking.count} that are due {requests} were asked for.")
        for name, samples in told.items():
            samples.append(float(found[name]))
        if turn == 0:
            _take_aside(bench)
        guarded.append(_same_rows(bench, "origin"))
        bare.append(_same_rows(bench, "replica"))
    case, ours = asking.case, told["seconds"]
    beside = at_most(BESIDE_SQL) if limits else None
    yield Result(case, "seconds", ours, "SQL that stores the same rows", guarded, beside)
    yield Result(case, "seconds", ours, "the same, with nothing checked", bare, None)
    yield within(f"{case}: the run's process", unit="MB", ours=told["megabytes"], limit=MEGABYTES)
    for name, limit in limits.items():
        said = "selected and recorded" if name == "seconds" else name
        yield within(f"{case}: {said}", unit=name, ours=told[name], limit=limit)


def _payments(bench: Bench, due: int, count: int) -> int:
    """Accounts with a card each, open invoices, and an effective definition over those that are due."""
    accounts = books.open_accounts(bench.size.accounts)
    books.load_even(Classification.INVOICE, accounts, count, INVOICE_MINOR)
    provider = card_gateway()
    until = FIRST + timedelta(days=DAYS * due // count - 1)
    return _definition("payments", {"provider": provider.public_id, "due_until": until.isoformat()})


def card_gateway() -> Provider:
    """An effective gateway, and a card of each customer's account with it."""
    method, card = PaymentMethod.objects.get(code="card"), PaymentPreference.objects.get(code="card")
    values = {
        "kind": "stripe", "code": "stripe", "name": "Stripe", "test_key": "sk_test_bench", "payment_methods": [method],
        "payment_method": method, "refund_methods": [RefundMethod.objects.get(code="card")], "preferences": [card],
    }  # fmt: skip
    provider = _effective(values)
    with connection.cursor() as cursor:
        cursor.execute(CARDS, {"preference": card.pk, "provider": provider.pk})
    return provider


def _refunds(count: int) -> int:
    """Accounts with bank details and a payment each that nothing takes, and an effective definition over all."""
    accounts = books.open_accounts(count)
    transfer = PaymentPreference.objects.get(code="bank_transfer")
    method = RefundMethod.objects.get(code="bank_transfer")
    values = {
        "kind": "generic", "code": "bank", "name": "Bank", "refund_methods": [method], "refund_method": method,
        "preferences": [transfer],
    }  # fmt: skip
    provider = _effective(values)
    books.load_even(Classification.PAYMENT, accounts, count, INVOICE_MINOR)
    with connection.cursor() as cursor:
        cursor.execute(DETAILS, {"preference": transfer.pk})
    return _definition("refund-credit-balances", {"provider": provider.public_id})


def _effective(values: Mapping[str, Any]) -> Provider:
    made = providers.save_provider(ident=None, values=values, actor=books.ACTOR)
    return providers.set_state(provider_id=made.pk, state=ProviderState.EFFECTIVE, actor=books.ACTOR)


def _definition(kind: str, criteria: Mapping[str, Any]) -> int:
    made = create_definition(kind=kind, name="Bench", criteria=criteria, schedule={}, actor=books.ACTOR)
    activate_definition(definition_id=made.pk, actor=books.ACTOR)
    books.tidy()
    return int(made.pk)


def _ours(bench: Bench, company: int, definition: int) -> tuple[dict[str, Any], int]:
    _copy(bench, OURS)
    product.move_to(OURS)
    with books.company_scope(company):
        started = start_definition(definition_id=definition, actor=books.ACTOR)
        command = [sys.executable, "-m", "bench.payment_run_alone", str(company), str(started.pk)]
        environment = {**os.environ, **product.environment(bench.server.conninfo_of(OURS))}
        bench.server.checkpoint()
        finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        if finished.returncode:
            raise RuntimeError(finished.stderr)
        told: dict[str, Any] = json.loads(finished.stdout)
        requests = PaymentRequest.objects.filter(batch__payment_run__run=started.pk).count()
    connection.close()
    return told, requests


def _take_aside(bench: Bench) -> None:
    """Lay what the first run made beside the books as they were, in tables of their own."""
    with bench.server.connect(OURS) as source, bench.server.connect(BOOKS) as target:
        for table, rows in MADE.items():
            target.execute(f"CREATE TABLE made_{table} AS SELECT * FROM {table} WITH NO DATA")
            with (
                source.cursor().copy(f"COPY ({rows}) TO STDOUT") as out,
                target.cursor().copy(f"COPY made_{table} FROM STDIN") as into,
            ):
                for part in out:
                    into.write(part)
        target.execute(AS_DRAFTS)
        target.commit()
    with psycopg.connect(bench.server.conninfo_of(BOOKS), autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _same_rows(bench: Bench, role: str) -> float:
    _copy(bench, SAME)
    bench.server.checkpoint()
    with bench.server.connect(SAME) as target:
        target.execute(f"SET session_replication_role = {role}")
        target.commit()
        started = time.perf_counter()
        for table in MADE:
            target.execute(f"INSERT INTO {table} SELECT * FROM made_{table}")
        target.execute(MOVED_ON)
        target.commit()
        return time.perf_counter() - started


def _copy(bench: Bench, database: str) -> None:
    bench.server.drop_database(database)
    bench.server.create_database(database, copy_of=BOOKS)
