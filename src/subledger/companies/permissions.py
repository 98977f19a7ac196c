"""Every action that can be allowed or withheld, the ready roles, and what the scopes of API keys stand for.

One list for pages, API, files and commands: services demand a permission where the deed is done. ``PERMISSIONS`` are
what roles are made of. A deed may demand a part of one, ``transactions.post:invoice``: who has the whole has every
part; an API key may have the part alone.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    "imports.run": "Import files, of what one may enter by hand",
    "journal.close": "Close and reopen accounting periods",
    "journal.rates": "Enter exchange rates",
    "products.edit": "Create and change products",
    "configuration.edit": "Change definitions, types, methods, posting rules, the chart of accounts and taxes",
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
            "products.edit",
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
            "products.edit",
            "configuration.edit",
        ],
    ),
    "administrator": ("Administrator", list(PERMISSIONS)),
    "auditor": ("Auditor (read only)", ["view", "export"]),
}

DOCUMENTS = {
    "invoice": "invoices", "credit_note": "credit notes", "payment": "payments", "refund": "refunds",
}  # fmt: skip
# What of the configuration has a name of its own in the API, and the thing that `configuration.edit` is narrowed to.
CONFIGURED = {
    "ledger_accounts": "ledger_account",
    "tax_rates": "tax_rate",
    "payment_methods": "payment_method",
    "refund_methods": "refund_method",
    "categories": "category",
    "reasons": "reason",
    "account_classifications": "account_classification",
    "credit_ratings": "credit_rating",
    "payment_preferences": "payment_preference",
    "presentment_preferences": "presentment_preference",
    "transaction_types": "transaction_type",
    "posting_rules": "posting_rule",
    "account_definitions": "account_definition",
    "transaction_definition": "transaction_definition",
}
# Parts of permissions that deeds demand.
PARTS: dict[str, str] = {
    **{f"transactions.draft:{one}": f"Create, change and reject drafts of {many}" for one, many in DOCUMENTS.items()},
    "transactions.post:invoice": "Post invoices",
    "transactions.post:credit_note": "Post credit notes",
    "transactions.post:payment": "Post payments; quick pay",
    "transactions.post:allocation": "Apply what is unallocated to what is open",
    "transactions.cancel:invoice": "Cancel invoices",
    "transactions.cancel:payment": "Cancel payments",
    "gateways.charge:registration": "Have cards and mandates registered",
    "gateways.charge:page": "Send a customer to the gateway's page to pay or authenticate",
    "gateways.charge:look_up": "Ask a gateway what became of a request",
    **{
        f"configuration.edit:{one}": f"Change {many.replace('_', ' ')}" for many, one in CONFIGURED.items()
    },
}  # fmt: skip

# ---- scopes of API keys

READS = frozenset({"view", "export"})
# `write` of everything: whatever is no reading, and lets nobody in.
WRITES = frozenset(PERMISSIONS) - READS - {MANAGES_PEOPLE}
# `<resource>:write`: the deeds on that resource, wherever in the address they stand.
RESOURCE_WRITES: dict[str, frozenset[str]] = {
    "customers": frozenset({"customers.edit"}),
    "accounts": frozenset(
        {"accounts.edit", "accounts.state", "notes.add", "transactions.post:allocation", "gateways.charge:registration"}
    ),
    "products": frozenset({"products.edit"}),
    "invoices": frozenset(
        {
            "transactions.draft:invoice", "transactions.post:invoice", "transactions.cancel:invoice",
            "transactions.write_off", "gateways.charge:page",
        }
    ),
    "credit_notes": frozenset({"transactions.draft:credit_note", "transactions.post:credit_note"}),
    "payments": frozenset(
        {
            "transactions.draft:payment", "transactions.post:payment", "transactions.cancel:payment",
            "transactions.move",
        }
    ),
    "refunds": frozenset({"transactions.draft:refund", "transactions.refund"}),
    "transactions": frozenset({"notes.add"}),
    "payment_requests": frozenset({"gateways.charge"}),
    "links": frozenset({"gateways.charge:page", "gateways.charge:registration"}),
    "unbooked_facts": frozenset({"gateways.charge"}),
    "payment_gateway_providers": frozenset({"gateways.edit"}),
    "periods": frozenset({"journal.close"}),
    "exchange_rates": frozenset({"journal.rates"}),
    **{many: frozenset({f"configuration.edit:{one}"}) for many, one in CONFIGURED.items()},
}  # fmt: skip
RESOURCES = frozenset(RESOURCE_WRITES) | {
    "allocations", "payment_gateway_kinds", "journal_entries", "roles", "members", "api_keys", "events", "reports",
}  # fmt: skip


def scope_permissions(scope: str) -> frozenset[str]:
    """What one scope of an API key stands for; nothing where there is no such scope.

    A scope is ``read``, ``write``, ``<resource>:read``, ``<resource>:write``, or a permission or part of one.
    """
    resource, _, verb = scope.rpartition(":")
    if scope == "read":
        return READS
    if scope == "write":
        return WRITES
    if verb == "read" and resource in RESOURCES:
        return frozenset({f"view:{resource}"})
    if verb == "write" and resource in RESOURCE_WRITES:
        return RESOURCE_WRITES[resource]
    return frozenset({scope}) if scope in PERMISSIONS or scope in PARTS else frozenset()


def permissions_of(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(scope_permissions(scope) for scope in scopes))


def scopes_with(permission: str) -> list[str]:
    """The names of scopes, widest last, that let a key do what demands the permission."""
    whole = permission.partition(":")[0]
    named = [*(f"{name}:write" for name in RESOURCE_WRITES), "read", "write"]
    if whole == "view" and permission != whole:
        named.insert(0, f"{permission.partition(':')[2]}:read")
    return [name for name in named if {permission, whole} & scope_permissions(name)]


def title_of(permission: str) -> str:
    """What a permission allows, in words."""
    whole, _, part = permission.partition(":")
    if whole == "view" and part:
        return f"See {part.replace('_', ' ')}"
    return PARTS.get(permission) or PERMISSIONS.get(whole, permission)
