"""What customers do themselves, by signed links and without a login: pay what they owe, authenticate, register a card.

A page of the gateway's is asked for with no transaction open. While one can still be paid its request is open, and
claims each document that it may settle, so that neither a run nor an agent nor another page charges for any of them;
when something else settles one first, the page is closed at the gateway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account, Customer
from subledger.accounts.queries import account_by_id
from subledger.gateways import errors, link_errors
from subledger.gateways.models import Attempt, PaymentRequest, Provider
from subledger.gateways.port import (
    ActionRequired,
    Declined,
    GatewayUnavailable,
    HostedPage,
    HostedPayments,
    InProgress,
    Lost,
    Outcome,
    PayOrder,
    Succeeded,
)
from subledger.gateways.queries import descriptions
from subledger.gateways.rules import orders as kept_orders
from subledger.gateways.rules.outcomes import EXPIRED, next_check
from subledger.gateways.states import OPEN, RequestState, RequestType
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events

from .begun import note_authentication
from .booking import payment_method_of
from .gateway_events import apply_facts
from .instruments import customer_of, keep_customer
from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import newest_of, not_to_leave, why_in_doubt
from .payables import Payable, balance_payable, check_payable, hosting_provider, payable
from .provider_choice import check_provider
from .providers import settings_of
from .requests import Wanted, request
from .worker import ACTOR, calls_to, metadata_of


def registering_provider(account: Account, chosen: Provider | None) -> Provider:
    """On whose page an account's customer registers a card: the provider chosen, else the one that would collect.

    Raises:
        NobodyCollects, ProviderNotEffective, CurrencyNotTaken.
    """
    demand("gateways.charge:registration")
    provider = chosen or hosting_provider(account.currency)
    if provider is None:
        raise link_errors.NobodyCollects(account.currency)
    check_provider(provider, account.currency)
    return provider


def begin_payment(
    *, invoice_ids: Sequence[int], amount_minor: int | None = None, success_url: str, cancel_url: str
) -> HostedPage:
    """The gateway's page on which invoices of one account are paid, all that is open of them or a part; the one that is
    open already, if one asks for just this. Every invoice is claimed, so nothing else collects any of them meanwhile.

    Raises:
        As `payable`, `check_payable`; PaymentUnderWay: something else is being charged for one; HeldBack: it is said
        that it was charged already; ProviderNotEffective; GatewayRefused.
    """
    return _begin(lambda: payable(invoice_ids, amount_minor), success_url, cancel_url)


def begin_balance(*, account_id: int, success_url: str, cancel_url: str) -> HostedPage:
    """The gateway's page on which all that an account owes is paid, less its free credit. As `begin_payment`."""
    return _begin(lambda: balance_payable(account_id), success_url, cancel_url)


def _begin(find: Callable[[], Payable], success_url: str, cancel_url: str) -> HostedPage:
    demand("gateways.charge:page")
    found = find()
    check_payable(found)
    late = not_to_leave(found.pages)
    page = found.page
    if page is not None and page.pk not in late:
        return HostedPage(page.action_url, page.reference, page.action_expires_at)
    for row in found.pages:
        # Another set is asked for, part of it was paid, or is being collected, another way: it is the wrong page.
        close_page(row, late[row.pk].reason if row.pk in late else EXPIRED)
    assert found.provider is not None  # it was checked
    settings_of(found.provider)  # keys that cannot be opened are found before a request holds the documents
    ident, attempt_id = _open_request(find, found.provider)
    return _ask_for_page(ident, attempt_id, success_url, cancel_url)


@atomic
def _open_request(find: Callable[[], Payable], provider: Provider) -> tuple[int, int]:
    account = find().account
    check_provider(provider, account.currency)
    lock_accounts([account.pk])
    found = find()
    check_payable(found)
    if not found.amount_minor:
        raise why_in_doubt(account.pk) or errors.PaymentUnderWay(newest_of(account.pk))
    at = clock.now()
    kept = kept_orders.keep_payment(
        type_id=provider.payment_type_id,
        payment_method_id=payment_method_of(provider),
        intended_ids=found.intended_ids,
        note=say("Paid by its customer on the page of {name}.", name=provider.name),
        is_balance=found.is_balance,
    )
    wanted = Wanted(
        provider=provider,
        type=RequestType.PAYMENT,
        account_id=account.pk,
        amount_minor=found.amount_minor,
        currency=account.currency,
        order=kept,
        claims=found.claims,
    )
    [ident] = request(wanted=[wanted], actor="customer")
    row = PaymentRequest.objects.get(pk=ident)
    if not_to_leave([row]):  # others are collecting what the account owes, or may have
        raise why_in_doubt(account.pk) or errors.PaymentUnderWay(newest_of(account.pk, other_than=ident))
    PaymentRequest.objects.filter(pk=ident).update(
        state=RequestState.REQUIRES_ACTION,
        check_at=next_check(0, at),
        action_expires_at=at + timedelta(hours=provider.action_hours),
    )
    attempt = Attempt.objects.create(request_id=ident, started_at=at, sent_at=at)
    return ident, attempt.pk


