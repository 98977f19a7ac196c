"""The rooms of the house, lowest floor first: the one list of them. `.importlinter` has the layers."""

from __future__ import annotations

ROOMS = (
    "subledger.platform",
    "subledger.stripe_client",
    "subledger.companies",
    "subledger.attachments",
    "subledger.messages",
    "subledger.people",
    "subledger.runs",
    "subledger.webhooks",
    "subledger.documents",
    "subledger.accounts",
    "subledger.catalog",
    "subledger.journal",
    "subledger.transactions",
    "subledger.wallets",
    "subledger.gateways",
    "subledger.segments",
    "subledger.promises",
    "subledger.collecting",
    "subledger.retries",
    "subledger.dunning",
    "subledger.desk",
    "subledger.portal",
    "subledger.imports",
    "subledger.reports",
)
