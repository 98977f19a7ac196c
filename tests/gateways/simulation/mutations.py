"""The product with one mistake in it each: what the field got wrong, for the simulation to find."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from subledger.gateways.port import ChargeOrder, Declined, GatewayFact, Lost, Notice, Outcome, RefundOrder, RefundSeen
from subledger.gateways.rules.outcomes import GIVE_UP
from subledger.gateways.services import reconciliation, worker
from subledger.gateways.stripe import adapter
from subledger.kernel.money import Money

Order = ChargeOrder | RefundOrder


@contextmanager
def silence_is_failure() -> Iterator[None]:
    """No answer, or a 500, is taken for a decline."""
    read = adapter.outcome_of_failure

    def hasty(failure: Exception, *, sent_before: bool = False) -> Outcome:
        outcome = read(failure, sent_before=sent_before)
        return Declined("no_answer", outcome.detail) if isinstance(outcome, Lost) else outcome

    with patch.object(adapter, "outcome_of_failure", hasty):
        yield


@contextmanager
def new_key_each_time() -> Iterator[None]:
    """What is sent again is sent under a new key; and what slept is sent when it wakes, whatever became of it."""
    order = reconciliation.order_of

    def renamed(*arguments: Any, **options: Any) -> Order:
        made = order(*arguments, **options)
        return replace(made, key=f"{made.key}-again")

    with (
        patch.object(reconciliation, "order_of", renamed),
        patch.object(worker, "SEND_WITHIN", timedelta(days=30)),
    ):
        yield


@contextmanager
def payloads_are_believed() -> Iterator[None]:
    """What an event says was refunded is taken from the event."""
    ask = adapter.StripeGateway.facts

    async def facts(self: adapter.StripeGateway, notice: Notice) -> Sequence[GatewayFact]:
        if notice.type != "charge.refunded":
            return await ask(self, notice)
        charge = json.loads(notice.body)["data"]["object"]
        amount = Money(charge["amount_refunded"], charge["currency"])
        return (RefundSeen(f"{charge['id']}-refunded", charge["id"], amount, "succeeded"),)

    with patch.object(adapter.StripeGateway, "facts", facts):
        yield


@contextmanager
def given_up_at_once() -> Iterator[None]:
    """What the gateway does not know of is given up, though it may be on its way."""
    with (
        patch.object(reconciliation, "when_not_there", lambda sent_at, now: GIVE_UP),
        patch.object(worker, "SEND_WITHIN", timedelta(days=30)),
    ):
        yield


MUTATIONS: dict[str, Callable[[], Any]] = {
    one.__name__: one for one in (silence_is_failure, new_key_each_time, payloads_are_believed, given_up_at_once)
}
