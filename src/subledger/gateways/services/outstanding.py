"""What requests ask for, and what may leave of that by the time they do.

A payment never leaves over more than is owed then: of the invoices that it is meant for, or of the whole account, less
what other charges on their way will bring and what may have come in (`kept_facts`), whatever that was meant for. A
refund never leaves over more than the credit that is left. What either was to exceed that by when it was asked for, a
payment in advance, a refund that leaves the customer owing, stays so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Q, Sum

from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.gateways.errors import ChargeAboveOwed, HeldBack, PaymentUnderWay
from subledger.gateways.kept_facts import Doubt, doubts_on
from subledger.gateways.models import Charge, PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.queries import in_bank_files, paying_back
from subledger.gateways.rules.orders import BEYOND
from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.rules.outstanding import UnderWay, chargeable, refundable
from subledger.gateways.states import OPEN, RequestState, RequestType
from subledger.kernel.money import Money
from subledger.kernel.sentences import joined, say
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.states import Classification, TransactionState

from .last_look import stopped
from .unbooked import held_back, held_back_on, in_doubt_as

NEWEST = 2**62  # the id of a request that is not made: after all that are
LEFT = frozenset({RequestState.UNDER_PROCESSING, RequestState.UNKNOWN})
ENDED = {TransactionState.CANCELLED: "cancelled", TransactionState.WRITTEN_OFF: say("written off")}
LIMITED = (RequestType.PAYMENT, RequestType.REFUND)


@dataclass(frozen=True, slots=True)
class NotToLeave:
    """Why a request is not to leave: of its amount only ``due`` is still owed, or still there to be refunded."""

    due: Money
    amount: Money
    type: RequestType
    ended: frozenset[str] = frozenset()  # how the invoices that it was to pay ended, where they were not settled alone
    is_terminated: bool = False  # its account is
    why: tuple[NotDueCode, str] | None = None  # another reason, in words

    @property
    def code(self) -> NotDueCode:
        if self.why is not None:
            return self.why[0]
        if self.is_terminated:
            return NotDueCode.ACCOUNT_TERMINATED
        if self.type is not RequestType.PAYMENT:
            return NotDueCode.LESS_CREDIT if self.due.minor else NotDueCode.CREDIT_USED
        return NotDueCode.LESS_IS_OWED if self.due.minor else NotDueCode.ALREADY_SETTLED

    @property
    def reason(self) -> Declined:
        """As the word of a gateway: it is taken back."""
        return Declined(self.code, self.sentence())

    def sentence(self, meant: str = "") -> str:
        """For people; ``meant`` names the invoices it was to pay."""
        if self.why is not None:
            return self.why[1]
        if self.is_terminated:
            return say("Its account was terminated in the meantime: nothing is collected or paid back there any more.")
        if self.type is RequestType.PAYMENT_CANCELLATION:
            return say("The payment that it was to pay back was returned to its payer already.")
        if self.type is RequestType.REFUND:
            if self.due.minor:
                return say(
                    "It is over {amount}, and of the credit that it was to refund only {due} is left.",
                    amount=self.amount,
                    due=self.due,
                )
            return say("The credit that it was to refund was used or paid out in the meantime.")
        named = f" ({meant})" if meant else ""
        how = joined(sorted(self.ended), say(" or "))
        if self.due.minor:
            settled = Money(self.amount.minor - self.due.minor, self.amount.currency)
            return say(
                "It is over {amount}, and {settled} of what it was to pay{named} was {how} in the "
                "meantime: {due} is left of it.",
                amount=self.amount,
                settled=settled,
                named=named,
                how=how or say("settled"),
                due=self.due,
            )
        if how:
            return say(
                "What it was to pay{named} was {how} in the meantime: nothing is owed on it.", named=named, how=how
            )
        return say("What it was to pay{named} was settled, or is being paid otherwise, in the meantime.", named=named)


def not_to_leave(
    rows: Iterable[PaymentRequest], *, instead_of: Collection[PaymentRequest] = ()
) -> Mapping[int, NotToLeave]:
    """Those of these requests that ask for more than may leave by now, by id; ``instead_of`` others that will not."""
    found: dict[int, NotToLeave] = {}
    rows = list(rows)
    for type_ in LIMITED:
        asked = [row for row in rows if row.type == type_]
        rooms = _rooms(type_, asked, [row.pk for row in instead_of])
        for row in asked:
            amount, due = Money(row.amount_minor, row.currency), Money(rooms[row.pk], row.currency)
            if due.minor < amount.minor:
                found[row.pk] = NotToLeave(due, amount, type_)
    ended = _ended([row for row in rows if row.pk in found and row.type == RequestType.PAYMENT])
    found.update({ident: replace(found[ident], ended=how) for ident, how in ended.items()})
    for row in _terminated(rows):
        found[row.pk] = NotToLeave(
            Money(0, row.currency), Money(row.amount_minor, row.currency), RequestType(row.type), is_terminated=True
        )
    for row in _returned(rows):
        none, amount = Money(0, row.currency), Money(row.amount_minor, row.currency)
        found[row.pk] = NotToLeave(none, amount, RequestType.PAYMENT_CANCELLATION)
    left = {row.pk: row for row in rows if row.pk not in found}
    for ident, why in stopped(list(left.values())).items():
        none, amount = Money(0, left[ident].currency), Money(left[ident].amount_minor, left[ident].currency)
        found[ident] = NotToLeave(none, amount, RequestType(left[ident].type), why=why)
    return found


def _ended(rows: Sequence[PaymentRequest]) -> dict[int, frozenset[str]]:
    """How the invoices that payments are meant for ended, by request, where one was cancelled or written off."""
    meant = _meant(rows) if rows else {}
    wanted = {ident for idents in meant.values() for ident in idents}
    if not wanted:
        return {}
    invoices = {
        ident: (ENDED.get(state, "settled"), left)
        for ident, state, left in Transaction.objects.filter(pk__in=wanted).values_list(
            "pk", "state", "open_item__open_minor"
        )
    }
    how = {
        request: frozenset(invoices[ident][0] for ident in idents if ident in invoices and not invoices[ident][1])
        for request, idents in meant.items()
    }
    return {request: ways for request, ways in how.items() if ways - {"settled"}}


def _terminated(rows: Sequence[PaymentRequest]) -> list[PaymentRequest]:
    """Those of these on accounts that were terminated since they were asked for."""
    if not rows:
        return []
    accounts = {row.account_id for row in rows}
    terminated = Account.objects.filter(pk__in=accounts, state=AccountState.TERMINATED)
    gone = set(terminated.values_list("pk", flat=True))
    return [row for row in rows if row.account_id in gone]


def _returned(rows: Sequence[PaymentRequest]) -> list[PaymentRequest]:
    """Those of these that are to pay back what the payer has back already, by the bank's return."""
    back = [row for row in rows if row.type == RequestType.PAYMENT_CANCELLATION]
    charges = Charge.objects.filter(pk__in=[row.charge_id for row in back], request__state=RequestState.REJECTED)
    returned = set(charges.values_list("pk", flat=True)) if back else set()
    return [row for row in back if row.charge_id in returned]


