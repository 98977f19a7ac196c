"""Which tests judge the mutants of which module: only those among them that ask for no database."""

from __future__ import annotations

BOOK = "tests/transactions/test_book.py"
ITEMS_AT_BOUNDS = "tests/transactions/test_items_at_bounds.py"
ITEM_CREDITS = "tests/transactions/test_item_credits.py"
ITEMS_KEPT = "tests/transactions/test_items_kept.py"
CHECKS = (
    "tests/transactions/test_checks.py",
    "tests/transactions/test_checks_of_credit.py",
    "tests/transactions/test_refusals_state_facts.py",
)
DECISIONS = (
    "tests/transactions/test_decisions.py",
    "tests/transactions/test_deciding_actions.py",
    "tests/transactions/test_columns_of_orders.py",
)
EFFECTS = "tests/transactions/test_effects.py"
POSTING_RULES = "tests/transactions/test_posting_rules.py"
FACTS_AND_ORDERS = "tests/transactions/test_facts_and_orders.py"
SMALL_RULES = "tests/transactions/test_small_rules.py"
IMPORTED = "tests/imports/test_rules.py"
REQUESTS = "tests/gateways/test_rules.py"
MESSAGES = "tests/messages/test_rules.py"
WEBHOOKS = "tests/webhooks/test_rules.py"

SCHEDULES = "tests/runs/test_schedules.py"

JUDGES: dict[str, tuple[str, ...]] = {
    "dunning.rules.interest": ("tests/dunning/test_rules.py",),
    "dunning.rules.levels": ("tests/dunning/test_rules.py",),
    "wallets.rules.lots": ("tests/wallets/test_rules.py",),
    "wallets.rules.supplies": ("tests/wallets/test_rules.py",),
    "promises.rules.instalments": ("tests/promises/test_rules.py",),
    "retries.rules.plans": ("tests/retries/test_rules.py",),
    "gateways.rules.doubts": ("tests/gateways/test_doubts.py",),
    "gateways.rules.orders": (REQUESTS,),
    "desk.rules": ("tests/desk/test_rules.py",),
    "transactions.rules.allocation": (BOOK,),
    "transactions.rules.checks": (*CHECKS, *DECISIONS),
    "transactions.rules.decisions": (*DECISIONS, *CHECKS, EFFECTS),
    "transactions.rules.draft_values": DECISIONS,
    "transactions.rules.effects": (EFFECTS, *DECISIONS),
    "transactions.rules.posting": (POSTING_RULES,),
    "transactions.rules.posting_rules": (POSTING_RULES,),
    "transactions.rules.revenue": (EFFECTS, *CHECKS),
    "transactions.rules.ageing": (SMALL_RULES,),
    "transactions.rules.identity": (SMALL_RULES, IMPORTED),
    "transactions.rules.permissions": (SMALL_RULES,),
    "transactions.rules.suspense": (IMPORTED,),
    "transactions.rules.rows": ("tests/transactions/test_rows.py", FACTS_AND_ORDERS, *DECISIONS, EFFECTS, ITEM_CREDITS),
    "transactions.rules.facts": (FACTS_AND_ORDERS, *DECISIONS, *CHECKS, EFFECTS),
    "transactions.rules.orders": (FACTS_AND_ORDERS, *DECISIONS),
    "transactions.rules.writing_off": (ITEMS_AT_BOUNDS, "tests/transactions/test_writing_off.py"),
    "transactions.rules.shares": (ITEMS_AT_BOUNDS, ITEM_CREDITS),
    "transactions.rules.credits": (ITEMS_AT_BOUNDS, ITEM_CREDITS, *DECISIONS, *CHECKS, EFFECTS),
    "transactions.rules.items": (ITEMS_AT_BOUNDS, ITEMS_KEPT, "tests/transactions/test_items.py"),
    "transactions.rules.item_entry": (ITEMS_AT_BOUNDS, ITEMS_KEPT, "tests/transactions/test_items_as_entered.py"),
    "transactions.rules.pricing": ("tests/transactions/test_pricing.py",),
    "journal.rules": ("tests/journal/test_rules.py", POSTING_RULES),
    "accounts.rules": ("tests/accounts/test_rules.py", "tests/scenarios/test_due_dates.py"),
    "gateways.rules.days": (REQUESTS,),
    "gateways.rules.outcomes": (REQUESTS,),
    "gateways.rules.outstanding": (REQUESTS,),
    "messages.rules.delivery": (MESSAGES,),
    "messages.rules.drafts": (MESSAGES, "tests/messages/test_sent_again.py"),
    "messages.rules.markup": (MESSAGES,),
    "messages.rules.templates": (MESSAGES,),
    "transactions.rules.reminders": ("tests/doors/test_reminders.py",),
    "webhooks.rules.answers": (WEBHOOKS,),
    "webhooks.rules.filters": (WEBHOOKS,),
    "webhooks.rules.retries": (WEBHOOKS,),
    "webhooks.rules.signatures": (WEBHOOKS,),
    "transactions.rules.receipts": (SMALL_RULES,),
    "transactions.rules.settlements": ("tests/transactions/test_settlements.py",),
    "runs.rules.cron_expressions": (SCHEDULES,),
    "runs.rules.days_off": (SCHEDULES,),
    "runs.rules.due_times": (SCHEDULES,),
    "runs.rules.schedule_words": (SCHEDULES,),
    "import_kit.rules.fields": (IMPORTED,),
    "people.rules": ("tests/people/test_rules.py",),
    "kernel.rounding": ("tests/kernel/test_money.py",),
}

# Modules whose pure tests leave mutants alive, or enter too little of them, with how many were left when they were last
# judged. One that is finished moves up; no other joins them.
WAITING = {
    "attachments.rules": "24 of 112: bounds of what is read of a file of an office",
    "import_kit.rules.cells": "38 of 91: what a refusal says, and habits of writing, which tests of files hold",
    "import_kit.rules.columns": "10 of 75: what the command says of a column, which tests of commands hold",
    "runs.rules.schedules": "84 of 398: what a refusal says, and bounds of what a schedule may name",
    "transactions.rules.outcomes": "held by tests that post; no pure test enters it",
}
