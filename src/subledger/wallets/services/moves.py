"""Crediting, debiting, transferring, reimbursing and voiding: each takes a set, and one is a set of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.catalog.models import Product
from subledger.companies.queries import today_of_company
from subledger.journal.errors import PeriodClosed
from subledger.journal.queries import closed_through
from subledger.kernel.days import check_day
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.money import LARGEST_MINOR, Money
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import idempotency
from subledger.platform.callers import as_follows, demand
from subledger.platform.scope import current_company_id
from subledger.transactions.configuration import configuration_of
from subledger.transactions.queries import balance_of
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Order, Post
from subledger.transactions.services.posting import execute
from subledger.transactions.states import Classification
from subledger.wallets.configuration import WalletSettings, settings_now
from subledger.wallets.consequences import Announced, announcing, funding
from subledger.wallets.errors import (
    EarlierThanEntry,
    NotEnoughCredit,
    NotVoidable,
    WalletAmountInvalid,
    WalletInvalid,
)
from subledger.wallets.made_kinds import ENTRY
from subledger.wallets.models import Lot, LotTake, Wallet, WalletTransaction
from subledger.wallets.states import ENTRIES, Cause, EntryKind, EntryState

from .opening import wallets_of
from .purses import Need, standing_take
from .sets import Said, WalletSet


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What any wallet transaction may say."""

    amount_minor: int
    type_id: int | None = None
    posted_on: date | None = None
    note: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredit(NewEntry):
    """Granted credit: face that nobody paid for. ``product_id``: what alone it is meant for."""

    account_id: int
    product_id: int | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDebit(NewEntry):
    """A supply that the wallet pays for, at a gross amount; its tax is that of the product."""

    wallet_id: int
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer(NewEntry):
    """Between wallets of one currency."""

    wallet_id: int
    to_wallet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReimbursement(NewEntry):
    """Back to the wallet's own account, as a credit note for the paid value; granted face is forfeited with it."""

    wallet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFunding(NewEntry):
    """Free credit of an account that goes into its wallet."""

    account_id: int


@atomic
def credit_wallets(*, new: Sequence[NewCredit], actor: str) -> list[WalletTransaction]:
    """Grant credit.

    Raises:
        WalletAmountInvalid, WalletInvalid, WalletCancelled, AccountTerminated, NotFound, DayInvalid, PeriodClosed.
    """
    demand("wallets.credit")
    settings = _settings()
    lock_accounts([one.account_id for one in new])
    accounts = {row.pk: row for row in Account.objects.filter(pk__in={one.account_id for one in new})}
    for one in new:
        _account(accounts, one.account_id)
    wallets = wallets_of(accounts.values(), actor=actor)
    products = _products([one.product_id for one in new])
    set_ = _set(wallets.values(), settings=settings, actor=actor)
    made = []
    for one in new:
        on = _checked(one, settings, EntryKind.CREDIT)
        if one.expires_on is not None and one.expires_on < on:
            raise WalletInvalid(
                say("The credit would expire before its own day. Choose {on} or a later day.", on=on),
                param="/expires_on",
            )
        product = _product(products, one.product_id)
        made.append(
            set_.credit(
                wallets[one.account_id],
                _said(one, on),
                face=one.amount_minor,
                paid=0,
                parts={product.pk: one.amount_minor} if product is not None else None,
                expires_on=one.expires_on,
            )
        )
    return _written(set_, made)


@atomic
def debit_wallets(*, new: Sequence[NewDebit], actor: str) -> list[WalletTransaction]:
    """Let wallets pay for supplies.

    Raises:
        InsufficientFunds: all or nothing is debited; WalletAmountInvalid, WalletInvalid, WalletCancelled, NotFound,
        DayInvalid, PeriodClosed, PostingRuleMissing.
    """
    demand("wallets.debit")
    settings = _settings()
    days = [_checked(one, settings, EntryKind.DEBIT) for one in new]
    wallets = _held([one.wallet_id for one in new])
    products = _products([one.product_id for one in new])
    needs = [
        Need(wallet_id=one.wallet_id, face=one.amount_minor, on=on, product_id=one.product_id)
        for one, on in zip(new, days, strict=True)
    ]
    set_ = _set(wallets.values(), needs=needs, settings=settings, actor=actor)
    made = []
    for one, on in zip(new, days, strict=True):
        product = _product(products, one.product_id)
        rate = product.tax_rate if product is not None else None
        made.append(
            set_.debit(
                wallets[one.wallet_id],
                _said(one, on),
                face=one.amount_minor,
                product_id=one.product_id,
                product=product.name if product is not None else "",
                tax_rate_id=rate.pk if rate is not None else None,
                tax_percent=rate.percent if rate is not None else Decimal(0),
            )
        )
    return _written(set_, made)


