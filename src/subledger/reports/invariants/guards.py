"""Posted rows are immutable because triggers say so: these must be there and awake."""

from __future__ import annotations

from .invariant import Invariant

# (table, trigger): what keeps the journal, transactions, allocations and the trail as they were written.
GUARDS = (
    ("accounts_account", "accounts_account_append_only"),
    ("accounts_account", "account_keeps_its_identity"),
    ("gateways_charge", "charge_stays"),
    ("gateways_charge", "gateways_charge_append_only"),
    ("gateways_claim", "claim_stays"),
    ("gateways_inboxevent", "inbox_event_stays"),
    ("gateways_paymentrequest", "charge_reserved"),
    ("gateways_paymentrequest", "claims_follow"),
    ("gateways_paymentrequest", "gateways_paymentrequest_append_only"),
    ("gateways_paymentrequest", "payment_request_stays"),
    ("journal_journalentry", "journal_journalentry_append_only"),
    ("journal_journalentry", "journal_entry_guard"),
    ("journal_journalline", "journal_journalline_append_only"),
    ("journal_journalline", "journal_line_guard"),
    ("platform_event", "platform_event_append_only"),
    ("transactions_allocation", "allocation_made"),
    ("transactions_allocation", "allocation_released"),
    ("transactions_allocation", "allocation_stays"),
    ("transactions_allocation", "transactions_allocation_append_only"),
    ("transactions_openitem", "open_item_is_derived"),
    ("transactions_transaction", "gateway_holds"),
    ("transactions_transaction", "transaction_inserted"),
    ("transactions_transaction", "transaction_stays"),
    ("transactions_transaction", "transaction_updated"),
    ("transactions_transaction", "transactions_transaction_append_only"),
    ("transactions_transactionitem", "item_arrived"),
    ("transactions_transactionitem", "item_stays"),
)
_VALUES = ", ".join(f"('{table}', '{trigger}')" for table, trigger in GUARDS)

GUARDED = Invariant(
    "guards",
    "Every guard that keeps posted rows as they were written is in the database and switched on.",
    f"SELECT count(*) FROM (VALUES {_VALUES}) g",
    f"""
    SELECT g.guard || ' on ' || g.name,
           CASE WHEN t.oid IS NULL THEN 'it is not there' ELSE 'it is switched off' END
      FROM (VALUES {_VALUES}) g (name, guard)
      LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(g.name) AND t.tgname = g.guard
     WHERE t.tgenabled IS NULL OR t.tgenabled NOT IN ('O', 'A')
    """,
    everywhere=True,
)
