"""What people configure of wallets."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.journal.models import LedgerAccount
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.platform.configuration import (
    NAMES,
    PLAIN,
    Change,
    ConfigurationField,
    ConfigurationTable,
    Default,
    Use,
    Words,
)
from subledger.transactions.models import TransactionType
from subledger.transactions.states import Classification

from .models import WalletDefinition, WalletTransactionType
from .states import EntryKind

NAME, CODE, DESCRIPTION, IN_USE = PLAIN
GROUP = say("Wallets")


def _definition(change: Change) -> None:
    for field, wanted in (
        ("funding_type", Classification.INVOICE),
        ("reimbursement_type", Classification.CREDIT_NOTE),
    ):
        kind = getattr(change.row, field)
        if kind.classification != wanted:
            raise ConfigurationInvalid(
                say("{name!r} is no type of {wanted}s. Choose one that is.", name=kind.name, wanted=plain(wanted)),
                param=f"/{field}",
            )
    own = {change.row.funding_type_id, change.row.reimbursement_type_id}
    for kind in change.lists.get("crediting_types", ()):
        if kind.classification not in (Classification.PAYMENT, Classification.CREDIT_NOTE) or kind.pk in own:
            raise ConfigurationInvalid(
                say("{name!r} credits no wallet: choose types of payments and credit notes.", name=kind.name),
                param="/crediting_types",
            )


DEFINITION = ConfigurationTable(
    model=WalletDefinition,
    name="wallet_definition",
    title=say("Wallets"),
    noun=say("wallet definition"),
    about=say("What credits wallets, by which documents money enters and leaves them, and where it is booked."),
    note=say("What the company decides about wallets."),
    group=GROUP,
    position=46,
    fields=(
        ConfigurationField(
            name="crediting_types",
            label=say("What credits a wallet"),
            help=say("Payments and credit notes of these types go into the wallet of their account."),
        ),
        ConfigurationField(name="funding_type", label=say("Invoice of what enters")),
        ConfigurationField(name="reimbursement_type", label=say("Credit note of what leaves")),
        ConfigurationField(name="wallet_account", label=say("Ledger account of wallets")),
        ConfigurationField(name="breakage_account", label=say("Ledger account of what expires")),
        ConfigurationField(
            name="may_overdraw",
            label=say("May be overdrawn"),
            help=say(
                "By a payment that is taken back after its money was spent. Without it, such a cancellation is refused."
            ),
        ),
    ),
    columns=("crediting_types", "funding_type", "reimbursement_type", "may_overdraw"),
    sort="crediting_types",
    is_single=True,
    guard=_definition,
    words={
        "wallet_definition_one": Words(
            say("A company has one wallet definition. Change the one that it has."), field="funding_type"
        ),
    },
    uses=[
        Use(LedgerAccount, "wallet_account", say("the ledger account of wallets")),
        Use(LedgerAccount, "breakage_account", say("the ledger account of what expires")),
        Use(TransactionType, "crediting_types", say("what credits a wallet")),
        Use(TransactionType, "funding_type", say("the type of what enters wallets")),
        Use(TransactionType, "reimbursement_type", say("the type of what leaves wallets")),
    ],
)
TYPES = ConfigurationTable(
    model=WalletTransactionType,
    name="wallet_transaction_types",
    title=say("Wallet transaction types"),
    noun=say("wallet transaction type"),
    about=say("What wallet transactions are called. One of each kind is the default."),
    group=GROUP,
    position=47,
    fields=(
        NAME,
        *NAMES,
        CODE,
        DESCRIPTION,
        ConfigurationField(name="kind", label=say("Kind"), choices=EntryKind, is_filter=True),
        IN_USE,
        ConfigurationField(name="is_default", label=say("Default")),
    ),
    columns=("name", "kind", "code", "is_default", "is_active"),
    default=Default(within=("kind",)),
    words={
        "wallet_type_one_default": Words(
            say("Another type became the default just now. Look again."), field="is_default"
        ),
        "wallet_type_default_active": Words(
            say("The default is in use. Make another the default first."), field="is_active"
        ),
    },
)
TABLES = (DEFINITION, TYPES)
