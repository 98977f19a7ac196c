"""What an outcome posts: the transaction that waited, a cancellation, a new one, or, where its account cannot take it,
one on the company's suspense account. The callers hold the locks of the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from subledger.accounts.models import Account
from subledger.accounts.services import open_system_account
from subledger.accounts.states import SystemRole
from subledger.companies.queries import today_of_company
from subledger.gateways.charges import account_of, payment_now, payment_of
from subledger.gateways.models import Charge, PaymentRequest, Provider
from subledger.gateways.port import Outcome, Returned, Succeeded
from subledger.gateways.queries import open_request_of
from subledger.gateways.rules import orders as kept_orders
from subledger.gateways.rules.days import posting_day
from subledger.gateways.states import RequestState, RequestType
from subledger.journal.queries import closed_through
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.text import plain
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Order, Post
from subledger.transactions.services.posting import check
from subledger.transactions.states import Classification, TransactionState

from .holdings import NOTHING, GivenBack, given_back_by_hand


@dataclass(slots=True)
class Change:
    """One request as it is changed by what was told of it."""

    row: PaymentRequest
    before: RequestState
    draft: Transaction | None
    succeeded: Succeeded | None = None
    action: str | None = None
    attempts: list[tuple[int, Outcome]] = field(default_factory=list)
    true_day: date | None = None  # on which a bank booked it
    returned: Returned | None = None  # told before what is booked now, and booked on ``returned_on``
    returned_on: date | None = None
    fee: Money | None = None  # taken on top of what came back
    refused: DomainError | None = None  # by the books, of money that moved

    @property
    def state(self) -> RequestState:
        return RequestState(self.row.state)

    @property
    def waits(self) -> bool:
        return self.draft is not None and self.draft.state == TransactionState.PENDING


class Days(NamedTuple):
    today: date
    closed_through: date | None

    def of(self, true_day: date | None, earliest: date | None = None) -> date:
        return posting_day(true_day, today=self.today, closed_through=self.closed_through, earliest=earliest)


def days_of_books() -> Days:
    """Read under the books' lock, so that they hold until the commit."""
    return Days(today_of_company(), closed_through())


def order_of(change: Change, days: Days) -> Order | None:
    """What a success, or a return, posts; None where all of it is in the books by hand already."""
    row = change.row
    if change.action == "reverse":
        return _undone(change, days)
    if row.type == RequestType.PAYMENT:
        return _payment(change, days)
    assert row.charge is not None or row.type == RequestType.REFUND
    if row.type == RequestType.PAYMENT_CANCELLATION and row.transaction_id is not None:
        payment = payment_now(row.transaction_id)
        if payment.classification == Classification.PAYMENT and payment.state == TransactionState.POSTED:
            row.transaction_id = payment.pk
            return kept_orders.cancellation(payment.pk, row.order, days.of(change.true_day, payment.posted_on))
    given = given_back_by_hand(row.charge, row.amount_minor) if row.charge else NOTHING
    if _is_in_books(row, given):
        return None
    if change.waits and not given.minor:
        order = Post(draft_id=row.transaction_id, posted_on=days.of(change.true_day), money_has_moved=True)
    else:
        order = Post(new=_refund(change, days, row.amount_minor - given.minor), money_has_moved=True)
    if row.type == RequestType.REFUND:  # from when it was asked for its credit was on the way out
        beyond = row.order.get(kept_orders.BEYOND, 0)
        order.set_aside_minor, order.set_aside_by = max(row.amount_minor - given.minor - beyond, 0), row.pk
    return order


def _is_in_books(row: PaymentRequest, given: GivenBack) -> bool:
    """Note what of a request is in the books by hand; whether that is all of it."""
    row.in_books_minor = given.minor
    if given.minor < row.amount_minor:
        return False
    row.transaction_id = given.transaction_id
    return True


def _payment(change: Change, days: Days) -> Post:
    row, draft, on = change.row, change.draft, days.of(change.true_day)
    if draft is not None and change.waits:
        return Post(draft_id=draft.pk, posted_on=on, money_has_moved=True)
    new = kept_orders.payment(row.account_id, row.amount_minor, row.preference_id, row.order)
    if new.payment_method_id is None:
        new.payment_method_id = draft.payment_method_id if draft else payment_method_of(row.provider)
        new.type_id = new.type_id or (draft.type_id if draft else row.provider.payment_type_id)
    if draft is not None:  # given up before: the money moved after all
        new.note = late_note(change)
    if draft is not None and change.returned is not None:  # as if it had been told first
        new.intended_ids = tuple(draft.intended_ids or ())
    new.posted_on, new.received_on = on, change.true_day or on
    return Post(new=new, money_has_moved=True)