@atomic
def transfer_between_wallets(*, new: Sequence[NewTransfer], actor: str) -> list[WalletTransaction]:
    """What leaves each wallet; what enters the other is its counterpart. Expiry and paid value go with the money.

    Raises:
        InsufficientFunds, WalletInvalid, WalletCancelled, WalletAmountInvalid, NotFound, DayInvalid, PeriodClosed.
    """
    demand("wallets.transfer")
    settings = _settings()
    days = [_checked(one, settings, EntryKind.TRANSFER) for one in new]
    wallets = _held([ident for one in new for ident in (one.wallet_id, one.to_wallet_id)])
    needs = [
        Need(wallet_id=one.wallet_id, face=one.amount_minor, on=on) for one, on in zip(new, days, strict=True)
    ]  # fmt: skip
    set_ = _set(wallets.values(), needs=needs, settings=settings, actor=actor)
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
        made.append(set_.transfer(source, target, _said(one, on), face=one.amount_minor))
    return _written(set_, made)


@atomic
def fund_wallet(*, new: NewFunding, actor: str) -> WalletTransaction:
    """Free credit of an account goes into its wallet, by an invoice that it settles.

    Raises:
        NotEnoughCredit, WalletAmountInvalid, WalletCancelled, NotFound; as `execute`.
    """
    demand("wallets.fund")
    settings = _settings()
    on = _checked(new, settings, EntryKind.CREDIT)
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
    """Money of a wallet goes back to its account, as a credit note of the type "wallet reimbursement".

    Raises:
        InsufficientFunds, WalletAmountInvalid, WalletCancelled, NotFound; as `execute`.
    """
    demand("wallets.reimburse")
    settings = _settings()
    on = _checked(new, settings, EntryKind.REIMBURSE)
    wallet = _held([new.wallet_id])[new.wallet_id]
    document = NewTransaction(
        classification=Classification.CREDIT_NOTE,
        account_id=wallet.account_id,
        type_id=settings.reimbursement_type_id,
        items=(
            NewItem(
                sub_total_minor=new.amount_minor,
                description=settings.own_type_names[settings.reimbursement_type_id],
            ),
        ),
        posted_on=on,
        confirm_posted_on=True,
    )
    return _posted(Post(new=document), _announced(new, Cause.BY_HAND), actor)


@atomic
def void_entry(*, entry_id: int, posted_on: date | None = None, note: str = "", actor: str) -> WalletTransaction:
    """Take back a wallet transaction: what it did is undone, and both say so.

    The void of a credit that came from the account cancels its funding invoice; of a transfer, both sides are voided.

    Raises:
        NotFound, InvalidState, NotVoidable, EarlierThanEntry, VoidWouldOverdraw, DayInvalid, PeriodClosed.
    """
    demand("wallets.void")
    settings = _settings()
    entry = WalletTransaction.objects.select_related("wallet").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(WalletTransaction, entry_id)
    sides = [entry]
    if entry.kind == EntryKind.TRANSFER:
        other = entry.counterpart or WalletTransaction.objects.filter(counterpart=entry).get()
        sides = sorted((entry, other), key=lambda one: one.face_minor)  # what left goes back last
        sides.reverse()
    wallets = _held([one.wallet_id for one in sides])
    entry.refresh_from_db()
    ENTRIES.advance(EntryState(entry.state), "void")
    _voidable(entry)
    check_texts(note, param="/note")
    on = _day(posted_on)
    if on < entry.posted_on:
        raise EarlierThanEntry(entry.number, on=on, posted_on=entry.posted_on)
    if entry.document_id is not None:
        with as_follows():
            execute([Cancel(target_id=entry.document_id, amount=ALL, posted_on=on, confirm_posted_on=True,
                            issue_reason=note or None)], actor=actor)  # fmt: skip
        return WalletTransaction.objects.get(voids=entry)
    return _void(sides, wallets, on=on, note=note, settings=settings, actor=actor)


def _void(
    sides: Sequence[WalletTransaction],
    wallets: Mapping[int, Wallet],
    *,
    on: date,
    note: str,
    settings: WalletSettings,
    actor: str,
) -> WalletTransaction:
    lots = dict(Lot.objects.filter(credit__in=[one.pk for one in sides]).values_list("pk", "credit_id"))
    out = [one.pk for one in sides if one.face_minor < 0]
    takes = list(
        (
            LotTake.objects.filter(lot__in=list(lots), ended_by=None)
            | LotTake.objects.filter(debit__in=out, ended_by=None)
        )
        .select_related("debit")
        .order_by("pk")
    )
    standing = [standing_take(take) for take in takes]
    wallet_of = {take.debit_id: take.debit.wallet_id for take in takes}
    needs = [
        Need(wallet_id=wallet_of[take.debit_id], face=take.face, on=on, product_id=take.product_id)
        for take in standing
        if take.lot_id in lots
    ]
    named = {*lots, *(take.lot_id for take in standing if take.lot_id is not None)}
    set_ = _set(wallets.values(), needs=needs, lots=named, settings=settings, actor=actor)
    said = Said(on=on, note=note)
    made = []
    for one in sides:
        if one.face_minor > 0:
            own = [ident for ident, credit in lots.items() if credit == one.pk]
            made.append(set_.void_credit(one, own, [take for take in standing if take.lot_id in own], said))
        else:
            made.append(set_.void_out(one, [take for take in standing if take.debit_id == one.pk], said))
    by_original = {one.voids_id: one for one in _written(set_, made)}
    return by_original[sides[-1].pk] if len(sides) == 1 else by_original[sides[0].pk]


