"""What documents were owed day by day: their amounts, and what settled them when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from subledger.promises.models import Promise
from subledger.promises.states import LIVING
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.queries import with_open
from subledger.transactions.states import Classification

from .rules.interest import ONE_DAY, Principal, Settled, Waived


@dataclass(frozen=True, slots=True)
class Owed:
    """A document, what is open of it now, and its principal by days."""

    row: Transaction
    open_minor: int
    principal: Principal


def owed_of(document_ids: Iterable[int]) -> Mapping[int, Owed]:
    """By the document's id; what is no posted invoice is left out."""
    rows = with_open(
        Transaction.objects.select_related("account__customer").filter(
            pk__in=list(document_ids), classification=Classification.INVOICE, posted_on__isnull=False
        )
    )
    settled: dict[int, list[Settled]] = {}
    links = Allocation.objects.filter(debit_id__in=list(document_ids))
    for debit_id, minor, on, released_on in links.values_list("debit_id", "minor", "allocated_on", "released_on"):
        settled.setdefault(debit_id, []).append(Settled(minor, on, released_on))
    waived: dict[int, list[Waived]] = {}
    promises = Promise.objects.filter(document_id__in=list(document_ids), waives_interest=True, state__in=LIVING)
    for document_id, made_on, ended_on in promises.values_list("document_id", "made_on", "ended_on"):
        waived.setdefault(document_id, []).append(Waived(made_on + ONE_DAY, ended_on))
    return {
        row.pk: Owed(
            row,
            row.open_minor,
            Principal(row.amount_minor, row.due_on, tuple(settled.get(row.pk, ())), tuple(waived.get(row.pk, ()))),
        )
        for row in rows
        if row.due_on is not None
    }