def beyond(drafts: Sequence[Transaction]) -> dict[int, dict[str, int]]:
    """What the requests for payments or refunds are to keep of their being over more than is due, by the drafts' ids.
    The accounts are locked."""
    due = due_of(drafts)
    more = {draft.pk: draft.amount_minor - due[draft.pk] for draft in drafts}
    return {ident: {BEYOND: minor} if minor > 0 else {} for ident, minor in more.items()}


def left_to_refund(account_ids: Sequence[int]) -> dict[int, int]:
    """What one more refund of each of these accounts could ask for: its credit, less what is on its way out, and what
    is said to have gone."""
    walks = _walks(RequestType.REFUND, sorted(account_ids), ()) if account_ids else {}
    return {ident: left for ident, (_, left) in walks.items()}


def refuse_in_advance(draft: Transaction, *, is_confirmed: bool) -> None:
    """A charge is for what is open of the invoices that it is meant for, or for what the account owes, less what others
    under way will bring and what may have come in already; what is more than that is a payment in advance, which has to
    be said. The account is locked.

    While money of the account is in doubt, whatever it was meant for, what is more may ask for that money again: nobody
    can confirm that.

    Raises:
        ChargeAboveOwed, HeldBack, PaymentUnderWay
    """
    if draft.classification != Classification.PAYMENT:
        return
    owed = _due(draft)
    if draft.amount_minor <= owed:
        return
    doubtful = why_in_doubt(draft.account_id)
    if doubtful is not None:
        raise doubtful
    if not is_confirmed:
        amount, due = Money(draft.amount_minor, draft.currency), Money(owed, draft.currency)
        raise ChargeAboveOwed(amount, due, meant=_named(draft.intended_ids or ()))


