"""What every wallet transaction is checked for, and what of the books it is decided by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.catalog.models import Product
from subledger.companies.queries import today_of_company
from subledger.journal.errors import PeriodClosed
from subledger.journal.queries import closed_through
from subledger.kernel.days import check_day
from subledger.kernel.errors import NotFound
from subledger.kernel.money import LARGEST_MINOR
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import idempotency
from subledger.platform.scope import current_company_id
from subledger.transactions.configuration import configuration_of
from subledger.wallets.configuration import WalletSettings, settings_now
from subledger.wallets.errors import WalletAmountInvalid, WalletInvalid
from subledger.wallets.made_kinds import ENTRY
from subledger.wallets.models import Wallet, WalletTransaction
from subledger.wallets.rules.moves import NewMove
from subledger.wallets.states import EntryKind

from .purses import Need, Voiding
from .sets import Said, WalletSet


def written(set_: WalletSet, made: list[WalletTransaction]) -> list[WalletTransaction]:
    set_.write()
    if len(made) == 1:
        idempotency.bind(ENTRY, made[0].pk)
    return made


def set_of(
    wallets: Iterable[Wallet],
    *,
    needs: Sequence[Need] = (),
    voiding: Sequence[Voiding] = (),
    lots: Iterable[int] = (),
    settings: WalletSettings,
    actor: str,
) -> WalletSet:
    books = configuration_of(current_company_id(), settings.version)
    return WalletSet(wallets, needs=needs, voiding=voiding, lots=lots, settings=settings, books=books, actor=actor)


def settings_of_company() -> WalletSettings:
    settings = settings_now()
    if settings is None:
        raise WalletInvalid(say("This company has no wallet definition. Complete it: subledger company complete."))
    return settings


def held(wallet_ids: Sequence[int]) -> dict[int, Wallet]:
    """Wallets by their id, under the locks of their accounts; read after them."""
    places = dict(Wallet.objects.filter(pk__in=set(wallet_ids)).values_list("pk", "account_id"))
    for ident in wallet_ids:
        if ident not in places:
            raise NotFound(Wallet, ident, param="/wallet")
    lock_accounts(list(places.values()))
    return {row.pk: row for row in Wallet.objects.filter(pk__in=places)}


def account_in(accounts: Mapping[int, Account], ident: int) -> Account:
    account = accounts.get(ident)
    if account is None:
        raise NotFound(Account, ident, param="/account")
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("credit its wallet"))
    return account


def products_of(idents: Sequence[int | None]) -> dict[int, Product]:
    wanted = {ident for ident in idents if ident is not None}
    return {row.pk: row for row in Product.objects.select_related("tax_rate").filter(pk__in=wanted)} if wanted else {}


def product_in(products: Mapping[int, Product], ident: int | None) -> Product | None:
    if ident is None:
        return None
    if ident not in products:
        raise NotFound(Product, ident, param="/product")
    return products[ident]


def checked(new: NewMove, settings: WalletSettings, kind: EntryKind) -> date:
    """The day of what is said, once it is looked at."""
    if not 0 < new.amount_minor <= LARGEST_MINOR:
        raise WalletAmountInvalid
    check_texts(new.note, param="/note")
    check_texts(new.metadata, param="/metadata")
    if new.type_id is not None and settings.types.get(new.type_id) != kind:
        raise WalletInvalid(
            say("That is no type of this kind of wallet transaction. Choose one, or leave it out."), param="/type"
        )
    return day_of(new.posted_on)


def day_of(posted_on: date | None) -> date:
    today = today_of_company()
    on = check_day(posted_on or today, what=say("posting day"), param="/posted_on")
    if on > today:
        raise WalletInvalid(say("{on} has not come yet. Use today or an earlier day.", on=on), param="/posted_on")
    closed = closed_through()
    if closed is not None and on <= closed:
        raise PeriodClosed(effective_on=on, closed_through=closed)
    return on


def said_of(new: NewMove, on: date) -> Said:
    return Said(on=on, type_id=new.type_id, note=new.note.strip(), metadata=new.metadata)
