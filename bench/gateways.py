"""Payment gateways: requests worked off by one worker against the Stripe sandbox in a process of its own, over HTTP.

The sandbox does Stripe's work on the same two cores, and answers at once; what is measured is ours. Requests are made
as a run makes them: one for each of so many open invoices, posted as new when the money has moved.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from stripe import StripeClient

from bench import books, product
from bench.frame import Bench, Result, at_least, within
from subledger.accounts.models import Account, PaymentPreference
from subledger.gateways.models import GatewayCustomer, Instrument, Provider
from subledger.gateways.port import InstrumentSeen
from subledger.gateways.rules.orders import keep_payment
from subledger.gateways.services import providers
from subledger.gateways.services.instruments import keep_instrument
from subledger.gateways.services.requests import Wanted, request
from subledger.gateways.states import ClaimKind, ProviderState, RequestType
from subledger.platform.scope import current_company_id
from subledger.stripe_client.budget import Priority, share_of
from subledger.transactions.models import OpenItem, PaymentMethod, RefundMethod
from subledger.transactions.states import Classification

TITLE = "Payment gateways"
DATABASE = "bench_gateways"
KEY = "sk_test_bench"
INVOICE_MINOR = 10_000
CALLS_PER_SECOND = 100
UNLIMITED = 300  # requests a second promised
HALF_A_CORE = 0.5
GROWTH_MEGABYTES = 20
TIMEOUT_SECONDS = 600


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    requests, first = size.gateway_requests, size.gateway_requests // 5
    with books.fresh_books(bench, DATABASE), sandbox() as url:
        accounts = books.open_accounts(max(requests // 20, 10))
        provider, cards = open_provider(url, accounts)
        for rate in (CALLS_PER_SECOND, None):
            books.load_even(Classification.INVOICE, accounts, requests, INVOICE_MINOR)
            ask(provider, cards, requests)
            books.tidy()
            bench.server.checkpoint()
            Provider.objects.filter(pk=provider.pk).update(calls_per_second=rate)
            told = work_off_alone(bench, DATABASE, provider, first)
            if told["posted"] != requests:
                raise RuntimeError(f"Of {requests} requests {told['posted']} were posted.")
            yield from results(f"{requests:,} requests, {f'{rate} calls / s' if rate else 'no limit'}", rate, told)


def results(case: str, rate: int | None, told: dict[str, Any]) -> Iterator[Result]:
    """The figures of one run: how fast, with how much of a core, and whether memory stays flat."""
    seconds, (early, late) = told["seconds"], told["rss"]
    speed = [told["sent"] / seconds]
    if rate:
        share = float(share_of(rate, Priority.WORK))  # the rest is kept for those who wait for an answer
        yield Result(case, "requests / s", speed, "a worker's share of the limit", [share], at_least(0.9))
        cores = [told["cpu"] / seconds]
        yield within(f"{case}: the worker's process", unit="cores", ours=cores, limit=HALF_A_CORE)
    else:
        yield Result(case, "requests / s", speed, "the promise", [float(UNLIMITED)], at_least(1))
        cores = [told["cpu"] / seconds]
        yield Result(f"{case}: the worker's process", "cores", cores, "one core", [1.0], None)
    backend = [told["backend_cpu"] / seconds]
    yield Result(f"{case}: its database backend", "cores", backend, "one core", [1.0], None)
    grown = [max(late - early, 0.0)]
    yield within(f"{case}: memory from the first fifth on", unit="MB", ours=grown, limit=GROWTH_MEGABYTES)


@contextmanager
def sandbox() -> Iterator[str]:
    """Stripe's sandbox as a process of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "stripe_sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "listening on " in line:
                yield line.partition("listening on ")[2].split()[0]
                break
        else:
            raise RuntimeError("The sandbox did not start.")
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def open_provider(url: str, accounts: Sequence[Account]) -> tuple[Provider, dict[int, int]]:
    """An effective provider, and a card on file for each account: payment preference by account."""
    method = PaymentMethod.objects.get(code="card")
    values = {
        "kind": "stripe",
        "code": "stripe",
        "name": "Stripe",
        "base_url": url,
        "test_key": KEY,
        "payment_methods": [method],
        "payment_method": method,
        "refund_methods": [RefundMethod.objects.get(code="card")],
        "preferences": [PaymentPreference.objects.get(code="card")],
    }
    provider = providers.save_provider(ident=None, values=values, actor=books.ACTOR)
    provider = providers.set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor=books.ACTOR)
    stripe = StripeClient(KEY, base_addresses={"api": url})
    cards = {}
    for account in accounts:
        ours = {"subledger_account": account.public_id, "subledger_provider": provider.public_id}
        customer = stripe.v1.customers.create({"metadata": ours}).id
        token = stripe.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
        seen = InstrumentSeen(account.public_id, token, "card", customer, "visa", "4242", 12, 2034)
        instrument = keep_instrument(provider=provider, seen=seen, actor=books.ACTOR)
        assert isinstance(instrument, Instrument)
        cards[account.pk] = instrument.pk
    assert GatewayCustomer.objects.count() == len(accounts)
    return provider, cards


def ask(provider: Provider, cards: dict[int, int], requests: int) -> None:
    """A request for each open invoice, as a run makes them."""
    items = OpenItem.objects.filter(is_debit=True).order_by("pk")[:requests]
    wanted = [
        Wanted(
            provider=provider,
            type=RequestType.PAYMENT,
            account_id=item.account_id,
            amount_minor=item.open_minor,
            currency=books.CURRENCY,
            preference_id=cards[item.account_id],
            order=keep_payment(payment_method_id=provider.payment_method_id, intended_ids=(item.pk,)),
            claims=frozenset({(ClaimKind.TRANSACTION, item.pk)}),
        )
        for item in items
    ]
    if len(request(wanted=wanted, actor=books.ACTOR)) != requests:
        raise RuntimeError("There are not enough open invoices.")


def work_off_alone(bench: Bench, database: str, provider: Provider, first: int) -> dict[str, Any]:
    """One worker's process, from its first claim to its last outcome."""
    command = [sys.executable, "-m", "bench.collecting", str(current_company_id()), str(provider.pk), str(first)]
    environment = {**os.environ, **product.environment(bench.server.conninfo_of(database))}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    if finished.returncode:
        raise RuntimeError(finished.stderr)
    told: dict[str, Any] = json.loads(finished.stdout)
    return told
