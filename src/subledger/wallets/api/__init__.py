"""Wallets in the API: what they hold, what moved in them, and every way in which money moves."""

from subledger.api_kit.faces import ApiFace, Mount

from . import accounts, entries, wallets

API = ApiFace(
    mounts=(
        Mount(router=wallets.router),
        Mount(router=entries.router),
        Mount(path="/accounts", router=accounts.router),
    ),
    summaries={
        "create_wallet": "Open the wallet of an account",
        "retrieve_wallet_balance": "Retrieve the balance of a wallet as of a day",
        "list_wallet_lots": "List the lots of a wallet",
        "credit_wallet": "Grant credit to a wallet",
        "debit_wallet": "Let a wallet pay for a supply",
        "transfer_wallet": "Transfer money to another wallet",
        "reimburse_wallet": "Give money of a wallet back to its account",
        "void_wallet_transaction": "Void a wallet transaction",
        "transfer_account_to_wallet": "Transfer free credit of an account into its wallet",
    },
    examples={"expires_on": "2027-06-30"},
)
