"""Charges: a payment run asks for so many invoices, and one worker collects them at the gateway's limit of calls.

The gateway is the Stripe sandbox in a process of its own, over HTTP. What is promised is what `bench gateways` promises
of requests made by hand: nine tenths of a worker's share of the limit, with less than half a core.
"""

from collections.abc import Iterator

from bench import books
from bench.frame import Bench, Result
from bench.gateways import CALLS_PER_SECOND, INVOICE_MINOR, open_provider, results, sandbox, work_off_alone
from subledger.gateways.models import PaymentRequest, Provider
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.transactions.states import Classification

TITLE = "Charges of a payment run"
DATABASE = "bench_charges"
INVOICES_EACH = 20  # of an account


def run(bench: Bench) -> Iterator[Result]:
    charges = bench.size.charges
    with books.fresh_books(bench, DATABASE), sandbox() as url:
        accounts = books.open_accounts(max(charges // INVOICES_EACH, 10))
        provider, _ = open_provider(url, accounts)
        books.load_even(Classification.INVOICE, accounts, charges, INVOICE_MINOR)
        books.tidy()
        ask(provider, charges)
        Provider.objects.filter(pk=provider.pk).update(calls_per_second=CALLS_PER_SECOND)
        bench.server.checkpoint()
        told = work_off_alone(bench, DATABASE, provider, max(charges // 5, 1))
        if told["posted"] != charges:
            raise RuntimeError(f"Of {charges} requests {told['posted']} were posted.")
        yield from results(f"{charges:,} charges of a run, {CALLS_PER_SECOND} calls / s", CALLS_PER_SECOND, told)


def ask(provider: Provider, charges: int) -> None:
    """Carry out a run that asks for every open invoice."""
    criteria = {"provider": provider.public_id}
    made = create_definition(kind="payments", name="Bench", criteria=criteria, schedule={}, actor=books.ACTOR)
    activate_definition(definition_id=made.pk, actor=books.ACTOR)
    worker.work(start_definition(definition_id=made.pk, actor=books.ACTOR).pk)
    asked = PaymentRequest.objects.count()
    if asked != charges:
        raise RuntimeError(f"Of {charges} open invoices {asked} were asked for.")
