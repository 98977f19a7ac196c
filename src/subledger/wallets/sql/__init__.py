"""What must never be false of wallets: what moved stays as it was written."""

from __future__ import annotations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(installs("wallets", "wallet_rows_stay_v1"),),
    guards=(
        append_only("wallets_wallet", updates=True),
        append_only("wallets_wallettransaction", updates=True),
        append_only("wallets_lot", updates=True),
        append_only("wallets_lottake", updates=True),
        append_only("wallets_walletdefinition", updates=True),
        bumps_configuration("wallets_walletdefinition"),
        bumps_configuration("wallets_wallettransactiontype"),
    ),
)
