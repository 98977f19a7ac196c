"""What workers do for toys."""

from __future__ import annotations

from subledger.platform import jobs
from subledger.platform.scope import company_scope


@jobs.job
def wash_toys(*, shelf_id: int) -> jobs.Counts:
    """Those of a shelf."""
    from .models import Toy

    return {"washed": Toy.objects.filter(shelf_id=shelf_id).count()}


@jobs.sweep(seconds=30)
def wash_shelves() -> jobs.Counts:
    """Every shelf, in whatever company."""
    from .due_work import shelves

    found = shelves()
    for company_id, shelf_id in found:
        with company_scope(company_id):
            jobs.wake("wash_toys", shelf_id=shelf_id)
    return {"shelves": len(found)}