def _ask_for_page(ident: int, attempt_id: int, success_url: str, cancel_url: str) -> HostedPage:
    row = PaymentRequest.objects.select_related("provider", "account__customer").get(pk=ident)
    attempt = Attempt.objects.get(pk=attempt_id)
    assert row.action_expires_at is not None
    order = PayOrder(
        key=attempt.public_id,
        request=row.public_id,
        customer=customer_of(row.provider, row.account),
        amount=Money(row.amount_minor, row.currency),
        description=descriptions([row])[row.pk],
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=row.action_expires_at,
        metadata=metadata_of(row),
    )
    try:
        with calls_to(row.provider) as calls:
            if not isinstance(calls.gateway, HostedPayments):
                raise GatewayUnavailable(say("it has no page to pay on"))
            page: HostedPage = calls.ask(calls.gateway.pay_page(order))
    except GatewayUnavailable as error:
        # Nobody has the page's address, so nobody can pay on it.
        apply_outcomes([ReportedOutcome(ident, EXPIRED, attempt_id)], actor=ACTOR)
        raise errors.GatewayRefused(str(error)) from error
    keep_customer(row.provider, row.account_id, page.customer_token)
    needed = ActionRequired(page.reference, page.url, page.expires_at)
    apply_outcomes([ReportedOutcome(ident, needed, attempt_id)], actor=ACTOR)
    return page


def begin_authentication(*, request_id: int, return_url: str, link: str = "") -> HostedPage | None:
    """Where the customer finishes the very payment that asked for it; None when it has its end by now. ``link``: the id
    of ours that it is opened by, if one; who revokes that gives it up.

    Raises:
        GatewayRefused: the gateway did not answer. RequestOver: the request waits for nobody.
    """
    demand("gateways.charge:authentication")
    row = PaymentRequest.objects.select_related("provider").get(pk=request_id)
    if row.state != RequestState.REQUIRES_ACTION:
        if row.state == RequestState.POSTED:
            return None
        raise errors.RequestOver(row.number, is_open=row.state in OPEN)
    late = not_to_leave([row]).get(row.pk)
    if late is not None:
        close_page(row, late.reason)
        raise errors.RequestOver(row.number)
    attempt = Attempt.objects.filter(request=row).order_by("-pk").first()
    asked_at = clock.now()
    try:
        with calls_to(row.provider) as calls:
            if not isinstance(calls.gateway, HostedPayments):
                raise GatewayUnavailable(say("it has no page to authenticate on"))
            key = f"{attempt.public_id if attempt else row.public_id}-authenticate"
            answer: HostedPage | Outcome = calls.ask(
                calls.gateway.authenticate(row.reference, key=key, return_url=return_url)
            )
    except GatewayUnavailable as error:
        raise errors.GatewayRefused(str(error)) from error
    if isinstance(answer, HostedPage):
        if link:
            note_authentication(row=row, link=link)
        return answer
    apply_outcomes([ReportedOutcome(request_id, answer, observed_at=asked_at)], actor=ACTOR)
    return None


def came_back(*, provider: Provider, reference: str) -> bool:
    """A customer came back from the gateway's page: take in what it led to, without waiting for its notice.

    Whether anything was learned; a gateway that does not answer tells it later.
    """
    asked_at = clock.now()
    try:
        with calls_to(provider) as calls:
            if not isinstance(calls.gateway, HostedPayments):
                return False
            facts = calls.ask(calls.gateway.session_facts(reference))
    except GatewayUnavailable:
        return False
    return apply_facts(provider=provider, facts=facts, observed_at=asked_at)


def close_page(row: PaymentRequest, why: Declined = EXPIRED) -> None:
    """Close a page that is not to be paid any more, and take in what became of it."""
    asked_at = clock.now()
    try:
        with calls_to(row.provider) as calls:
            if not isinstance(calls.gateway, HostedPayments):
                return
            last: Outcome = calls.ask(calls.gateway.expire(row.reference))
    except GatewayUnavailable as error:
        raise errors.GatewayRefused(str(error)) from error
    outcome = last if isinstance(last, Succeeded | InProgress | Lost) else why  # a bank debit may be on its way
    apply_outcomes([ReportedOutcome(row.pk, outcome, observed_at=asked_at)], actor=ACTOR)


def close_settled(provider_id: int) -> int:
    """Close the pages, and give up the authentications, of a provider that ask for more than is still owed; how many.

    No transaction open. A customer who opens the link again is asked for the rest."""
    open_pages = PaymentRequest.objects.select_related("provider").filter(
        state=RequestState.REQUIRES_ACTION, type=RequestType.PAYMENT, provider=provider_id
    )
    rows = list(open_pages.exclude(reference=""))
    late, closed = not_to_leave(rows), 0
    for row in rows:
        if row.pk in late:
            with suppress(errors.GatewayRefused):  # the sweep tries again
                close_page(row, late[row.pk].reason)
                closed += 1
    return closed


def language_of(account_id: int) -> str:
    """In which the customer of an account is spoken to; "" where nobody said it."""
    return Customer.objects.filter(accounts=account_id).values_list("language", flat=True).first() or ""


def owner_name(account_id: int) -> str:
    """Who a customer's page greets."""
    account = account_by_id(account_id)
    return account.customer.name if account.customer else account.name


@atomic
def remind(provider_id: int) -> int:
    """Tell of a provider's requests whose customers have had half their time and done nothing, once each; how many.

    The event is for whoever writes to customers; the page of the request shows the link to send."""
    at = clock.now()
    waiting = PaymentRequest.objects.filter(
        provider=provider_id, state=RequestState.REQUIRES_ACTION, reminded_at=None, action_expires_at__gt=at
    ).select_for_update(of=("self",), skip_locked=True)
    due = [row for row in waiting if row.action_expires_at - at < (at - row.created_at)]
    PaymentRequest.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=at)
    facts = [
        NewEvent(
            "payment_request.reminder", "payment_request", row.pk, {"expires_at": row.action_expires_at.isoformat()}
        )
        for row in due
    ]
    record_events(facts, actor=ACTOR)
    return len(due)
