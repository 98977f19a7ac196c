"""Every action that can be allowed or withheld, and the ready roles."""

from __future__ import annotations

MANAGES_PEOPLE = "people.edit"  # a company always keeps somebody who has it

PERMISSIONS: dict[str, str] = {
    "view": "See everything of the company",
    "export": "Download lists, reports and the journal",
    "notes.add": "Add notes",
    "customers.edit": "Create and change customers",
    "accounts.edit": "Open and change receivable accounts",
    "accounts.state": "Suspend, reactivate and terminate accounts",
    "transactions.draft": "Create, change and reject drafts",
    "transactions.post": "Post invoices, credit notes and payments; quick pay",
    "transactions.refund": "Post refunds",
    "transactions.cancel": "Cancel invoices and payments",
    "transactions.write_off": "Write off invoices",
    "transactions.move": "Move payments to another account",
    "gateways.charge": "Charge and refund through payment gateways; cards, links and payment requests",
    "gateways.edit": "Manage payment gateways and their keys",
    "imports.run": "Import files",
    "journal.close": "Close and reopen accounting periods",
    "journal.rates": "Enter exchange rates",
    "configuration.edit": "Change definitions, types, methods, posting rules, products and taxes",
    MANAGES_PEOPLE: "Manage people, roles and API keys",
}

_DESK = ["view", "export", "notes.add", "customers.edit", "accounts.edit", "transactions.draft"]

READY_ROLES: dict[str, tuple[str, list[str]]] = {
    "agent": ("Agent", [*_DESK, "transactions.post"]),
    "billing_manager": (
        "Billing manager",
        [
            *_DESK,
            "transactions.post",
            "transactions.refund",
            "transactions.cancel",
            "transactions.write_off",
            "transactions.move",
            "accounts.state",
            "gateways.charge",
            "imports.run",
        ],
    ),
    "accountant": (
        "Accountant",
        [
            "view",
            "export",
            "notes.add",
            "transactions.write_off",
            "transactions.move",
            "imports.run",
            "journal.close",
            "journal.rates",
            "configuration.edit",
        ],
    ),
    "administrator": ("Administrator", list(PERMISSIONS)),
    "auditor": ("Auditor (read only)", ["view", "export"]),
}
