"""What events of wallets are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url
from subledger.wallets.models import Wallet, WalletTransaction

EVENT_WORDS = {
    "wallet.opened": say("Wallet opened"),
    "wallet.cancelled": say("Wallet cancelled"),
    "wallet.credited": say("Wallet credited"),
    "wallet.debited": say("Wallet debited"),
    "wallet.reimbursed": say("Money of the wallet given back to the account"),
    "wallet.voided": say("Wallet transaction voided"),
    "wallet.transferred": say("Money transferred between wallets"),
    "wallet.expired": say("Expired credit forfeited"),
    "wallet.covered": say("What was overdrawn is covered"),
}
THINGS = {
    "wallet": say("Wallet"),
    "wallet_transaction": say("Wallet transaction"),
    "walletdefinition": say("Wallets"),
    "wallettransactiontype": say("Wallet transaction type"),
}
EVENT_LABELS = {"paid": say("Paid value"), "wallet_transaction_id": say("Wallet transaction")}
SILENT = frozenset({"product_id"})  # the transaction names it
EVENT_MONEY = frozenset({"paid"})
REFERENCES = {"wallet_transaction_id": "wallet_transaction"}
NAMED = {
    "wallet": Named(lambda idents: Wallet.objects.filter(pk__in=idents), str, lambda row: page_url("wallet", row.pk)),
    "wallet_transaction": Named(
        lambda idents: WalletTransaction.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("wallet", row.wallet_id),
    ),
}
MARKS: dict[str, tuple[str, str]] = {
    "credited": ("plus", "good"),
    "debited": ("receipt-2", ""),
    "reimbursed": ("arrow-back-up", ""),
    "voided": ("ban", "warn"),
    "transferred": ("arrows-exchange", ""),
    "expired": ("hourglass", "warn"),
    "covered": ("check", "good"),
}
