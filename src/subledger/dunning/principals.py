"""What documents were owed day by day: their amounts, and what settled them when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from subledger.gateways.models import PaymentRequest
from subledger.gateways.states import RequestState, RequestType
from subledger.promises.models import Promise
from subledger.promises.states import LIVING
from subledger.transactions.models import Allocation, Transaction, TransactionItem
from subledger.transactions.queries import with_open
from subledger.transactions.states import Classification, ReleaseReason

from .rules.interest import ONE_DAY, Principal, Settled, Waived

TAKEN_BACK = frozenset({ReleaseReason.PAYMENT_CANCELLED, ReleaseReason.PAYMENT_MOVED})


@dataclass(frozen=True, slots=True)
class Owed:
    """A document, what is open of it now, and its principal by days: of its amount less what credit notes for it take
    off, which was never owed."""

    row: Transaction
    open_minor: int
    principal: Principal
    credited_minor: int = 0  # by credit notes for it: so much was never owed
    written_off_minor: int = 0

    @property
    def is_credited(self) -> bool:
        """As a whole: nothing was owed."""
        return self.credited_minor == self.row.amount_minor

    def was_credited_below(self, least_minor: int) -> bool:
        """Whether credit notes for it, and the write-off of what they left, took it below an amount."""
        left = self.row.amount_minor - self.credited_minor - self.written_off_minor
        return self.credited_minor > 0 and left < least_minor <= self.row.amount_minor


def owed_of(document_ids: Iterable[int]) -> Mapping[int, Owed]:
    """By the document's id; what is no posted invoice is left out."""
    rows = with_open(
        Transaction.objects.select_related("account__customer").filter(
            pk__in=list(document_ids), classification=Classification.INVOICE, posted_on__isnull=False
        )
    )
    links = list(Allocation.objects.select_related("credit").filter(debit_id__in=list(document_ids)))
    never, credits = _never_there(links), _own_credits(links)
    settled: dict[int, list[Settled]] = {}
    credited: dict[int, int] = {}
    written_off: dict[int, int] = {}
    for link in links:
        if link.released_on is None and link.credit.classification == Classification.WRITE_OFF:
            written_off[link.debit_id] = written_off.get(link.debit_id, 0) + link.minor
        if link.pk in credits:
            credited[link.debit_id] = credited.get(link.debit_id, 0) + link.minor
        elif link.pk not in never:
            settled.setdefault(link.debit_id, []).append(Settled(link.minor, link.allocated_on, link.released_on))
    waived: dict[int, list[Waived]] = {}
    promises = Promise.objects.filter(document_id__in=list(document_ids), waives_interest=True, state__in=LIVING)
    for document_id, made_on, ended_on in promises.values_list("document_id", "made_on", "ended_on"):
        waived.setdefault(document_id, []).append(Waived(made_on + ONE_DAY, ended_on))
    return {
        row.pk: Owed(
            row,
            row.open_minor,
            Principal(
                row.amount_minor - credited.get(row.pk, 0),
                row.due_on,
                tuple(settled.get(row.pk, ())),
                tuple(waived.get(row.pk, ())),
            ),
            credited.get(row.pk, 0),
            written_off.get(row.pk, 0),
        )
        for row in rows
        if row.due_on is not None
    }


def _never_there(links: Iterable[Allocation]) -> set[int]:
    """Those of these links whose credit was none: its payment came back, was booked in error, or was another account's.

    A payment that was paid back by its gateway had been there until then.
    """
    taken_back = {one.pk: one.credit_id for one in links if one.release_reason in TAKEN_BACK}
    if not taken_back:
        return set()
    cancellations = dict(
        Transaction.objects.filter(cancels_id__in=set(taken_back.values())).values_list("pk", "cancels_id")
    )
    requests = PaymentRequest.objects.filter(
        type=RequestType.PAYMENT_CANCELLATION, state=RequestState.POSTED, transaction_id__in=list(cancellations)
    )
    paid_back = {cancellations[ident] for ident in requests.values_list("transaction_id", flat=True)}
    return {link for link, payment in taken_back.items() if payment not in paid_back}


def _own_credits(links: Iterable[Allocation]) -> set[int]:
    """Those of these links by which credit notes for these very documents settle them: so much was never owed."""
    notes = [
        one for one in links if one.released_on is None and one.credit.classification == Classification.CREDIT_NOTE
    ]
    if not notes:
        return set()
    items = TransactionItem.objects.filter(transaction__in={one.credit_id for one in notes}, credits_id__isnull=False)
    named = set(items.values_list("transaction_id", "credits_id"))
    return {
        one.pk
        for one in notes
        if one.debit_id in (one.credit.intended_ids or ()) or (one.credit_id, one.debit_id) in named
    }
