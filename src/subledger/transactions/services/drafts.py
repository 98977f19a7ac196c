"""Drafts: saved, changed, rejected. They have no effect on any balance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from django.db import IntegrityError
from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.words import a
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids
from subledger.platform.versions import check_version
from subledger.transactions import day_errors, errors
from subledger.transactions.models import Reason, Transaction, TransactionItem
from subledger.transactions.rules.decisions import Decisions
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.draft_values import draft_values
from subledger.transactions.rules.orders import Post
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.rules.rows import DraftColumns, columns_of, item_rows
from subledger.transactions.states import DRAFTABLE, TransactionState

from .draft_versions import items_of_draft, version_of_draft, versions_of_drafts
from .inputs import read_under_lock
from .posting import translated


def demand_to_draft(new: Sequence[NewTransaction]) -> None:
    """The caller's refusal unless they may keep drafts of these kinds, whatever state anything is in."""
    for one in new:
        demand(permission_for("edit", one.classification))


def save_drafts(*, new: Sequence[NewTransaction], actor: str) -> list[Transaction]:
    """Keep invoices, credit notes, payments and refunds as drafts, all or none.

    Everything that posting checks is checked but the posting day, which no draft has (DraftHasNoPostingDay); a due date
    is checked as if posted today.
    """
    return _save(new, [None] * len(new), actor)


def update_draft(*, transaction_id: int, new: NewTransaction, version: str = "", actor: str) -> Transaction:
    """Replace what a draft says.

    Raises:
        TransitionNotAllowed: it is no draft any more.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`draft_versions`).
    """
    return _save([new], [transaction_id], actor, versions={transaction_id: version})[0]


COLUMNS = columns_of(DraftColumns)  # a test knows that each is a column of a transaction


@atomic
def reject_drafts(
    *,
    transaction_ids: Sequence[int],
    reason: Reason | None,
    actor: str,
    versions: Mapping[int, str] = MappingProxyType({}),
) -> list[Transaction]:
    """Discard drafts for a reason of the company's list: on a terminated account too, where they have no other end.

    Raises:
        DraftChanged: one says something else than the version of it in ``versions``. TransitionNotAllowed,
        ReasonInvalid.
    """
    drafts = list(
        Transaction.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk__in=transaction_ids)
        .order_by("pk")
    )
    missing = set(transaction_ids) - {draft.pk for draft in drafts}
    if missing:
        raise NotFound(Transaction, sorted(missing)[0])
    for draft in drafts:
        demand(permission_for("reject", draft.classification))
    if reason is None or not reason.is_active:
        raise errors.ReasonInvalid
    now = versions_of_drafts(versions.keys())
    for draft in drafts:
        draft.state = draft.lifecycle.advance(TransactionState(draft.state), "reject")
        if versions.get(draft.pk) != now.get(draft.pk):
            raise errors.DraftChanged
        draft.rejection_reason, draft.updated_at, draft.updated_by = reason, clock.now(), actor
        draft.save(update_fields=["state", "rejection_reason", "updated_at", "updated_by"])
    record_events(
        [NewEvent(f"{d.classification}.rejected", "transaction", d.pk, {"reason": reason.name}) for d in drafts],
        actor=actor,
    )
    return drafts


GATEWAY_STATES = {
    "submit": (TransactionState.DRAFT, TransactionState.PENDING, "pending"),
    "return": (TransactionState.PENDING, TransactionState.DRAFT, "returned"),
    "decline": (TransactionState.PENDING, TransactionState.REJECTED, "declined"),
}


@atomic
def change_gateway_state(*, facts: Mapping[int, Mapping[str, str]], action: str, actor: str) -> None:
    """Hand drafts over to a gateway (``submit``), take them back (``return``) or give them up (``decline``).

    ``facts`` go onto each one's timeline, by id. The caller holds the locks of the accounts.

    Raises:
        TransitionNotAllowed: one of them is in another state by now; nothing is changed.
    """
    before, after, verb = GATEWAY_STATES[action]
    rows = list(Transaction.objects.filter(pk__in=list(facts)))
    for row in rows:
        row.lifecycle.advance(TransactionState(row.state), action)
    held = Transaction.objects.filter(pk__in=list(facts), state=before)
    if held.update(state=after, updated_at=clock.now(), updated_by=actor) != len(rows):
        raise errors.ConcurrentChange
    record_events(
        [NewEvent(f"{row.classification}.{verb}", "transaction", row.pk, dict(facts[row.pk])) for row in rows],
        actor=actor,
    )


