"""Late fees and late interest: draft invoices that name their document. Posting one claims it, rejecting one waives it.

What was drafted is kept by days, so nothing is drafted twice and no day is left out. A payment that becomes known after
its day changes what the days came to: what is a draft still is drafted anew; what somebody posted or waived stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.accounts.states import AccountState
from subledger.dunning.defaults import RECALCULATED, TYPES
from subledger.dunning.errors import ChargeTypeMissing
from subledger.dunning.letter_templates import INTEREST_ITEM, INTEREST_PIECE
from subledger.dunning.letters import language_for, usual_language
from subledger.dunning.models import DunningClaim, DunningRecord
from subledger.dunning.principals import Owed, owed_of
from subledger.dunning.queries import claims_of, least_of
from subledger.dunning.rules.interest import ONE_DAY, Interest, Piece, Rate, Rates, out_of_date, to_draft
from subledger.dunning.states import ClaimKind
from subledger.kernel.languages import spoken
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.transactions.letter_values import day
from subledger.transactions.models import Reason, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.services.drafts import reject_drafts, save_drafts
from subledger.transactions.states import Classification, TransactionState

from .assignments import Served, note_assignments, served_of

NOBODY = Served()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A fee of a record, or the interest of some days of a document."""

    kind: ClaimKind
    document_kind: str
    document_id: int
    document_number: str
    account_id: int
    currency: str
    amount_minor: int
    words: str  # of the item on its invoice
    record_id: int | None = None
    days: Interest | None = None
    plan_id: int | None = None  # by whose rates


@atomic
def draft_claims(*, new: Sequence[NewClaim], actor: str) -> list[DunningClaim]:
    """Draft an invoice for each. ChargeTypeMissing; as `save_drafts`."""
    if not new:
        return []
    types = _types()
    drafts = save_drafts(new=[_draft(one, types) for one in new], actor=actor)
    now = clock.now()
    return DunningClaim.objects.bulk_create(
        DunningClaim(
            company_id=current_company_id(),
            kind=one.kind,
            document_kind=one.document_kind,
            document_id=one.document_id,
            document_number=one.document_number,
            account_id=one.account_id,
            record_id=one.record_id,
            from_on=one.days.first if one.days else None,
            through_on=one.days.last if one.days else None,
            percent=one.days.pieces[-1].percent if one.days else None,
            pieces=_kept(one.days) if one.days else None,
            plan_id=one.plan_id,
            amount_minor=one.amount_minor,
            currency=one.currency,
            invoice=draft,
            created_at=now,
        )
        for one, draft in zip(new, drafts, strict=True)
    )


@atomic
def draft_interest(*, document_ids: Collection[int], up_to: date | None, actor: str) -> Mapping[int, int]:
    """Draft the interest of documents for the days up to ``up_to``, or to the day of payment of one that is paid.

    With None what is not paid gets nothing new. What was drafted for days whose principal or rate is another by now is
    drafted anew; drafts of a document that was cancelled, or credited as a whole, are rejected. Of suspended accounts
    nothing else is done: their days are part of the next draft once they are active again.

    Returns:
        What was drafted now, in minor units, by document.
    """
    accounts = dict(Transaction.objects.filter(pk__in=list(document_ids)).values_list("pk", "account_id"))
    held = set(accounts.values())
    lock_accounts(held)
    note_assignments(held)
    served = served_of(held)
    claims: dict[int, list[DunningClaim]] = {}
    for claim in claims_of(document_ids):
        claims.setdefault(claim.document_id, []).append(claim)
    owed = owed_of(
        [ident for ident, of in accounts.items() if ident in claims or served.get(of, NOBODY).rates.are_charged]
    )
    superseded: list[DunningClaim] = []
    new: list[NewClaim] = []
    usual = usual_language()
    own = set(DunningClaim.objects.filter(invoice_id__in=list(owed)).values_list("invoice_id", flat=True))
    for ident, one in owed.items():
        if ident in own:  # no interest on fees and interest
            continue
        drafted = claims.get(ident, [])
        if one.row.state == TransactionState.CANCELLED or one.is_credited:
            superseded += [claim for claim in drafted if claim.invoice.state == TransactionState.DRAFT]
            continue
        superseded += _fees_of_too_little(drafted, one)
        if one.row.account.state == AccountState.SUSPENDED:  # no invoice is drafted there: its days stay for later
            continue
        interest = [claim for claim in drafted if claim.kind == ClaimKind.INTEREST]
        by = served.get(one.row.account_id, NOBODY)
        stale = _stale(interest, one, by.rates)
        superseded += stale
        standing = interest[: len(interest) - len(stale)]
        found = _due(one, standing, stale, by.plan_id, _rates_now(stale, by.rates), up_to, usual)
        if found is not None:
            new.append(found)
    _supersede(superseded, actor=actor)
    return {claim.document_id: claim.amount_minor for claim in draft_claims(new=new, actor=actor)}