def why_in_doubt(account_id: int) -> HeldBack | PaymentUnderWay | None:
    """Why no charge on an account exceeds what it owes: of others there nobody knows whether their money moved."""
    rows = PaymentRequest.objects.filter(account=account_id, type=RequestType.PAYMENT, state__in=OPEN).order_by("pk")
    held = held_back(row.pk for row in rows)
    if held:
        return held[min(held)]
    came_in = in_doubt_as([one for one in doubts_on([account_id]) if one.into])
    unknown = next((row for row in rows if row.state == RequestState.UNKNOWN), None)
    return came_in or (PaymentUnderWay(unknown.number) if unknown else None)


def refuse_paid_out(draft: Transaction) -> None:
    """A refund of more than is left of the credit, while it is said that money of the account went out that is in no
    books: it may pay the same money out again. HeldBack."""
    if draft.classification != Classification.REFUND or draft.amount_minor <= _due(draft):
        return
    account_id = draft.account_id
    held = in_doubt_as([one for one in doubts_on([account_id]) if one.out and one.out_of == account_id])
    if held is not None:
        raise held


def newest_of(account_id: int, *, other_than: int | None = None) -> str:
    """The number of the latest charge under way on an account."""
    others = PaymentRequest.objects.filter(account=account_id, type=RequestType.PAYMENT, state__in=OPEN)
    return others.exclude(pk=other_than).order_by("-pk")[0].number


def room_for(asked: PaymentRequest, *, instead_of: Collection[PaymentRequest] = ()) -> int:
    """How much of what a request asks for may leave by now, were it over any amount."""
    return _rooms(RequestType(asked.type), [asked], [row.pk for row in instead_of])[asked.pk]


def one_more(
    type_: RequestType,
    *,
    account_id: int,
    amount_minor: int,
    currency: str,
    intended_ids: Iterable[int],
    is_balance: bool = False,
    at: int = 0,
) -> PaymentRequest:
    """A request that is not made, to be looked at beside all that are; ``at``: its place among several such."""
    return PaymentRequest(
        pk=NEWEST + at,
        account_id=account_id,
        type=type_,
        state=RequestState.PENDING,
        amount_minor=amount_minor,
        currency=currency,
        order={"intended_ids": list(intended_ids), "is_balance": is_balance},
    )


def _as_request(draft: Transaction, at: int) -> PaymentRequest:
    return one_more(
        RequestType.PAYMENT if draft.classification == Classification.PAYMENT else RequestType.REFUND,
        account_id=draft.account_id,
        amount_minor=draft.amount_minor,
        currency=draft.currency,
        intended_ids=draft.intended_ids or (),
        at=at,
    )


def due_of(drafts: Sequence[Transaction]) -> dict[int, int]:
    """What of what payments are meant for, or of what their accounts owe, nothing under way or in doubt brings; of
    refunds, the credit that nothing under way or in doubt pays out. By the drafts' ids."""
    asked = {draft.pk: _as_request(draft, at) for at, draft in enumerate(drafts)}
    rooms: dict[int, int] = {}
    for type_ in LIMITED:
        rooms |= _rooms(type_, [one for one in asked.values() if one.type == type_])
    return {ident: rooms[one.pk] for ident, one in asked.items()}


def _due(draft: Transaction) -> int:
    return due_of([draft])[draft.pk]


def _named(invoice_ids: Sequence[int]) -> str:
    numbers = Transaction.objects.filter(pk__in=invoice_ids).order_by("pk").values_list("number", flat=True)
    return ", ".join(number for number in numbers if number)


Walk = tuple[dict[int, int], int]


def _rooms(type_: RequestType, rows: Sequence[PaymentRequest], but: Collection[int] = ()) -> dict[int, int]:
    walks = _walks(type_, sorted({row.account_id for row in rows}), rows, but) if rows else {}
    return {row.pk: walks[row.account_id][0][row.pk] for row in rows}


