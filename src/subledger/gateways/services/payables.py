"""What a customer can pay on a page of a gateway's: invoices of one account, one or several, all that is open of them
or a part, or the whole balance of the account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.gateways import link_errors
from subledger.gateways.claims import holding, is_page, pages_and_others
from subledger.gateways.models import Claim, PaymentRequest, Provider
from subledger.gateways.registry import kind_named
from subledger.gateways.states import ClaimKind, ProviderState, RequestType
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.transactions.errors import IntendedInvoiceInvalid
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.queries import with_open
from subledger.transactions.states import Classification, TransactionState

from .outstanding import not_to_leave, one_more, room_for
from .unbooked import booked_before


@dataclass(frozen=True, kw_only=True)
class Payable:
    """What a customer sees before paying: ``documents`` of one account, each with its ``open_minor``, and the
    ``amount_minor`` that is asked for; 0 when nothing is left to pay. ``under_way`` are the open requests that hold any
    of the documents."""

    account: Account
    documents: Sequence[Any]
    open_minor: int
    amount_minor: int
    provider: Provider | None
    under_way: Sequence[PaymentRequest] = ()
    is_balance: bool = False

    @property
    def intended_ids(self) -> tuple[int, ...]:
        """What the payment is meant for: a debit that is no invoice is settled in its turn."""
        return tuple(one.pk for one in self.documents if one.classification == Classification.INVOICE)

    @property
    def claims(self) -> frozenset[tuple[ClaimKind, int]]:
        return frozenset((ClaimKind.TRANSACTION, one.pk) for one in self.documents)

    @property
    def pages(self) -> list[PaymentRequest]:
        """Of what is under way, pages of the gateway's on which the customer can still pay."""
        return [row for row in self.under_way if is_page(row)]

    @cached_property
    def page(self) -> PaymentRequest | None:
        """The page that asks for just this, if one is open."""
        wanted = {object_id for _, object_id in self.claims}
        held: dict[int, set[int]] = {row.pk: set() for row in self.pages}
        for request_id, object_id in Claim.objects.filter(request__in=held).values_list("request_id", "object_id"):
            held[request_id].add(object_id)
        for row in self.pages:
            is_same = bool(row.order.get("is_balance")) == self.is_balance and held[row.pk] == wanted
            if is_same and row.amount_minor == self.amount_minor:
                return row
        return None

    @cached_property
    def is_collected(self) -> bool:
        """Whether one charge more would collect the same twice: a request holds some of it that is no page of its
        customer's own; what is under way on the account, or may have been carried out there, collects what is open of
        it, whatever that is meant for; or it is said of a request that is over that its money moved."""
        pages = self.pages
        if len(pages) < len(self.under_way) or (self.open_minor and not self.amount_minor):
            return True
        asked = one_more(
            RequestType.PAYMENT,
            account_id=self.account.pk,
            amount_minor=self.amount_minor,
            currency=self.account.currency,
            intended_ids=self.intended_ids,
            is_balance=self.is_balance,
        )
        documents = [one.pk for one in self.documents]
        return bool(not_to_leave([asked], instead_of=pages)) or booked_before([asked], documents) is not None


def payable(invoice_ids: Sequence[int], amount_minor: int | None = None) -> Payable:
    """Invoices of one account and how they could be paid now; ``amount_minor`` for less than is open of them.

    Raises:
        NotFound; IntendedInvoiceInvalid: they are on several accounts.
    """
    wanted = dict.fromkeys(invoice_ids)
    rows = with_open(Transaction.objects.select_related("account", "account__customer"))
    found = {row.pk: row for row in rows.filter(pk__in=wanted, classification=Classification.INVOICE)}
    for ident in wanted:
        if ident not in found:
            raise NotFound(Transaction, ident, noun=say("invoice"))
    documents = sorted(found.values(), key=lambda row: (row.due_on or row.issued_on, row.pk))
    account = documents[0].account
    for row in documents:
        if row.account_id != account.pk:
            raise IntendedInvoiceInvalid(row.number or row.reference_number, say("it belongs to another account"))
    left = sum(row.open_minor for row in documents)
    return Payable(
        account=account,
        documents=documents,
        open_minor=left,
        amount_minor=left if amount_minor is None else amount_minor,
        provider=provider_for(account),
        under_way=holding(found),
    )