def _save(
    new: Sequence[NewTransaction],
    idents: Sequence[int | None],
    actor: str,
    versions: Mapping[int, str] = MappingProxyType({}),
) -> list[Transaction]:
    demand_to_draft(new)
    try:
        with atomic():
            # The account a draft stands on is locked too: whoever posts it must not do so while it changes.
            facts = read_under_lock([Post(new=one, draft_id=ident) for one, ident in zip(new, idents, strict=True)])
            known = [ident for ident in idents if ident is not None]
            held = {d.pk: d for d in Transaction.objects.select_for_update(of=("self",)).filter(pk__in=known)}
            for changed, shown in versions.items():
                _check_unchanged(held.get(changed), shown)
            decisions = Decisions(facts, actor=actor, demand=demand)
            ids = iter(fresh_ids(len(new)))
            rows: list[Transaction] = []
            items: list[TransactionItem] = []
            for one, ident in zip(new, idents, strict=True):
                if one.posted_on is not None:
                    raise day_errors.DraftHasNoPostingDay
                if one.classification not in DRAFTABLE:
                    what = a(one.classification).capitalize()
                    raise errors.TypeInvalid(say("{what} cannot be a draft: it is made by its action.", what=what))
                draft = _checked(held, ident, one, next(ids), actor)
                own_code = draft.back_office_code if ident is not None else None
                if own_code:
                    decisions.standing.free(one.classification, own_code)
                values, entered, priced = draft_values(decisions, one)
                for name in COLUMNS:
                    setattr(draft, name, getattr(values, name))
                rows.append(draft)
                items.extend(
                    TransactionItem(**asdict(row)) for row in item_rows(draft.pk, entered, priced, entered=True)
                )
            TransactionItem.objects.filter(transaction_id__in=known).delete()
            Transaction.objects.bulk_create([draft for draft, ident in zip(rows, idents, strict=True) if ident is None])
            for draft, ident in zip(rows, idents, strict=True):
                if ident is not None:
                    draft.save()
            TransactionItem.objects.bulk_create(items)
            event_facts = [
                NewEvent(
                    f"{d.classification}.{'drafted' if ident is None else 'draft_changed'}",
                    "transaction",
                    d.pk,
                    {},
                )
                for d, ident in zip(rows, idents, strict=True)
            ]
            notes = [
                NewEvent("transaction.noted", "transaction", d.pk, {"text": one.note})
                for d, one in zip(rows, new, strict=True)
                if one.note
            ]
            record_events([*event_facts, *notes], actor=actor)
            return rows
    except IntegrityError as error:
        raise translated(error) from error


def _check_unchanged(draft: Transaction | None, shown: str) -> None:
    if shown and draft is not None and draft.state == TransactionState.DRAFT:
        check_version(shown, version_of_draft(draft, items_of_draft(draft)), thing="draft")


def _checked(
    held: dict[int, Transaction], ident: int | None, new: NewTransaction, fresh: int, actor: str
) -> Transaction:
    """The draft to fill: a new one, or the one held under lock when it may still be edited."""
    at = clock.now()
    if ident is None:
        return Transaction(
            id=fresh,
            company_id=current_company_id(),
            classification=new.classification,
            state=TransactionState.DRAFT,
            created_at=at,
            created_by=actor,
        )
    draft = held.get(ident)
    if draft is None:
        raise NotFound(Transaction, ident)
    draft.lifecycle.advance(TransactionState(draft.state), "edit")
    if draft.classification != new.classification:
        raise errors.WrongClassification(draft.reference_number, draft.classification, new.classification)
    draft.updated_at, draft.updated_by = at, actor
    return draft
