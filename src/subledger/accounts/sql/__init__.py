"""An account keeps its identity; customers and accounts are found by their words."""

from __future__ import annotations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("accounts", "account_keeps_its_identity_v1"),
        installs("accounts", "customer_words_v1"),
        installs("accounts", "account_words_v1"),
        installs("accounts", "contact_words_v1"),
        installs("accounts", "account_parent_stands_v1"),
    ),
    guards=(
        append_only("accounts_account", updates=True),
        append_only("accounts_customer", updates=True),
        append_only("accounts_contactperson", updates=True),
        append_only("accounts_accountpaymentpreference", updates=True),
        bumps_configuration("accounts_accountdefinition"),
    ),
)