def _voidable(entry: WalletTransaction) -> None:
    if entry.kind == EntryKind.VOID:
        raise NotVoidable(say("{number} is itself a void. Make a new transaction instead.", number=entry.number))
    if entry.kind == EntryKind.REIMBURSE:
        raise NotVoidable(
            say(
                "{number} went back to the account by a credit note. Transfer it from the account into the wallet.",
                number=entry.number,
            )
        )


def _posted(order: Order, said: Announced, actor: str) -> WalletTransaction:
    with announcing([(order, said)]), as_follows():
        [posted] = execute([order], actor=actor)
    if isinstance(posted, DomainError):  # not without ``collect``
        raise posted
    made = WalletTransaction.objects.get(document=posted.id)
    idempotency.bind(ENTRY, made.pk)
    return made


def _announced(new: NewEntry, cause: Cause) -> Announced:
    return Announced(type_id=new.type_id, note=new.note.strip(), cause=cause, metadata=new.metadata)


def _written(set_: WalletSet, made: list[WalletTransaction]) -> list[WalletTransaction]:
    set_.write()
    if len(made) == 1:
        idempotency.bind(ENTRY, made[0].pk)
    return made


def _set(
    wallets: object, *, needs: Sequence[Need] = (), lots: object = (), settings: WalletSettings, actor: str
) -> WalletSet:
    books = configuration_of(current_company_id(), settings.version)
    return WalletSet(wallets, needs=needs, lots=lots, settings=settings, books=books, actor=actor)  # type: ignore[arg-type]


def _settings() -> WalletSettings:
    settings = settings_now()
    if settings is None:
        raise WalletInvalid(say("This company has no wallet definition. Complete it: subledger company complete."))
    return settings


def _held(wallet_ids: Sequence[int]) -> dict[int, Wallet]:
    """Wallets by their id, under the locks of their accounts; read after them."""
    places = dict(Wallet.objects.filter(pk__in=set(wallet_ids)).values_list("pk", "account_id"))
    for ident in wallet_ids:
        if ident not in places:
            raise NotFound(Wallet, ident, param="/wallet")
    lock_accounts(list(places.values()))
    return {row.pk: row for row in Wallet.objects.filter(pk__in=places)}


def _account(accounts: Mapping[int, Account], ident: int) -> Account:
    account = accounts.get(ident)
    if account is None:
        raise NotFound(Account, ident, param="/account")
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("credit its wallet"))
    return account


def _products(idents: Sequence[int | None]) -> dict[int, Product]:
    wanted = {ident for ident in idents if ident is not None}
    return {row.pk: row for row in Product.objects.select_related("tax_rate").filter(pk__in=wanted)} if wanted else {}


def _product(products: Mapping[int, Product], ident: int | None) -> Product | None:
    if ident is None:
        return None
    if ident not in products:
        raise NotFound(Product, ident, param="/product")
    return products[ident]


def _checked(new: NewEntry, settings: WalletSettings, kind: EntryKind) -> date:
    """The day of what is said, once it is looked at."""
    if not 0 < new.amount_minor <= LARGEST_MINOR:
        raise WalletAmountInvalid
    check_texts(new.note, param="/note")
    check_texts(new.metadata, param="/metadata")
    if new.type_id is not None and settings.types.get(new.type_id) != kind:
        raise WalletInvalid(
            say("That is no type of this kind of wallet transaction. Choose one, or leave it out."), param="/type"
        )
    return _day(new.posted_on)


def _day(posted_on: date | None) -> date:
    today = today_of_company()
    on = check_day(posted_on or today, what=say("posting day"), param="/posted_on")
    if on > today:
        raise WalletInvalid(say("{on} has not come yet. Use today or an earlier day.", on=on), param="/posted_on")
    closed = closed_through()
    if closed is not None and on <= closed:
        raise PeriodClosed(effective_on=on, closed_through=closed)
    return on


def _said(new: NewEntry, on: date) -> Said:
    return Said(on=on, type_id=new.type_id, note=new.note.strip(), metadata=new.metadata)
