"""Crediting, debiting, transferring, funding and reimbursing: each takes a set, and one is a set of one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.money import LARGEST_MINOR, Money
from subledger.kernel.sentences import say
from subledger.platform import idempotency
from subledger.platform.callers import as_follows, demand
from subledger.transactions.queries import balance_of
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Order, Post
from subledger.transactions.services.posting import execute
from subledger.transactions.states import Classification
from subledger.wallets.consequences import Announced, announcing, funding
from subledger.wallets.errors import NotEnoughCredit, WalletInvalid
from subledger.wallets.made_kinds import ENTRY
from subledger.wallets.models import WalletTransaction
from subledger.wallets.rules.moves import NewCredit, NewDebit, NewFunding, NewMove, NewReimbursement, NewTransfer
from subledger.wallets.states import Cause, EntryKind

from .checks import (
    account_in,
    checked,
    held,
    product_in,
    products_of,
    said_of,
    set_of,
    settings_of_company,
    written,
)
from .openings import wallets_of
from .purses import Need


@atomic
def credit_wallets(*, new: Sequence[NewCredit], actor: str) -> list[WalletTransaction]:
    """Grant credit.

    Raises:
        WalletAmountInvalid, WalletInvalid, WalletCancelled, AccountTerminated, NotFound, DayInvalid, PeriodClosed.
    """
    demand("wallets.credit")
    settings = settings_of_company()
    lock_accounts([one.account_id for one in new])
    accounts = {row.pk: row for row in Account.objects.filter(pk__in={one.account_id for one in new})}
    for one in new:
        account_in(accounts, one.account_id)
    wallets = wallets_of(accounts.values(), actor=actor)
    products = products_of([one.product_id for one in new])
    set_ = set_of(wallets.values(), settings=settings, actor=actor)
    made = []
    for one in new:
        on = checked(one, settings, EntryKind.CREDIT)
        if one.expires_on is not None and one.expires_on < on:
            raise WalletInvalid(
                say("The credit would expire before its own day. Choose {on} or a later day.", on=on),
                param="/expires_on",
            )
        product = product_in(products, one.product_id)
        made.append(
            set_.credit(
                wallets[one.account_id],
                said_of(one, on),
                face=one.amount_minor,
                paid=0,
                parts={product.pk: one.amount_minor} if product is not None else None,
                expires_on=one.expires_on,
            )
        )
    return written(set_, made)


@atomic
def debit_wallets(*, new: Sequence[NewDebit], actor: str) -> list[WalletTransaction]:
    """Let wallets pay for supplies.

    Raises:
        InsufficientFunds: all or nothing is debited; WalletAmountInvalid, WalletInvalid, WalletCancelled, NotFound,
        DayInvalid, PeriodClosed, PostingRuleMissing.
    """
    demand("wallets.debit")
    settings = settings_of_company()
    days = [checked(one, settings, EntryKind.DEBIT) for one in new]
    wallets = held([one.wallet_id for one in new])
    products = products_of([one.product_id for one in new])
    needs = [
        Need(wallet_id=one.wallet_id, face=one.amount_minor, on=on, product_id=one.product_id)
        for one, on in zip(new, days, strict=True)
    ]
    set_ = set_of(wallets.values(), needs=needs, settings=settings, actor=actor)
    made = []
    for one, on in zip(new, days, strict=True):
        product = product_in(products, one.product_id)
        rate = product.tax_rate if product is not None else None
        made.append(
            set_.debit(
                wallets[one.wallet_id],
                said_of(one, on),
                face=one.amount_minor,
                product_id=one.product_id,
                product=product.name if product is not None else "",
                tax_rate_id=rate.pk if rate is not None else None,
                tax_percent=rate.percent if rate is not None else Decimal(0),
            )
        )
    return written(set_, made)


@atomic
def transfer_between_wallets(*, new: Sequence[NewTransfer], actor: str) -> list[WalletTransaction]:
    """What leaves each wallet; what enters the other is its counterpart. Expiry and paid value go with the money.

    Raises:
        InsufficientFunds, WalletInvalid, WalletCancelled, WalletAmountInvalid, NotFound, DayInvalid, PeriodClosed.
    """
    demand("wallets.transfer")
    settings = settings_of_company()
    days = [checked(one, settings, EntryKind.TRANSFER) for one in new]
    wallets = held([ident for one in new for ident in (one.wallet_id, one.to_wallet_id)])
    needs = [
        Need(wallet_id=one.wallet_id, face=one.amount_minor, on=on) for one, on in zip(new, days, strict=True)
    ]  # fmt: skip
    set_ = set_of(wallets.values(), needs=needs, settings=settings, actor=actor)
    made = []
    for one, on in zip(new, days, strict=True):
        source, target = wallets[one.wallet_id], wallets[one.to_wallet_id]
        if source.pk == target.pk:
            raise WalletInvalid(say("Both are the same wallet. Choose another."), param="/to_wallet")
        if source.currency != target.currency:
            raise WalletInvalid(
                say(
                    "{source} is in {of} and {target} in {other}. Transfer between wallets of one currency.",
                    source=source.number,
                    target=target.number,
                    of=source.currency.upper(),
                    other=target.currency.upper(),
                ),
                param="/to_wallet",
            )
        made.append(set_.transfer(source, target, said_of(one, on), face=one.amount_minor))
    return written(set_, made)


@atomic
def fund_wallet(*, new: NewFunding, actor: str) -> WalletTransaction:
    """Free credit of an account goes into its wallet, by an invoice that it settles.

    Raises:
        NotEnoughCredit, WalletAmountInvalid, WalletCancelled, NotFound; as `execute`.
    """
    demand("wallets.fund")
    settings = settings_of_company()
    on = checked(new, settings, EntryKind.CREDIT)
    lock_accounts([new.account_id])
    account = Account.objects.filter(pk=new.account_id).first()
    if account is None:
        raise NotFound(Account, new.account_id)
    free = balance_of(account_id=account.pk, currency=account.currency, as_of=on).unallocated
    if new.amount_minor > free:
        asked = Money(new.amount_minor, account.currency)
        raise NotEnoughCredit(account.number, asked=asked, free=Money(max(free, 0), account.currency))
    order = Post(new=funding(account.pk, new.amount_minor, on, settings))
    return _posted(order, _announced(new, Cause.ACCOUNT), actor)


@atomic
def reimburse_wallet(*, new: NewReimbursement, actor: str) -> WalletTransaction:
    """Money of a wallet goes back to its account, as a credit note of the type "wallet reimbursement" for its paid
    value. It is taken of lots that somebody paid for; what of them was granted is forfeited with it.

    Raises:
        InsufficientFunds, WalletAmountInvalid, WalletCancelled, NotFound; as `execute`.
    """
    demand("wallets.reimburse")
    settings = settings_of_company()
    on = checked(new, settings, EntryKind.REIMBURSE)
    wallet = held([new.wallet_id])[new.wallet_id]
    need = Need(wallet_id=wallet.pk, face=LARGEST_MINOR, on=on)
    foreseen = set_of([wallet], needs=[need], settings=settings, actor=actor)
    paid = -foreseen.leave(wallet, said_of(new, on), face=new.amount_minor, kind=EntryKind.REIMBURSE).paid_minor
    document = NewTransaction(
        classification=Classification.CREDIT_NOTE,
        account_id=wallet.account_id,
        type_id=settings.reimbursement_type_id,
        items=(
            NewItem(
                sub_total_minor=paid,
                description=settings.own_type_names[settings.reimbursement_type_id],
            ),
        ),
        posted_on=on,
        confirm_posted_on=True,
    )
    return _posted(Post(new=document), _announced(new, Cause.BY_HAND, face_minor=new.amount_minor), actor)


def _posted(order: Order, said: Announced, actor: str) -> WalletTransaction:
    with announcing([(order, said)]), as_follows():
        [posted] = execute([order], actor=actor)
    if isinstance(posted, DomainError):  # not without ``collect``
        raise posted
    made = WalletTransaction.objects.get(document=posted.id)
    idempotency.bind(ENTRY, made.pk)
    return made


def _announced(new: NewMove, cause: Cause, *, face_minor: int = 0) -> Announced:
    return Announced(
        face_minor=face_minor, type_id=new.type_id, note=new.note.strip(), cause=cause, metadata=new.metadata
    )
