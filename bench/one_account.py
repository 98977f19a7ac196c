"""One account with many open documents: nothing that collects may cost more than in proportion to them.

Books with one account, on which so many invoices are open and as many credits wait that nothing has taken, at three
sizes, each twice the one before. What is told is the processor time, of this process and of its database backend, that
the largest takes over that of the smallest, beside how many times as many documents there are. What shows an account
takes a few of them, however many there are.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import psutil
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import books, product
from bench.dunning import open_accounts
from bench.frame import Bench, Result, at_most, within
from bench.large import load_square
from bench.payment_runs import card_gateway
from subledger.accounts.models import Account
from subledger.companies.services import add_member
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.public import LinkKind, link_for
from subledger.platform import clock
from subledger.platform.scope import company_scope, current_company_id
from subledger.runs.models import Run
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition

TITLE = "Collecting from one account"
BOOKS, COPY = "bench_one_account", "bench_one_account_copy"
DAY = date(2026, 1, 31)  # all of the account's documents are posted by then, and due
SIZES = (1, 2, 4)  # times a fifth of the largest account that is promised
LOOKS = 3  # at a page, of which the fastest counts
LINEAR = 1.5  # times as much as in proportion
PAGE_MS = 300


def run(bench: Bench) -> Iterator[Result]:
    least = max(bench.size.square // 5, 1)
    with books.fresh_books(bench, BOOKS):
        company = current_company_id()
        [account] = open_accounts(1)
        provider = card_gateway()
        for kind, criteria in (("payments", {"provider": provider.public_id}), ("dunning", {})):
            made = create_definition(kind=kind, name=kind, criteria=criteria, schedule={}, actor=books.ACTOR)
            activate_definition(definition_id=made.pk, actor=books.ACTOR)
        definitions = {row.kind: row.pk for row in made.__class__.objects.all()}
        reader = get_user_model().objects.create_user("reader", password=None)
        add_member(user=reader, role="administrator", actor=books.ACTOR)
    taken: dict[str, list[float]] = {}
    for times in SIZES:
        for name, seconds in _taken(bench, company, account, definitions, least * times).items():
            taken.setdefault(name, []).append(seconds)
    for name, seconds in taken.items():
        case = f"{name}, {' / '.join(f'{least * times:,}' for times in SIZES)} invoices and as many credits"
        if name.startswith("the "):
            yield within(f"{case}: the largest", unit="ms of processor", ours=[seconds[-1] * 1000], limit=PAGE_MS)
        grown = [seconds[-1] / seconds[0]]
        yield Result(case, "times", grown, "times as many documents", [SIZES[-1] / SIZES[0]], at_most(LINEAR))


def _taken(
    bench: Bench, company: int, account: Account, definitions: Mapping[str, int], documents: int
) -> dict[str, float]:
    """Seconds of processor by what is done, on an account of so many open invoices and credits."""
    connection.close()
    bench.server.drop_database(COPY)
    bench.server.create_database(COPY, copy_of=BOOKS)
    product.move_to(COPY)
    with company_scope(company):
        load_square(account, documents)
        books.tidy()
        staff, customer = Client(), Client()
        staff.force_login(get_user_model().objects.get(username="reader"))
        page = link_for(LinkKind.ACCOUNT, account.pk, actor=books.ACTOR).path
        looks = {
            "the customer's page": lambda: _get(customer, page),
            "the account's page": lambda: _get(staff, f"/accounts/{account.public_id}"),
            "the desk": lambda: _get(staff, reverse("backoffice:desk")),
            "the account at the desk": lambda: _get(staff, reverse("backoffice:collect", args=[account.pk])),
        }
        found = {name: min(_cpu(look) for _ in range(LOOKS + 1)) for name, look in looks.items()}
        found["a dunning run"] = _cpu(lambda: _carried_out(definitions["dunning"], documents))
        found["a payment run"] = _cpu(lambda: _carried_out(definitions["payments"], documents))
        if PaymentRequest.objects.count() != documents:
            raise RuntimeError(f"Of {documents} invoices {PaymentRequest.objects.count()} were asked for.")
        under_way = "the customer's page, all of it under way"
        found[under_way] = min(_cpu(looks["the customer's page"]) for _ in range(LOOKS))
    connection.close()
    return found


def _carried_out(definition: int, documents: int) -> None:
    with clock.frozen(clock.now().replace(year=DAY.year, month=DAY.month, day=DAY.day)):
        started = start_definition(definition_id=definition, as_of=DAY, actor=books.ACTOR)
        worker.work(started.pk)
    run: Run = Run.objects.get(pk=started.pk)
    if run.error or not run.steps.filter(outcome="succeeded").exists() or run.steps.filter(outcome="failed").exists():
        raise RuntimeError(f"The run over {documents} documents ended as {run.state}. {run.error}")


def _get(client: Client, path: str) -> None:
    response: Any = client.get(path, follow=True, HTTP_HOST="localhost")
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}.")


def _cpu(deed: Callable[[], None]) -> float:
    """Seconds of processor that a deed takes of this process and of its backend."""
    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    before = time.process_time() + sum(backend.cpu_times()[:2])
    deed()
    return time.process_time() + sum(backend.cpu_times()[:2]) - before
