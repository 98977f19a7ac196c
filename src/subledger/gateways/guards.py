"""What providers of payment gateways rely on, when it is configured."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.kernel.sentences import say
from subledger.platform.configuration import Change, Guarding, Use
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionType

from .models import Provider


def _provider(change: Change) -> None:
    account = change.row.fee_account
    if account is None or (change.before is not None and not change.changes("fee_account")):
        return
    if account.kind != LedgerKind.EXPENSE:
        raise ConfigurationInvalid(
            say("Fees of a gateway are an expense, and {account} is none. Choose an expense account.", account=account),
            param="/fee_account",
        )


GUARDING = (
    Guarding(
        model=Provider,
        guard=_provider,
        uses=[
            Use(LedgerAccount, "fee_account", say("where fees are booked of the provider")),
            Use(TransactionType, "payment_type", say("the type of payments made by the provider")),
            Use(PaymentMethod, "payment_method", say("the method of payments made by the provider")),
            Use(RefundMethod, "refund_method", say("the method of refunds made by the provider")),
        ],
    ),
)
