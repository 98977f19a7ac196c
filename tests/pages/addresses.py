"""Every page with arguments that name something of the books: a page that is missing here fails a test."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from subledger.accounts.models import AccountDefinition
from subledger.backoffice.kinds import KINDS
from subledger.backoffice.urls import PAGES
from subledger.companies.models import Role
from subledger.transactions.states import DRAFTABLE

Address = tuple[str, dict[str, Any]]  # name of the page, its arguments

ACTIONS = {"draft": ("post", "reject"), "invoice": ("cancel", "write_off", "quick_pay"), "partly": ("cancel", "move")}


def with_ids(books: Any) -> list[Address]:
    """Pages about one thing of the company."""
    account, customer = {"account_id": books.account.pk}, {"customer_id": books.customer.pk}
    found: list[Address] = [
        ("customer", customer),
        ("customer_edit", customer),
        ("account_new", customer),
        ("account", account),
        ("account_open", account),
        ("account_transactions", account),
        ("account_allocations", account),
        ("account_statement", account),
        ("account_timeline", account),
        ("account_edit", account),
        ("account_note", account),
        ("account_preference", account),
        ("account_state", {**account, "action": "suspend"}),
        *(("transaction_new", {**account, "kind": kind.value}) for kind in sorted(DRAFTABLE)),
        *(
            ("transaction", {"transaction_id": each.id})
            for each in (books.paid, books.payment, books.invoice, books.cancelled, books.draft)
        ),
        ("transaction_edit", {"transaction_id": books.draft.pk}),
        ("transaction_note", {"transaction_id": books.invoice.id}),
        *(
            ("transaction_action", {"transaction_id": getattr(books, name).id, "action": action})
            for name, actions in ACTIONS.items()
            for action in actions
        ),
        ("import", {"run_id": books.run.pk}),
        ("key_revoke", {"key_id": books.key.pk}),
        ("definition_activate", {"entry": AccountDefinition.objects.get().public_id}),
        ("entry", {"kind": "roles", "entry": Role.objects.get(code="agent").public_id}),
    ]
    for slug, kind in KINDS.items():
        row = kind.model.objects.first()
        if row is not None:
            found.append(("entry", {"kind": slug, "entry": row.public_id}))
    return found


def without_ids() -> list[Address]:
    named = [(page.name, {}) for page in PAGES if not page.pattern.converters]
    kinds = [("entries", {"kind": slug}) for slug in KINDS]
    made = [("entry_new", {"kind": slug}) for slug, kind in KINDS.items() if not kind.is_single]
    chosen = [("transaction_choose", {"kind": kind.value}) for kind in sorted(DRAFTABLE)]
    return [*named, *kinds, *made, *chosen]


def url_of(address: Address) -> str:
    name, arguments = address
    return reverse(f"backoffice:{name}", kwargs=arguments)
