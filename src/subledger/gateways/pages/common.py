"""What the pages of payment gateways share: their tabs, where things are, and how a payment asked of a gateway ends."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

from subledger.gateways.models import PaymentRequest
from subledger.gateways.pages.words import error_words, waits_for
from subledger.gateways.queries import request_by_id, request_called
from subledger.gateways.rules.outcomes import NOT_LEFT
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.sentences import say
from subledger.page_kit.navigation import Crumb, Tab
from subledger.page_kit.refusals import words_of
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.services.carriers import Begun, Ended, end

GATEWAYS = say("Payment gateways")
TABS = (
    ("gateways", say("Payment requests")),
    ("providers", say("Providers")),
    ("inbox", say("Events")),
    ("unbooked", say("To look into")),
)


def gateway_tabs(here: str) -> list[Tab]:
    return [Tab(label, page_url(name), name == here) for name, label in TABS]


def crumbs_to(*steps: tuple[str, str]) -> list[Crumb]:
    return [Crumb(GATEWAYS, page_url("gateways")), *(Crumb(*step) for step in steps)]


def request_url(row: PaymentRequest) -> str:
    return page_url("payment_request", row.pk)


def request_number(text: str) -> int:
    """The id behind a request's number, PRQ-…; 0, which nothing has, where it is none."""
    return request_called(text) or 0


def finish(request: HttpRequest, begun: Begun, *, done: str) -> str:
    """Where an order led: posted at once, or asked of its gateway, which is called here, with no transaction open.

    Says what came of it. The address to go to: the transaction, which shows its request.
    """
    ended = end(begun)
    if ended.posted is not None:
        words = {"kind": show.word(ended.posted.classification), "number": ended.posted.number, "done": done}
        messages.success(request, say("{kind} {number} {done}.", **words))
        return page_url("transaction", ended.posted.id)
    [url] = ending(request, ended)
    return url


def ending(request: HttpRequest, ended: Ended) -> list[str]:
    """Says what became of the payment request that an order led to, and where it is shown."""
    if ended.failure is not None:
        messages.error(request, words_of(ended.failure))
    row = request_by_id(ended.request_id or 0)
    show_outcome(request, row)
    return [page_url("transaction", row.transaction_id) if row.transaction_id else request_url(row)]


def show_outcome(request: HttpRequest, row: PaymentRequest) -> None:
    """Say what has become of a payment request."""
    amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
    name = row.provider.name
    if row.state == RequestState.POSTED:
        collected = row.type == RequestType.PAYMENT
        messages.success(
            request,
            say("{name} collected {amount}.", name=name, amount=amount)
            if collected
            else say("{name} refunded {amount}.", name=name, amount=amount),
        )
    elif row.error_code in NOT_LEFT:
        messages.warning(
            request,
            say("{number} over {amount} was taken back: {why}", number=row.number, amount=amount, why=_why(row)),
        )
    elif row.state == RequestState.REJECTED:
        stays = say(" The draft stays.") if row.type != RequestType.PAYMENT_CANCELLATION else say(" The payment stays.")
        messages.error(request, say("{name} declined: {why}{stays}", name=name, why=_why(row), stays=stays))
    else:
        messages.warning(
            request,
            say(
                "{name} has not said its last word on {amount}. {waits_for}",
                name=name,
                amount=amount,
                waits_for=waits_for(row),
            ),
        )


def _why(row: PaymentRequest) -> str:
    words = error_words(row.error_code, row.error_message).rstrip(".")
    said = row.error_message.rstrip(".")
    more = say(", in its words “{said}”", said=said) if said and said != words else ""
    return say("{words}{more}.", words=words, more=more)
