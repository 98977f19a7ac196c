"""What wallets do together with a posting: credits of some types go into the wallet, and come back out with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from subledger.accounts.models import Account
from subledger.kernel.errors import DomainError
from subledger.kernel.money import LARGEST_MINOR
from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.transactions.consequences import Consequence, DecidedSet, Following, Posting
from subledger.transactions.errors import ConcurrentChange
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Move, Order
from subledger.transactions.rules.rows import PostedRow
from subledger.transactions.states import Classification

from .configuration import WalletSettings, settings_at
from .errors import OwnDocument
from .models import WalletTransaction
from .services.openings import wallets_of
from .services.purses import Need, Voiding
from .services.sets import Said, WalletSet
from .states import Cause, EntryKind, EntryState

C = Classification


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a service of wallets says of an order of its own: of a funding invoice, or of a reimbursement."""

    type_id: int | None = None
    face_minor: int = 0  # of a reimbursement: what leaves the wallet
    note: str = ""
    expires_on: date | None = None
    product_id: int | None = None
    cause: Cause = Cause.BY_HAND
    metadata: Mapping[str, str] | None = None


_announced: ContextVar[Mapping[int, Announced] | None] = ContextVar("orders of wallets", default=None)


@contextmanager
def announcing(orders: Sequence[tuple[Order, Announced]]) -> Iterator[None]:
    """While these orders are carried out, they are the wallets' own."""
    token = _announced.set({id(order): said for order, said in orders})
    try:
        yield
    finally:
        _announced.reset(token)


def _spend(row: PostedRow, version: int) -> NewTransaction | None:
    settings = settings_at(current_company_id(), version)
    if settings is None or row.type_id not in settings.crediting_type_ids:
        return None
    return funding(row.account_id, row.amount_minor, row.posted_on, settings)


def funding(account_id: int, minor: int, on: date, settings: WalletSettings) -> NewTransaction:
    """The invoice by which money of an account goes into its wallet."""
    return NewTransaction(
        classification=C.INVOICE,
        account_id=account_id,
        type_id=settings.funding_type_id,
        items=(NewItem(sub_total_minor=minor, description=settings.own_type_names[settings.funding_type_id]),),
        posted_on=on,
        due_on=on,
        accept_due_date=True,
        confirm_posted_on=True,
        confirm_due_on=True,
    )


def _follow(orders: Sequence[Order]) -> Sequence[Following]:
    """A payment that is cancelled or moved takes its funding invoice with it."""
    wanted = {order.target_id: at for at, order in enumerate(orders) if isinstance(order, Cancel | Move)}
    if not wanted:
        return ()
    rows = WalletTransaction.objects.filter(
        source__in=list(wanted), kind=EntryKind.CREDIT, state=EntryState.EFFECTIVE, document__isnull=False
    ).values_list("source_id", "document_id")
    found = []
    for source_id, document_id in rows:
        order = orders[wanted[source_id]]
        assert isinstance(order, Cancel | Move)
        cancel = Cancel(
            target_id=document_id, amount=ALL, posted_on=order.posted_on, confirm_posted_on=True,
            issue_reason=order.issue_reason,
        )  # fmt: skip
        found.append(Following(wanted[source_id], cancel))
    return found


@dataclass(frozen=True, slots=True)
class _Concerned:
    """Rows of a set that move money of wallets, each with its posting."""

    fundings: list[tuple[Posting, PostedRow]]
    cancellations: list[tuple[Posting, PostedRow]]
    reimbursements: list[tuple[Posting, PostedRow]]

    def __bool__(self) -> bool:
        return bool(self.fundings or self.cancellations or self.reimbursements)


def _concerned(decided: DecidedSet, settings: WalletSettings) -> _Concerned:
    found = _Concerned([], [], [])
    targets = decided.effects.facts.targets
    for posting in decided.postings:
        for row in posting.rows:
            if row.type_id == settings.funding_type_id:
                found.fundings.append((posting, row))
            elif row.type_id == settings.reimbursement_type_id:
                found.reimbursements.append((posting, row))
            elif row.classification is C.INVOICE_CANCELLATION:
                target = targets.get(row.cancels_id or 0)
                if target is not None and target.type_id == settings.funding_type_id:
                    found.cancellations.append((posting, row))
    return found


def _settings_of(decided: DecidedSet) -> WalletSettings | None:
    return settings_at(decided.company_id, decided.effects.facts.configuration.version)


