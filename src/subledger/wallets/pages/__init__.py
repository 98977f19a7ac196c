"""Pages of wallets, and what they add to accounts and transactions."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import event_words, lists, moves, wallet
from .badges import BADGES
from .words import WALLETS

PAGES = PageFace(
    paths=(
        page("wallets/", lists.WalletsPage, "wallets"),
        page("wallets/transactions/", lists.WalletTransactionsPage, "wallet_transactions"),
        page("wallets/transactions/<wtx:entry_id>/void/", moves.VoidPage, "wallet_void"),
        page("wallets/<wal:wallet_id>/", wallet.WalletPage, "wallet"),
        page("wallets/<wal:wallet_id>/debit/", moves.DebitPage, "wallet_debit"),
        page("wallets/<wal:wallet_id>/transfer/", moves.TransferPage, "wallet_transfer"),
        page("wallets/<wal:wallet_id>/give-back/", moves.ReturnPage, "wallet_reimburse"),
        page("accounts/<acc:account_id>/wallet/", wallet.AccountWalletPage, "account_wallet"),
        page("accounts/<acc:account_id>/wallet/grant/", moves.GrantPage, "wallet_grant"),
        page("accounts/<acc:account_id>/wallet/fund/", moves.FundPage, "wallet_fund"),
    ),
    menu=(Entry(WALLETS, "backoffice:wallets", "coins", "view", say("Finance"), 118),),
    parts=(
        Part("account", "tabs", 60, wallet.tab),
        Part("account", "tiles", 60, wallet.tiles),
        Part("transaction", "facts", 60, wallet.facts),
        Part("transaction", "consequences", 60, wallet.consequences),
    ),
    search=lists.SEARCH,
    badges=BADGES,
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    silent=event_words.SILENT,
    event_money=event_words.EVENT_MONEY,
    references=event_words.REFERENCES,
    named=event_words.NAMED,
    marks=event_words.MARKS,
)
