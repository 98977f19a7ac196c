"""Opening and closing disputes of invoices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import locked
from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.companies.queries import today_of_company
from subledger.kernel.days import check_day
from subledger.kernel.errors import NotFound, TransitionNotAllowed
from subledger.kernel.money import Money, check_minor
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.promises.errors import DisputeInvalid, DisputeStands, NothingToDispute
from subledger.promises.models import InvoiceDispute
from subledger.promises.states import DisputeOutcome, DisputeState
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification, TransactionState


@atomic
def open_dispute(
    *,
    document_id: int,
    reason: str,
    amount_minor: int | None = None,
    note: str = "",
    follow_up_on: date | None = None,
    actor: str,
) -> InvoiceDispute:
    """Hold an invoice: the customer objects to it, or to ``amount_minor`` of it.

    Raises:
        NotFound; NothingToDispute; AccountTerminated; DisputeStands; DisputeInvalid, AmountInvalid, DayInvalid: what
        it says; CardNumberRefused, TextInvalid: of its texts.
    """
    demand("promises.dispute")
    locked(Account, transaction_by_id(document_id, Classification.INVOICE).account_id)
    document = transaction_by_id(document_id, Classification.INVOICE)
    day = today_of_company()
    _check(document, reason=reason, amount_minor=amount_minor, note=note, follow_up_on=follow_up_on, today=day)
    if InvoiceDispute.objects.filter(document_id=document_id, state=DisputeState.OPEN).exists():
        raise DisputeStands(str(document))
    row = InvoiceDispute.objects.create(
        company_id=current_company_id(),
        account_id=document.account_id,
        document_id=document.pk,
        currency=document.currency,
        reason=reason.strip(),
        amount_minor=amount_minor,
        note=note.strip(),
        follow_up_on=follow_up_on,
        opened_on=day,
        opened_at=clock.now(),
        opened_by=actor,
    )
    facts: dict[str, Any] = {"invoice_dispute_id": row.pk, "reason": row.reason, "currency": row.currency}
    if row.amount_minor is not None:
        facts["disputed_minor"] = row.amount_minor
    if row.note:
        facts["note"] = row.note
    if row.follow_up_on:
        facts["follow_up_on"] = str(row.follow_up_on)
    record_events([NewEvent("invoice.disputed", "transaction", row.document_id, facts)], actor=actor)
    return row


@atomic
def follow_up(*, dispute_id: int, follow_up_on: date | None, note: str | None = None, actor: str) -> InvoiceDispute:
    """Put an open dispute off to another day, and say more of it.

    Raises:
        NotFound; TransitionNotAllowed: it is closed; DisputeInvalid, DayInvalid; CardNumberRefused, TextInvalid.
    """
    demand("promises.dispute")
    check_texts(note or "", param="/note")
    row = _open_row(dispute_id, "change")
    _check_follow_up(follow_up_on, today=today_of_company())
    changes: dict[str, Any] = {}
    if follow_up_on != row.follow_up_on:
        changes["follow_up_on"] = [_said(row.follow_up_on), _said(follow_up_on)]
    if note is not None and note.strip() != row.note:
        changes["note"] = [row.note, note.strip()]
        row.note = note.strip()
    if not changes:
        return row
    row.follow_up_on = follow_up_on
    row.save(update_fields=["follow_up_on", "note"])
    facts = {"invoice_dispute_id": row.pk, **changes}
    record_events([NewEvent("invoice.dispute_changed", "transaction", row.document_id, facts)], actor=actor)
    return row


@atomic
def close_dispute(*, dispute_id: int, outcome: str, resolution: str = "", actor: str) -> InvoiceDispute:
    """Close a dispute with its outcome: the invoice is collected and dunned again, as far as it is open.

    Raises:
        NotFound; TransitionNotAllowed: it is closed; DisputeInvalid: the outcome; CardNumberRefused, TextInvalid.
    """
    demand("promises.dispute")
    check_texts(resolution, param="/resolution")
    if outcome not in set(DisputeOutcome):
        raise DisputeInvalid(
            say("{outcome!r} is no outcome. Use one of: {known}.", outcome=outcome, known=", ".join(DisputeOutcome)),
            param="/outcome",
        )
    row = _open_row(dispute_id, "close")
    row.state, row.outcome, row.resolution = DisputeState.CLOSED, outcome, resolution.strip()
    row.closed_on, row.closed_at, row.closed_by = today_of_company(), clock.now(), actor
    row.save(update_fields=["state", "outcome", "resolution", "closed_on", "closed_at", "closed_by"])
    facts: dict[str, Any] = {"invoice_dispute_id": row.pk, "outcome": str(row.outcome)}
    if row.resolution:
        facts["resolution"] = row.resolution
    record_events([NewEvent("invoice.dispute_closed", "transaction", row.document_id, facts)], actor=actor)
    return row


def _open_row(dispute_id: int, action: str) -> InvoiceDispute:
    row: InvoiceDispute | None = InvoiceDispute.objects.select_for_update(of=("self",)).filter(pk=dispute_id).first()
    if row is None:
        raise NotFound(InvoiceDispute, dispute_id)
    if row.state != DisputeState.OPEN:
        raise TransitionNotAllowed(state=row.state, action=action, allowed=[])
    return row


def _check(
    document: Any, *, reason: str, amount_minor: int | None, note: str, follow_up_on: date | None, today: date
) -> None:
    if document.state != TransactionState.POSTED or document.mirrors_id is not None or document.account.system_role:
        raise NothingToDispute(
            say("Invoice {number} is nothing that a customer owes: only posted invoices are disputed.", number=document)
        )
    if document.account.state == AccountState.TERMINATED:
        raise AccountTerminated(document.account.number, action=say("dispute invoice {number}", number=document))
    if not document.open_minor:
        raise NothingToDispute(
            say(
                "Nothing of invoice {number} is unsettled: there is nothing to hold. Add a note, or give credit.",
                number=document,
            )
        )
    check_texts(reason, param="/reason")
    check_texts(note, param="/note")
    if not reason.strip():
        raise DisputeInvalid(say("Say what the customer objects to."), param="/reason")
    if amount_minor is not None:
        check_minor(amount_minor, document.currency, param="/amount")
        if amount_minor > document.amount_minor:
            raise DisputeInvalid(
                say(
                    "{disputed} is more than the invoice, which is over {amount}. Dispute that much or less.",
                    disputed=Money(amount_minor, document.currency),
                    amount=Money(document.amount_minor, document.currency),
                ),
                param="/amount",
            )
    _check_follow_up(follow_up_on, today=today)


def _check_follow_up(day: date | None, *, today: date) -> None:
    if day is None:
        return
    check_day(day, what=say("follow-up day"), param="/follow_up_on")
    if day < today:
        raise DisputeInvalid(
            say("Nobody can follow up on {day}: it is past. Choose today or a later day.", day=day),
            param="/follow_up_on",
        )


def _said(day: date | None) -> str | None:
    return str(day) if day else None