def _check(decided: DecidedSet) -> Mapping[int, DomainError]:
    settings = _settings_of(decided)
    if settings is None:
        return {}
    concerned = _concerned(decided, settings)
    if not concerned:
        return {}
    found: dict[int, DomainError] = {}
    announced = _announced.get() or {}
    for posting, row in (*concerned.fundings, *concerned.reimbursements):
        is_spent = row.classification is C.INVOICE and any(
            other.type_id in settings.crediting_type_ids for other in posting.rows
        )
        if not is_spent and id(posting.order) not in announced:
            found[posting.leader] = OwnDocument(settings.own_type_names[row.type_id])
    if not found:
        _, refusals = _decide(decided, settings, concerned)
        found.update(refusals)
    return found


def _write(decided: DecidedSet) -> None:
    settings = _settings_of(decided)
    if settings is None:
        return
    concerned = _concerned(decided, settings)
    if concerned:
        set_, _ = _decide(decided, settings, concerned)
        set_.write()


def _decide(
    decided: DecidedSet, settings: WalletSettings, concerned: _Concerned
) -> tuple[WalletSet, dict[int, DomainError]]:
    """The wallets' part of a set, under the locks of its accounts; or its first refusal, by the place of the order: the
    set is decided again without that."""
    books = decided.effects.facts.configuration
    entries = _entries_of([row.cancels_id or 0 for _, row in concerned.cancellations])
    accounts = {row.account_id for _, row in (*concerned.fundings, *concerned.reimbursements)}
    accounts |= {entry.wallet.account_id for entry in entries.values()}
    wallets = wallets_of(Account.objects.filter(pk__in=accounts), actor=decided.actor)
    needs = [
        Need(wallet_id=wallets[row.account_id].pk, face=LARGEST_MINOR, on=row.posted_on)
        for _, row in concerned.reimbursements
    ]
    voiding = [
        Voiding(entries[row.cancels_id], row.posted_on)
        for _, row in concerned.cancellations
        if row.cancels_id in entries and entries[row.cancels_id].state != EntryState.VOIDED
    ]
    set_ = WalletSet(
        wallets.values(), needs=needs, voiding=voiding, settings=settings, books=books, actor=decided.actor
    )
    announced = _announced.get() or {}
    for posting, row in concerned.cancellations:
        entry = entries.get(row.cancels_id or 0)
        if entry is None or entry.state == EntryState.VOIDED:
            continue
        said = Said(on=row.posted_on, cause=Cause.CANCELLATION, cause_number=entry.cause_number)
        try:
            set_.void_credit(entry, said)
        except DomainError as refusal:
            return set_, {posting.leader: refusal}
    for posting, row in concerned.fundings:
        own = announced.get(id(posting.order))
        source = next((one for one in posting.rows if one.type_id in settings.crediting_type_ids), None)
        try:
            set_.credit(
                wallets[row.account_id],
                _said(row, own, source),
                face=row.amount_minor,
                paid=row.amount_minor,
                parts={own.product_id: row.amount_minor} if own and own.product_id else None,
                expires_on=own.expires_on if own else None,
            )
        except DomainError as refusal:
            return set_, {posting.leader: refusal}
    for posting, row in concerned.reimbursements:
        own = announced.get(id(posting.order))
        try:
            made = set_.leave(
                wallets[row.account_id],
                _said(row, own, None),
                face=own.face_minor if own else 0,
                kind=EntryKind.REIMBURSE,
            )
            if -made.paid_minor != row.amount_minor:  # it was worked out under the same lock
                raise ConcurrentChange
        except DomainError as refusal:
            return set_, {posting.leader: refusal}
    return set_, {}


def _said(row: PostedRow, own: Announced | None, source: PostedRow | None) -> Said:
    causes = {C.PAYMENT: Cause.PAYMENT, C.CREDIT_NOTE: Cause.CREDIT_NOTE}
    cause = causes[source.classification] if source is not None else own.cause if own else Cause.BY_HAND
    return Said(
        on=row.posted_on,
        cause=cause,
        document_id=row.id,
        source_id=source.id if source is not None else None,
        type_id=own.type_id if own else None,
        note=own.note if own else "",
        metadata=(own.metadata if own else None) or {},
    )


def _entries_of(document_ids: Sequence[int]) -> dict[int, WalletTransaction]:
    if not document_ids:
        return {}
    rows = WalletTransaction.objects.filter(document__in=document_ids, kind=EntryKind.CREDIT).select_related("wallet")
    return {row.document_id: row for row in rows if row.document_id is not None}


WALLETS = Consequence(
    name=say("wallets"),
    about=say(
        "A payment or credit note of a type that credits wallets is spent on a funding invoice and credits the wallet "
        "of its account; cancelled or moved, it takes both back. What the credit had paid for moves to other lots."
    ),
    follow=_follow,
    spend=_spend,
    check=_check,
    write=_write,
)
CONSEQUENCES = [WALLETS]