def _walks(
    type_: RequestType,
    account_ids: Sequence[int],
    asked: Sequence[PaymentRequest],
    but: Collection[int] = (),
) -> dict[int, Walk]:
    """By account: what may leave of each of its requests, and what one more could ask for. Those ``asked`` about are
    taken as not having left: whoever sends one again knows that it never arrived.
    What waits and takes its turn after all of ``asked`` of its account may leave later: it is not read, so that working
    an account off costs as much with its last request as with its first."""
    aside = {row.pk for row in asked}.union(but)
    others = PaymentRequest.objects.filter(account_id__in=account_ids, type=type_)
    here = Q(state=RequestState.PENDING, mode=F("provider__mode"))  # of the other mode none leaves
    here |= Q(state__in=sorted(OPEN - {RequestState.PENDING}))
    # All states at one moment: what leaves, or comes back, meanwhile is counted once.
    standing = others.filter(here).values_list("pk", "account_id", "state", "amount_minor")
    open_ones = [one for one in standing if one[0] not in aside]
    waiting = {ident for ident, _, state, _ in open_ones if state == RequestState.PENDING}
    waiting.update(row.pk for row in asked if row.state == RequestState.PENDING)
    perhaps = (in_bank_files(waiting) | held_back_on(account_ids)) & waiting if waiting else set()
    doubtful = _came_in(account_ids) if type_ is RequestType.PAYMENT else {}
    meant = _meant(asked) if type_ is RequestType.PAYMENT else {}
    takes_turns = bool(asked) and all(meant[row.pk] or row.order.get("is_balance") for row in asked if row.pk in meant)
    last = {row.account_id: row.pk for row in sorted(asked, key=lambda row: row.pk)} if takes_turns else {}
    has_places = bool(perhaps or doubtful)  # among what has left
    needed = [
        ident
        for ident, account, state, _ in open_ones
        if (has_places if state in LEFT else ident < last.get(account, NEWEST) or ident in perhaps or ident in doubtful)
    ]
    rows = PaymentRequest.objects.only("order", "transaction_id").in_bulk(needed) if needed else {}
    meant |= _meant(list(rows.values())) if type_ is RequestType.PAYMENT else {}
    rows.update({row.pk: row for row in asked})
    under_way: dict[int, list[UnderWay]] = {ident: [] for ident in account_ids}
    of_asked = ((row.pk, row.account_id, RequestState.PENDING, row.amount_minor) for row in asked)
    for ident, account_id, state, amount in (*of_asked, *open_ones):
        row, doubt = rows.get(ident), doubtful.pop(ident, None)
        if row is None and state not in LEFT:
            continue
        order = row.order if row is not None else {}
        under_way[account_id].append(
            UnderWay(
                id=ident,
                amount=amount + (doubt.into if doubt else 0),
                beyond=order.get(BEYOND, 0),
                meant=tuple(meant.get(ident, ())),
                has_left=state in LEFT,
                may_have_left=ident in perhaps or doubt is not None,
                is_balance=bool(order.get("is_balance")),
            )
        )
    for ident, doubt in doubtful.items():
        if doubt.request.account_id in under_way:
            under_way[doubt.request.account_id].append(UnderWay(id=ident, amount=doubt.into, has_left=True))
    debits, credits = _open_on(account_ids)
    if type_ is RequestType.REFUND:
        back = paying_back(account_ids)
        return {
            ident: refundable(here, credit=credits.get(ident, 0) - debits.get(ident, 0) - back.get(ident, 0))
            for ident, here in under_way.items()
        }
    wanted = {ident for of, idents in meant.items() if not rows[of].order.get("is_balance") for ident in idents}
    open_minor = dict(OpenItem.objects.filter(pk__in=wanted).values_list("pk", "open_minor")) if wanted else {}
    return {
        ident: chargeable(here, open_minor=open_minor, debits=debits.get(ident, 0), credits=credits.get(ident, 0))
        for ident, here in under_way.items()
    }


def _came_in(account_ids: Sequence[int]) -> dict[int, Doubt]:
    """What may have come into accounts beside what the books have and what open requests are over, by request."""
    return {one.request.pk: one for one in doubts_on(account_ids) if one.into}


def may_have_left(rows: Iterable[PaymentRequest]) -> set[int]:
    """Those of these requests that wait, and may have been carried out all the same: a file for a bank holds them, or
    something was said of them that the books could not take."""
    waiting = [row.pk for row in rows if row.state == RequestState.PENDING]
    return in_bank_files(waiting) | set(held_back(waiting)) if waiting else set()


def _meant(rows: Sequence[PaymentRequest]) -> dict[int, Sequence[int]]:
    """The invoices that payment requests are meant for."""
    drafts = dict(
        Transaction.objects.filter(
            pk__in=[row.transaction_id for row in rows if row.transaction_id], intended_ids__isnull=False
        ).values_list("pk", "intended_ids")
    )
    return {row.pk: drafts.get(row.transaction_id) or row.order.get("intended_ids") or () for row in rows}


def _open_on(account_ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """All that is open on accounts: debits and credits."""
    sums: tuple[dict[int, int], dict[int, int]] = ({}, {})
    items = OpenItem.objects.filter(account_id__in=account_ids).order_by()
    grouped = items.values("account_id", "is_debit").annotate(sum=Sum("open_minor"))
    for account_id, is_debit, minor in grouped.values_list("account_id", "is_debit", "sum"):
        sums[not is_debit][account_id] = minor
    return sums