def late_note(change: Change) -> str:
    row = change.row
    if change.returned is not None:
        return say(
            "{name} told of {number} after its return of {returned_on}.",
            name=row.provider.name,
            number=row.number,
            returned_on=change.returned_on,
        )
    return say(
        "{name} moved the money of {number} after it had been given up.", name=row.provider.name, number=row.number
    )


def _refund(change: Change, days: Days, minor: int) -> NewTransaction:
    row, draft = change.row, change.draft
    new = kept_orders.payment(row.account_id, minor, row.preference_id, row.order)
    new.classification, new.intended_ids = Classification.REFUND, ()
    new.type_id = new.payment_method_id = None
    is_refund = draft is not None and draft.classification == Classification.REFUND
    new.refund_method_id = draft.refund_method_id if draft and is_refund else refund_method_of(row.provider)
    if row.charge is not None and not is_refund:
        new.account_id = account_of(row.charge)
    if is_refund:
        new.note = late_note(change)
    new.posted_on = days.of(change.true_day)
    new.issued_on = change.true_day
    return new


def _undone(change: Change, days: Days) -> Order | None:
    """Money that came back: of a refund, onto the account again, for the very refund that it undoes; of a payment, its
    cancellation, on the day of the return and with its reason."""
    row = change.row
    if row.type == RequestType.PAYMENT:
        return _returned_payment(change, days)
    meant = (row.transaction_id,) if row.type == RequestType.REFUND and row.transaction_id else ()
    new = NewTransaction(
        classification=Classification.PAYMENT,
        account_id=_stands_on(row),
        amount_minor=row.amount_minor,
        type_id=row.provider.payment_type_id,
        payment_method_id=payment_method_of(row.provider),
        intended_ids=() if row.in_books_minor else meant,
        against_item=True,
        posted_on=days.of(change.true_day),
        received_on=change.true_day,
        note=say("The refund {number} came back from {name}.", number=row.number, name=row.provider.name),
    )
    return Post(new=new, money_has_moved=True)


def _stands_on(row: PaymentRequest) -> int:
    """The account on which a refund or cancellation was posted: its payment may have been moved, or be on suspense."""
    undone = Transaction.objects.filter(pk=row.transaction_id).first()
    return undone.account_id if undone is not None else row.account_id


def _returned_payment(change: Change, days: Days) -> Order | None:
    row = change.row
    charge = Charge.objects.select_related("request").filter(request=row).first()
    payment = payment_of(charge) if charge else payment_now(row.transaction_id or 0)
    given = given_back_by_hand(charge, row.amount_minor) if charge else NOTHING
    row.in_books_minor = given.minor
    if given.minor == row.amount_minor:
        return None
    # What is being paid back stands still until that is over: the return is a refund beside it.
    if payment.state == TransactionState.POSTED and open_request_of(payment.pk) is None:
        reason = plain(f"{row.error_message or 'It came back.'} ({row.error_code})")
        on = days.of(change.true_day, payment.posted_on)
        day = (
            say(" The bank booked it on {true_day}.", true_day=change.true_day)
            if change.true_day not in (None, on)
            else ""
        )
        return Cancel(
            target_id=payment.pk, amount=ALL, posted_on=on, issue_reason=f"{reason}{day}", money_has_moved=True
        )
    new = _refund(change, days, row.amount_minor - given.minor)
    new.account_id = payment.account_id
    return Post(new=new, money_has_moved=True)


