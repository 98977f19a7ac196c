"""The ledger accounts that rooms declare for every company's chart."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.platform.rooms import LedgerSeed
from subledger.platform.scope import current_company_id

from .models import LedgerAccount


def give_ledger_accounts(seeds: Sequence[LedgerSeed]) -> None:
    """Those of the chart of the company in scope; one of the same code that is there already stays as it is."""
    LedgerAccount.objects.bulk_create(
        (
            LedgerAccount(company_id=current_company_id(), code=seed.code, name=seed.name, kind=seed.kind)
            for seed in seeds
        ),
        ignore_conflicts=True,
    )
