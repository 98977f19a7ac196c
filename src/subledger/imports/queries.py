"""The record of past imports, for pages, and for imports to come."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say

from .models import ImportOrder, ImportPart, ImportRun


def parts_that_brought(ids: Sequence[int]) -> dict[int, ImportPart]:
    """By transaction: the part of an import that created it."""
    if not ids:
        return {}
    wanted = set(ids)
    parts = ImportPart.objects.filter(thing="transaction", ids__overlap=list(ids))
    return {ident: part for part in parts for ident in part.ids if ident in wanted}


def was_imported(sha256: str) -> bool:
    """Whether a file was imported and kept; also by versions that left no parts."""
    return ImportRun.objects.filter(sha256=sha256, is_kept=True, created__gt=0).exists()


def created_by_run(run_id: int, most: int) -> list[tuple[str, int]]:
    """The first things that an import created, as (thing, id), in their order."""
    found: list[tuple[str, int]] = []
    for part in ImportPart.objects.filter(run_id=run_id).order_by("id"):
        found += [(part.thing, ident) for ident in part.ids[: most - len(found)]]
        if len(found) >= most:
            break
    return found


def import_runs() -> QuerySet[ImportRun]:
    """Imports of the company in scope, latest first."""
    return ImportRun.objects.order_by("-id")


def import_run_by_id(ident: int) -> ImportRun:
    run = ImportRun.objects.filter(pk=ident).first()
    if run is None:
        raise NotFound(ImportRun, ident, noun=say("import"))
    return run


def orders() -> QuerySet[ImportOrder]:
    """Files that were ordered to be imported, with the runs that do it."""
    return ImportOrder.objects.select_related("run")


def order_of_run(run_id: int) -> ImportOrder | None:
    return orders().filter(run_id=run_id).first()


def rejected_of(ident: int) -> ImportOrder:
    """An import whose rejected rows are kept. NotFound."""
    row = orders().filter(pk=ident).exclude(rejected_name="").first()
    if row is None:
        raise NotFound(ImportRun, ident, noun=say("file of rejected rows"))
    return row
