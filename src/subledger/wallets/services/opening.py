"""Wallets of accounts, made where there is none: kept with the first thing that moves in them."""

from __future__ import annotations

from collections.abc import Iterable

from subledger.accounts.models import Account
from subledger.companies.queries import today_of_company
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids
from subledger.wallets.models import Wallet


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