def balance_payable(account_id: int) -> Payable:
    """All that an account owes, less its free credit and what is being collected of it already. NotFound.

    ``open_minor`` is what it owes, ``amount_minor`` what of that can be paid now, ``documents`` those that nothing else
    is to settle."""
    account = account_by_id(account_id)
    owing = OpenItem.objects.filter(account=account, is_debit=True)
    documents = with_open(Transaction.objects.filter(Exists(owing.filter(transaction=OuterRef("pk"))))).only(
        "pk", "classification", "state", "number", "account"
    )
    by_id = {row.pk: row for row in documents.order_by("open_item__order_on", "pk")}
    pages, taken = pages_and_others(owing.values("transaction"))
    asked = one_more(
        RequestType.PAYMENT, account_id=account.pk, amount_minor=1, currency=account.currency, intended_ids=(),
        is_balance=True,
    )  # fmt: skip
    debits = sum(row.open_minor for row in by_id.values())
    credits = OpenItem.objects.filter(account=account, is_debit=False).aggregate(sum=Sum("open_minor"))["sum"] or 0
    rest = [row for ident, row in by_id.items() if ident not in taken]
    return Payable(
        account=account,
        documents=rest,
        open_minor=max(debits - credits, 0),
        amount_minor=min(room_for(asked, instead_of=pages), sum(row.open_minor for row in rest)),
        provider=provider_for(account),
        under_way=pages,
        is_balance=True,
    )


def check_payable(found: Payable) -> None:
    """Whether a customer can pay this online: where a link to it is made, and where it is used.

    Raises:
        NotPayable: a document is not posted. AlreadyPaid: nothing is left to pay of one; NothingOwed, of the account;
        AmountNotPayable: a part that is none; AccountTerminated: nothing is posted on its account any more;
        NobodyCollects: no gateway could take it.
    """
    for row in found.documents:
        if row.state != TransactionState.POSTED:
            raise link_errors.NotPayable(row.number or row.reference_number, row.state)
        if not row.open_minor:
            raise link_errors.AlreadyPaid(row.number)
    account = found.account
    if not found.open_minor:
        raise link_errors.NothingOwed(account.number)
    if not found.is_balance and not 0 < found.amount_minor <= found.open_minor:
        raise link_errors.AmountNotPayable(
            Money(found.amount_minor, account.currency), Money(found.open_minor, account.currency)
        )
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=_action(found))
    if found.provider is None:
        raise link_errors.NobodyCollects(account.currency)


def check_each_payable(invoice_ids: Iterable[int]) -> None:
    """`check_payable` of each of these invoices by itself, in one statement for all and one for each currency. As that;
    NotFound."""
    wanted = dict.fromkeys(invoice_ids)
    rows = with_open(Transaction.objects.select_related("account"))
    found = {row.pk: row for row in rows.filter(pk__in=wanted, classification=Classification.INVOICE)}
    hosts: dict[str, Provider | None] = {}
    for ident in wanted:
        row = found.get(ident)
        if row is None:
            raise NotFound(Transaction, ident, noun=say("invoice"))
        account = row.account
        if account.currency not in hosts:
            hosts[account.currency] = hosting_provider(account.currency)
        check_payable(
            Payable(
                account=account,
                documents=[row],
                open_minor=row.open_minor,
                amount_minor=row.open_minor,
                provider=hosts[account.currency],
            )
        )


def _action(found: Payable) -> str:
    if len(found.documents) == 1 and not found.is_balance:
        return say("collect invoice {number}", number=found.documents[0].number)
    return say("collect what it owes")


def provider_for(account: Account) -> Provider | None:
    """On whose page an account's customer pays; None where nobody takes its currency, or nothing is posted there."""
    return hosting_provider(account.currency) if account.state != AccountState.TERMINATED else None


def hosting_provider(currency: str) -> Provider | None:
    """The effective provider whose customers pay on its own pages, for a currency; the first created of several."""
    for provider in Provider.objects.filter(state=ProviderState.EFFECTIVE).order_by("pk"):
        takes = not provider.currencies or currency in provider.currencies
        if takes and kind_named(provider.kind).executes:
            return provider
    return None
