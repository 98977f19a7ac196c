"""Where a transaction stands, for the head of its page: one state, one figure, and what became of it if taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.accounts.states import AccountState
from subledger.companies.queries import names_of
from subledger.documents.layouts import lay_out
from subledger.documents.printouts import warned
from subledger.documents.queries import named_as_kept
from subledger.documents.values import FileFormat
from subledger.documents.web import to_paper
from subledger.kernel.sentences import said, say
from subledger.page_kit.navigation import linked, may
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions import labels
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.pages.offers import collect_url, refund_url
from subledger.transactions.pages.settlement import days_late, standing_of
from subledger.transactions.pages.transactions import transaction_url
from subledger.transactions.printouts import printables_of
from subledger.transactions.queries import Explanation, with_open
from subledger.transactions.states import WITH_ITEMS, Classification, ReleaseReason, TransactionState

__all__ = ["Figure", "figure_of", "paper_of", "standing_of", "taken_back_of"]

# What sets free what is allocated to it, by being taken back.
RELEASED_BY = {
    Classification.INVOICE: {ReleaseReason.INVOICE_CANCELLED},
    Classification.PAYMENT: {ReleaseReason.PAYMENT_CANCELLED, ReleaseReason.PAYMENT_MOVED},
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is printed, and what of it is not printed as it was written."""

    html: SafeString
    warnings: tuple[str, ...] = ()


def paper_of(row: Any) -> Paper:
    """In the customer's language; nothing for money that has not moved: a receipt would say that it has."""
    if row.classification not in WITH_ITEMS and row.posted_on is None:
        return Paper(SafeString())
    [printable] = printables_of([row.pk])
    document = named_as_kept(printable.record, printable.document)
    return Paper(to_paper(lay_out(document), printable.brand, level=2), warned(document, FileFormat.PDF))


@dataclass(frozen=True, slots=True)
class Figure:
    """The one amount that matters of a transaction now; ``late`` are words where it is past its due date."""

    label: str
    minor: int
    currency: str
    hints: Sequence[Any] = ()
    late: str = ""


def figure_of(row: Any) -> Figure:
    currency = row.currency
    if row.state != TransactionState.POSTED or not (row.is_debit or row.open_minor):
        return Figure(say("Amount"), row.amount_minor, currency)
    hints = []
    if row.open_minor != row.amount_minor:
        hints.append(format_html(said(say("of {}")), show.money(row.amount_minor, currency)))
    late = days_late(row)
    if row.is_debit and row.due_on:
        hints.append(format_html(said(say("due {}")), show.day(row.due_on)))
    label = labels.DUE_NOW if row.is_debit else labels.UNAPPLIED
    return Figure(
        label,
        row.open_minor,
        currency,
        hints,
        (say("{late} days late", late=late) if late != 1 else say("{late} day late", late=late)) if late else "",
    )


@dataclass(frozen=True, slots=True)
class Freed:
    """What was on the other side of something that was taken back: how much of it came free, and where that is now."""

    name: str
    url: str
    minor: int
    open_minor: int
    used: Sequence[tuple[str, str, int]] = ()  # name, address, minor units: what it settles instead
    refund: str = ""
    move: str = ""
    collect: str = ""


def taken_back_of(request: HttpRequest, found: Explanation, others: Sequence[Transaction]) -> dict[str, Any] | None:
    """What a cancelled transaction says first: who, when and why, and what became of the money on it."""
    row: Any = found.transaction
    made = next((each for each in others if each.cancels_id == row.pk), None)
    if made is None:
        return None
    who = names_of([made.created_by])[made.created_by]
    sums: dict[int, int] = {}
    for one in found.released:
        if one.release_reason not in RELEASED_BY[row.classification]:
            continue  # it came free before, by something else
        other = one.credit_id if row.is_debit else one.debit_id
        sums[other] = sums.get(other, 0) + one.minor
    ends = with_open(Transaction.objects.filter(pk__in=sums).select_related("account")).order_by("id")
    return {
        "title": format_html(
            said(say("Cancelled by {} on {} with {}")),
            who,
            show.day(made.posted_on),
            linked(str(made), transaction_url(made)),
        ),
        "reason": made.issue_reason or "",
        "freed": [_freed(request, each, sums[each.pk], made) for each in ends],
        "currency": row.currency,
        "is_debit": row.is_debit,
    }


def _freed(request: HttpRequest, row: Any, minor: int, made: Transaction) -> Freed:
    side = {"debit_id": row.pk} if row.is_debit else {"credit_id": row.pk}
    since = Allocation.objects.filter(pk__gt=made.pk, released_on=None, **side).select_related("credit", "debit")
    others = [(one.credit if row.is_debit else one.debit, one.minor) for one in since.order_by("pk")]
    is_free = bool(row.open_minor) and row.state == TransactionState.POSTED
    is_used = is_free and row.account.state != AccountState.TERMINATED  # nothing is posted on one that is terminated
    is_payment = row.classification == Classification.PAYMENT
    url = transaction_url(row)
    return Freed(
        str(row),
        url,
        minor,
        row.open_minor if is_free else 0,
        [(str(other), transaction_url(other), part) for other, part in others],
        refund=refund_url(request, row) if is_used and not row.is_debit else "",
        move=page_url("transaction_action", row.pk, "move")
        if is_used and is_payment and may(request, "transactions.move")
        else "",
        collect=collect_url(row) if is_used and row.is_debit and may(request, "transactions.post:payment") else "",
    )