def _fees_of_too_little(drafted: Sequence[DunningClaim], one: Owed) -> list[DunningClaim]:
    """Drafts of fees, where credit notes took their document below the smallest amount that their plan reminds of."""
    fees = [claim for claim in drafted if claim.kind == ClaimKind.FEE and claim.invoice.state == TransactionState.DRAFT]
    if not fees or not one.credited_minor:
        return []
    plans = DunningRecord.objects.filter(pk__in=[claim.record_id for claim in fees]).values_list("pk", "level__plan")
    least = least_of(one.row.currency)
    return [claim for claim in fees if one.was_credited_below(least.get(dict(plans)[claim.record_id], 1))]


def _stale(interest: Sequence[DunningClaim], one: Owed, rates: Rates) -> list[DunningClaim]:
    """Drafts of interest that came to something else, and those behind them."""
    drafted = [
        (
            Interest(claim.from_on, claim.through_on, claim.amount_minor),  # type: ignore[arg-type]
            _rates_of(claim, rates),
            claim.invoice.state == TransactionState.DRAFT,
        )
        for claim in interest
    ]
    stands = out_of_date(drafted, one.principal)
    return [] if stands is None else list(interest[stands:])


def _rates_of(claim: DunningClaim, rates: Rates) -> Rates:
    """By which a draft of interest goes: those of its account as they stand; an older server's by its percentage."""
    return rates if claim.plan_id is not None else Rates((Rate(claim.percent or Decimal(0)),))


def _rates_now(stale: Sequence[DunningClaim], rates: Rates) -> Rates:
    """By which days are drafted: those of drafts that are made anew by theirs, the others by those of the account."""
    found = rates
    for claim in reversed(stale):
        after = (claim.through_on or date.max) + ONE_DAY
        found = _rates_of(claim, rates).then(after, found)
    return found


def _due(
    one: Owed,
    standing: Sequence[DunningClaim],
    stale: Sequence[DunningClaim],
    plan_id: int | None,
    rates: Rates,
    up_to: date | None,
    usual: str,
) -> NewClaim | None:
    """What is to be drafted of a document behind what stands, or None."""
    row = one.row
    if not rates.are_charged or row.account.state == AccountState.TERMINATED:
        return None
    is_paid = row.state == TransactionState.POSTED and not one.open_minor
    ends = [stale[-1].through_on] if stale else []
    if is_paid:
        ends.append(max((settled.on for settled in one.principal.settled), default=row.due_on))
    elif up_to is not None and row.state == TransactionState.POSTED:
        ends.append(up_to)
    known = [day for day in ends if day is not None]
    if not known:
        return None
    through = standing[-1].through_on if standing else None
    days = to_draft(one.principal, rates, through=through, up_to=max(known))
    if days is None:
        return None
    number = row.number or ""
    language = language_for(row.account, usual)
    own = row.account.customer.language if row.account.customer is not None else ""
    written_in = own if spoken(own) == language else language
    words = INTEREST_ITEM[language].format(
        number=number,
        pieces="; ".join(
            INTEREST_PIECE[language].format(
                first=day(piece.first, written_in),
                last=day(piece.last, written_in),
                percent=plain_percent(piece.percent),
            )
            for piece in days.pieces
            if piece.percent
        ),
    )
    return NewClaim(
        kind=ClaimKind.INTEREST,
        document_kind=Classification.INVOICE,
        document_id=row.pk,
        document_number=number,
        account_id=row.account_id,
        currency=row.currency,
        amount_minor=days.amount_minor,
        words=words,
        days=days,
        plan_id=plan_id or (stale[-1].plan_id if stale else None),
    )


def _kept(days: Interest) -> list[dict[str, str]]:
    return [_piece(one) for one in days.pieces]


def _piece(one: Piece) -> dict[str, str]:
    return {"from_on": one.first.isoformat(), "through_on": one.last.isoformat(), "percent": plain_percent(one.percent)}


def plain_percent(percent: Decimal) -> str:
    """``9``, ``8.5``."""
    text = f"{percent:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _supersede(claims: Sequence[DunningClaim], *, actor: str) -> None:
    if not claims:
        return
    reason = Reason.objects.filter(code=RECALCULATED).first()
    reject_drafts(transaction_ids=[claim.invoice_id for claim in claims], reason=reason, actor=actor)
    DunningClaim.objects.filter(pk__in=[claim.pk for claim in claims]).update(superseded_at=clock.now())


def _types() -> dict[ClaimKind, int]:
    codes = {code: kind for kind, (code, _) in TYPES.items()}
    rows = TransactionType.objects.filter(
        code__in=codes, classification=Classification.INVOICE, is_active=True
    ).values_list("code", "pk")
    return {codes[code]: ident for code, ident in rows}


def _draft(one: NewClaim, types: Mapping[ClaimKind, int]) -> NewTransaction:
    if one.kind not in types:
        raise ChargeTypeMissing(TYPES[one.kind][0])
    return NewTransaction(
        classification=Classification.INVOICE,
        account_id=one.account_id,
        type_id=types[one.kind],
        items=(NewItem(unit_amount=Decimal(one.amount_minor), description=one.words),),
        metadata={"late_payment_of": one.document_number},
    )
