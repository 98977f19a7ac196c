"""What wallets declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import JournalSource, LedgerSeed, Permission, Room, Series

from .consequences import CONSEQUENCES
from .defaults import DEFAULTS
from .event_types import EVENTS
from .invariants import WALLETS
from .made_kinds import MADE_KINDS
from .models import WalletTransaction
from .reports import REPORTS
from .runs import RUNS
from .sql import PRESENT
from .tables import TABLES

_DESK = frozenset({"agent", "billing_manager"})
_MANAGER = frozenset({"billing_manager"})
_NUMBERS = "SELECT number FROM {table} WHERE company_id = %(company)s"
_ENTRIES = "SELECT id, number FROM wallets_wallettransaction"

ROOM = Room(
    name="wallets",
    permissions={
        "wallets.open": Permission(title=say("Open wallets"), roles=_DESK),
        "wallets.debit": Permission(title=say("Debit wallets"), roles=_DESK),
        "wallets.fund": Permission(title=say("Transfer free credit of accounts into their wallets"), roles=_DESK),
        "wallets.transfer": Permission(title=say("Transfer money between wallets"), roles=_MANAGER),
        "wallets.credit": Permission(title=say("Grant credit to wallets"), roles=_MANAGER),
        "wallets.reimburse": Permission(title=say("Give money of wallets back to their accounts"), roles=_MANAGER),
        "wallets.expire": Permission(title=say("Forfeit what of wallets has expired"), roles=_MANAGER),
        "wallets.void": Permission(title=say("Void wallet transactions"), roles=_MANAGER),
    },
    scopes={
        "wallets": frozenset(
            {
                "wallets.open",
                "wallets.debit",
                "wallets.fund",
                "wallets.transfer",
                "wallets.credit",
                "wallets.reimburse",
                "wallets.expire",
            }
        ),
        "accounts": frozenset({"wallets.fund"}),
        "wallet_transactions": frozenset({"wallets.void"}),
    },
    series=[
        Series("wallet", "W", numbers=_NUMBERS.format(table="wallets_wallet")),
        Series("wallet_transaction", "WTX", numbers=_NUMBERS.format(table="wallets_wallettransaction")),
    ],
    chart=[
        LedgerSeed("2300", say("Wallets"), "liability"),
        LedgerSeed("4300", say("Breakage"), "income"),
    ],
    sources={
        "wallet_transaction": JournalSource(
            title=say("Wallet transaction"), prefix=WalletTransaction.PREFIX, numbers=[_ENTRIES]
        ),
        "wallet_adjustment": JournalSource(
            title=say("Other lots pay for a wallet debit"),
            prefix=WalletTransaction.PREFIX,
            shares_id=False,
            numbers=[_ENTRIES],
        ),
    },
    consequences=CONSEQUENCES,
    reports=REPORTS,
    runs=RUNS,
    tables=TABLES,
    invariants=WALLETS,
    guards=PRESENT.triggers(),
    made_kinds=MADE_KINDS,
    defaults=DEFAULTS,
    events=EVENTS,
)
