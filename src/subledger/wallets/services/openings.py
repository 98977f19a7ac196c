"""Wallets of accounts, made where there is none: kept with the first thing that moves in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import lock_accounts
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.companies.queries import today_of_company
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.numbering import next_number
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids
from subledger.wallets.errors import WalletExists
from subledger.wallets.models import Wallet


@atomic
def open_wallet(*, account_id: int, actor: str) -> Wallet:
    """The wallet of an account that has none, empty.

    Raises:
        NotFound, AccountTerminated, WalletExists.
    """
    demand("wallets.open")
    lock_accounts([account_id])
    account = Account.objects.filter(pk=account_id).first()
    if account is None or account.system_role is not None:
        raise NotFound(Account, account_id, param="/account")
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("have a wallet"))
    wallet = wallets_of([account], actor=actor)[account.pk]
    if wallet.number:
        raise WalletExists(account.number, wallet=wallet.number)
    record_events(keep([wallet]), actor=actor)
    return wallet


def keep(wallets: Iterable[Wallet]) -> list[NewEvent]:
    """Write those that are new, and say so."""
    new = [wallet for wallet in wallets if not wallet.number]
    if not new:
        return []
    for wallet, number in zip(new, next_number("wallet", count=len(new), today=today_of_company), strict=True):
        wallet.number = number
    Wallet.objects.bulk_create(new)
    return [NewEvent("wallet.opened", "wallet", one.pk, {"account_id": one.account_id}) for one in new]


def wallets_of(accounts: Iterable[Account], *, actor: str) -> dict[int, Wallet]:
    """The wallets of accounts that the caller holds, by the account's id. A new one has no number until it is written,
    and nothing is written here."""
    by_id = {account.pk: account for account in accounts}
    found = {wallet.account_id: wallet for wallet in Wallet.objects.filter(account__in=list(by_id))}
    missing = [account for ident, account in by_id.items() if ident not in found]
    if not missing:
        return found
    now, today, company_id = clock.now(), today_of_company(), current_company_id()
    for ident, account in zip(fresh_ids(len(missing)), missing, strict=True):
        found[account.pk] = Wallet(
            id=ident, company_id=company_id, number="", account=account, currency=account.currency, opened_on=today,
            created_at=now, created_by=actor,
        )  # fmt: skip
    return found
