"""What providers of payment gateways rely on, when it is configured."""

from __future__ import annotations

from subledger.companies.entries import Change, ConfigurationInvalid, guard, keep_in_use
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionType

from .models import Provider


def register() -> None:
    guard(Provider, _provider)
    keep_in_use(LedgerAccount, by=Provider, field="fee_account", says="where fees are booked of the provider")
    keep_in_use(TransactionType, by=Provider, field="payment_type", says="the type of payments made by the provider")
    keep_in_use(PaymentMethod, by=Provider, field="payment_method", says="the method of payments made by the provider")
    keep_in_use(RefundMethod, by=Provider, field="refund_method", says="the method of refunds made by the provider")


def _provider(change: Change) -> None:
    account = change.row.fee_account
    if account is None or (change.before is not None and not change.changes("fee_account")):
        return
    if account.kind != LedgerKind.EXPENSE:
        raise ConfigurationInvalid(
            f"Fees of a gateway are an expense, and {account} is none. Choose an expense account.",
            param="/fee_account",
        )
