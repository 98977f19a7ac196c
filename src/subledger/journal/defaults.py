"""The ledger accounts that rooms declare for every company's chart, and what journal entries can be of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subledger.kernel.sentences import said
from subledger.platform.rooms import LedgerSeed, sources
from subledger.platform.scope import current_company_id

from .models import LedgerAccount


def give_ledger_accounts(seeds: Sequence[LedgerSeed]) -> None:
    """Those of the chart of the company in scope; one of the same code that is there already stays as it is."""
    LedgerAccount.objects.bulk_create(
        (
            LedgerAccount(company_id=current_company_id(), code=seed.code, name=said(seed.name), kind=seed.kind)
            for seed in seeds
        ),
        ignore_conflicts=True,
    )


def write_sources(*, apps: Any, **signal: Any) -> None:
    """After a migration: the sources that rooms declare, as rows, so that a new one needs no migration of the journal.

    One that no room declares any more stays: entries are of it.
    """
    try:
        model = apps.get_model("journal", "Source")
    except LookupError:
        return  # migrated back to before there were rows
    model.objects.bulk_create(
        (model(code=code, title=source.title, shares_id=source.shares_id) for code, source in sources().items()),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "shares_id"],
    )
