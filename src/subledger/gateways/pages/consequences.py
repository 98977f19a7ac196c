"""What follows of an action on a transaction where a gateway moves the money."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from subledger.gateways import refund_errors
from subledger.gateways.charges import charge_of
from subledger.gateways.models import Provider
from subledger.gateways.pages.words import card_words
from subledger.gateways.queries import handlers
from subledger.gateways.services.holdings import refuse_by_hand, refuse_move
from subledger.gateways.services.provider_choice import instrument_for
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.states import Classification

DEEDS = {"cancel": refuse_by_hand, "move": refuse_move}


def consequences(request: Any, asked: Any) -> list[str]:
    """``asked`` has a transaction as ``row``, and the ``action`` on it.

    Raises:
        DomainError: the gateway's money forbids it, whatever is chosen on the form.
    """
    row, action = asked.row, asked.action
    if action == "post":
        known = handlers()
        method = row.payment_method_id or row.refund_method_id
        through = {**known.payment_methods, **known.refund_methods}.get(method or 0)
        if through is None:
            return []
        card = _charged(row, through)
        moves = say("{name} moves the money first; it is posted as soon as the gateway says so.", name=through.name)
        return [*([say("{card} is charged.", card=card)] if card else []), moves]
    if action not in DEEDS or row.classification != Classification.PAYMENT:
        return []
    charge = charge_of(row.pk)
    if charge is None:
        return []
    with suppress(refund_errors.HeldByGateway):  # a type of cancellation answers that, as is said below
        DEEDS[action](row.pk)
    if action == "move":
        return []
    names = ", ".join(str(each) for each in charge.provider.cancellation_types.all()) or say("none")
    return [
        say(
            "{name} collected it. Types of cancellation that pay it back to the card: {names}.",
            name=charge.provider.name,
            names=names,
        )
    ]


def _charged(row: Transaction | NewTransaction, provider: Provider) -> str:
    """The card that posting would charge, by the rule that posting goes by; "" where it pays out, or refuses."""
    if row.classification != Classification.PAYMENT:
        return ""
    try:
        way = instrument_for(provider, row.account_id, row.payment_preference_id)
    except DomainError:
        return ""
    return card_words(way) if way else ""
