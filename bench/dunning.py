"""The daily dunning run over all open documents of a company, as on the day after a day on which it ran."""

import time
from collections.abc import Iterator
from datetime import date

from django.db import connection

from bench import books
from bench.frame import Bench, Result, within
from subledger.accounts import services
from subledger.accounts.models import Account
from subledger.dunning.models import DunningRecord
from subledger.messages.models import Message
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.runs.services.worker import work
from subledger.transactions.states import Classification

TITLE = "Dunning"
DATABASE = "bench_dunning"
DAY = date(2025, 10, 15)
INVOICE_MINOR = 10_000
SECONDS = 60
AT_ONCE = 10_000
# Levels that yesterday's run and those before it recorded.
RECORDED = """
    INSERT INTO dunning_dunningrecord
           (id, company_id, document_kind, document_id, document_number, account_id, level_id, level_name,
            level_number, days, shift_days, due_on, recorded_on, open_minor, currency, outcome, why, sentences,
            after, created_at)
    SELECT next_id(), t.company_id, 'invoice', t.id, t.number, t.account_id, l.id, l.name, l.number, l.days, 0,
           t.due_on, t.due_on + l.days, t.amount_minor, t.currency, 'silent', '', '{}', l.after, now()
      FROM transactions_transaction t JOIN dunning_dunninglevel l ON l.company_id = t.company_id
     WHERE t.company_id = %s AND t.due_on + l.days < %s
"""


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    documents, accounts = size.invoices, size.accounts
    with books.fresh_books(bench, DATABASE):
        opened = open_accounts(accounts)
        books.load_even(Classification.INVOICE, opened, documents, INVOICE_MINOR)
        with connection.cursor() as cursor:
            cursor.execute(RECORDED, [current_company_id(), DAY])
        books.tidy()
        definition = create_definition(kind="dunning", name="Daily", criteria={}, schedule={}, actor=books.ACTOR)
        activate_definition(definition_id=definition.pk, actor=books.ACTOR)
        seconds = seconds_of_run(definition.pk)
        told = DunningRecord.objects.filter(outcome="sent").count()
        mails = Message.objects.count()
        case = f"the run over {documents:,} open documents, {told:,} of which reach a level, {mails:,} messages"
        yield within(case, unit="seconds", ours=[seconds], limit=SECONDS)


def open_accounts(count: int) -> list[Account]:
    """So many customers who can be written to, each with an account."""
    accounts: list[Account] = []
    while len(accounts) < count:
        part = range(len(accounts), min(count, len(accounts) + AT_ONCE))
        customers = services.create_customers(
            new=[{"name": f"Customer {n}", "email": f"c{n}@example.com"} for n in part], actor=books.ACTOR
        )
        accounts += services.open_accounts(new=[{"customer": one} for one in customers], actor=books.ACTOR)
    return accounts


def seconds_of_run(definition_id: int) -> float:
    """From the moment it is started to its end."""
    started = time.perf_counter()
    with clock.frozen(clock.now().replace(year=DAY.year, month=DAY.month, day=DAY.day)):
        run = start_definition(definition_id=definition_id, as_of=DAY, actor=books.ACTOR)
        work(run.pk)
    run.refresh_from_db()
    if run.state != "completed":
        raise RuntimeError(f"The run ended as {run.state}: {run.error}")
    return time.perf_counter() - started