def on_suspense(change: Change, order: Order, refusal: DomainError, days: Days, *, actor: str) -> Post:
    """What an account can no longer take (it is terminated) on the company's suspense account: money that came in as a
    payment there, money that went out as a refund."""
    row = change.row
    minor = row.amount_minor - (row.in_books_minor if change.action == "confirm" else 0)
    pays_in = (row.type == RequestType.PAYMENT) == (change.action == "confirm")
    suspense = open_system_account(role=SystemRole.SUSPENSE, currency=row.currency, actor=actor)
    account = Account.objects.get(pk=_meant_for(order))
    if not pays_in:
        new = _refund(change, days, minor)
        verb = say("Given back")
    elif row.type == RequestType.PAYMENT:
        kept = {name: value for name, value in row.order.items() if name != "intended_ids"}
        new = kept_orders.payment(suspense.pk, minor, None, kept)
        method = change.draft.payment_method_id if change.draft else payment_method_of(row.provider)
        new.payment_method_id = new.payment_method_id or method
        new.posted_on, new.received_on = days.of(change.true_day), change.true_day
        verb = say("Collected")
    else:
        assert isinstance(order, Post)
        assert order.new is not None
        new, verb = order.new, say("Come back")
        new.intended_ids = ()
    new.account_id, new.payment_preference_id = suspense.pk, None
    new.note = say(
        "{verb} for account {account} by {request}, which cannot take it: {refusal}",
        verb=verb,
        account=account.number,
        request=row.number,
        refusal=refusal,
    )
    return Post(new=new, money_has_moved=True)


def _meant_for(order: Order) -> int:
    """The account that an order would have touched: where its money stands by now, not where it was asked for."""
    if isinstance(order, Post) and order.new is not None:
        return order.new.account_id
    assert isinstance(order, Post | Cancel)
    ident = order.draft_id if isinstance(order, Post) else order.target_id
    return Transaction.objects.get(pk=ident).account_id


def post_or_suspend(new: NewTransaction, *, provider: Provider, actor: str) -> NewTransaction:
    """A fact without a request (a dispute) as its account takes it, else as the suspense account does.

    Raises:
        DomainError: not even there (today's books are closed): it is told again with its event's next try.
    """
    [refusal] = check([Post(new=new, money_has_moved=True)], actor=actor)
    if refusal is None:
        return new
    account = Account.objects.get(pk=new.account_id)
    new.account_id = open_system_account(role=SystemRole.SUSPENSE, currency=account.currency, actor=actor).pk
    new.intended_ids = ()
    amount = Money(new.amount_minor or 0, account.currency)
    new.note = say(
        "{note} Account {number} cannot take the {amount} of {name}: {refusal}",
        note=new.note,
        number=account.number,
        amount=amount,
        name=provider.name,
        refusal=refusal,
    )
    [still] = check([Post(new=new, money_has_moved=True)], actor=actor)
    if still is not None:
        raise still
    return new


def payment_method_of(provider: Provider) -> int | None:
    """The method of the provider's payments: its own, else the first it lists; None for the type's."""
    if provider.payment_method_id is not None:
        return int(provider.payment_method_id)
    listed: int | None = provider.payment_methods.order_by("pk").values_list("pk", flat=True).first()
    return listed


def refund_method_of(provider: Provider) -> int | None:
    """The method of the provider's refunds: its own, else the first it lists; None for the type's."""
    if provider.refund_method_id is not None:
        return int(provider.refund_method_id)
    listed: int | None = provider.refund_methods.order_by("pk").values_list("pk", flat=True).first()
    return listed


def own_accounts(provider: Provider) -> dict[int | None, int]:
    """The ledger accounts on which the provider's money stands, by its payment methods; under None that of whatever is
    paid by no method of its own."""
    own: dict[int | None, int] = {method.pk: method.ledger_account_id for method in provider.payment_methods.all()}
    if provider.payment_method is not None:
        own[provider.payment_method.pk] = provider.payment_method.ledger_account_id
    usual = payment_method_of(provider)
    return own | ({None: own[usual]} if usual is not None else {})


def known_charges(moved: Sequence[Change]) -> dict[int, int]:
    """The charges, by request, of payments that were returned and have moved after all."""
    again = [change.row.pk for change in moved if change.succeeded and change.before == RequestState.REJECTED]
    return dict(Charge.objects.filter(request__in=again).values_list("request_id", "pk")) if again else {}


def restored(moved: Sequence[Change], known: Mapping[int, int], made: Mapping[int, int]) -> list[tuple[int, int]]:
    """Charges that have their money again, each with the payment that was ``made`` of it, by request: a refund of it
    came back, or what was returned of it moved after all."""
    found = []
    for change in moved:
        row = change.row
        is_payment = row.type == RequestType.PAYMENT
        charge_id = known.get(row.pk) if is_payment else row.charge_id if change.action == "reverse" else None
        if charge_id is not None and row.pk in made:
            found.append((charge_id, made[row.pk]))
    return found


def by_draft(orders: Mapping[int, Order], request_id: int) -> bool:
    """Whether the draft that waited is what is posted."""
    order = orders.get(request_id)
    return isinstance(order, Post) and order.draft_id is not None
