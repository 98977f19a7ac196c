"""Posting's two statements, and what must never be false of transactions, items, open items and allocations."""

from __future__ import annotations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("transactions", "transaction_arrived_v4"),
        installs("transactions", "transaction_stays_v1"),
        installs("transactions", "item_stays_v1"),
        installs("transactions", "item_arrived_v4"),
        installs("transactions", "open_item_is_derived_v1"),
        installs("transactions", "allocation_made_v3"),
        installs("transactions", "allocation_stays_v1"),
        installs("transactions", "allocation_released_v2"),
        installs("transactions", "control_accounts_stay_v1"),
        installs("transactions", "bump_configuration_of_type_v1"),
        installs("transactions", "open_items_covering_v1"),
        installs("transactions", "posting_open_items_v2"),
        installs("transactions", "posting_read_v2"),
        installs("transactions", "series_number_v1"),
        installs("transactions", "posting_write_v5"),
        installs("transactions", "credited_within_v2"),
        installs("transactions", "account_balance_v1"),
    ),
    guards=(
        append_only("transactions_transaction", updates=True),
        append_only("transactions_allocation", updates=True),
        append_only("transactions_transactionitem", updates=True, deletes=True),
        append_only("transactions_transactiontype", updates=True),
        append_only("transactions_paymentmethod", updates=True),
        append_only("transactions_refundmethod", updates=True),
        append_only("transactions_category", updates=True),
        append_only("transactions_reason", updates=True),
        append_only("transactions_creditreason", updates=True),
        bumps_configuration("transactions_transactiontype"),
        bumps_configuration("transactions_paymentmethod"),
        bumps_configuration("transactions_refundmethod"),
        bumps_configuration("transactions_category"),
        bumps_configuration("transactions_creditreason"),
        bumps_configuration("transactions_transactiondefinition"),
        bumps_configuration("transactions_postingrule"),
    ),
    superseded=(
        installs("transactions", "posting_open_items_v1"),
        installs("transactions", "posting_read_v1"),
        installs("transactions", "posting_write_v1"),
        installs("transactions", "posting_write_v2"),
        installs("transactions", "posting_write_v3"),
        installs("transactions", "posting_write_v4"),
        installs("transactions", "transaction_arrived_v1"),
        installs("transactions", "transaction_arrived_v2"),
        installs("transactions", "transaction_arrived_v3"),
        installs("transactions", "credited_within_v1"),
        installs("transactions", "item_arrived_v1"),
        installs("transactions", "item_arrived_v2"),
        installs("transactions", "item_arrived_v3"),
        installs("transactions", "allocation_made_v1"),
        installs("transactions", "allocation_made_v2"),
        installs("transactions", "allocation_released_v1"),
    ),
)
