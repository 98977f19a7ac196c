"""Which accounts and transactions fulfil criteria, how many there are, and what they come to.

What is open is what is open now; days are counted to ``as_of``. Each criterion is one condition of one statement, so
that a segment over a million accounts is one read of what is open, and never a question for each account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from subledger.accounts.models import Account
from subledger.accounts.states import AccountType
from subledger.companies.queries import company_zone
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.overdue import overdue
from subledger.transactions.settled import settled_as
from subledger.transactions.states import DEBITS

from .criteria import AccountCriteria, TransactionCriteria, read_criteria
from .models import Segment
from .states import About, Standing

__all__ = ["SegmentTotals", "members_of", "rows_of", "segment_by_id", "segments", "totals_of"]

CREDIT = Q(is_debit=False)
SIGNED = Case(When(is_debit=True, then=F("open_minor")), default=-F("open_minor"), output_field=BigIntegerField())


def segments() -> QuerySet[Segment]:
    return Segment.objects.all()


def segment_by_id(segment_id: int) -> Segment:
    """NotFound."""
    found: Segment | None = segments().filter(pk=segment_id).first()
    if found is None:
        raise NotFound(Segment, segment_id)
    return found


def members_of(segment: Segment, *, as_of: date) -> QuerySet[Any]:
    """The accounts or transactions of a segment."""
    return rows_of(read_criteria(About(segment.about), segment.criteria), as_of=as_of)


def rows_of(criteria: AccountCriteria | TransactionCriteria, *, as_of: date) -> QuerySet[Any]:
    """What fulfils criteria, of the company in scope."""
    if isinstance(criteria, AccountCriteria):
        return _accounts(criteria, as_of)
    return _transactions(criteria, as_of)


def _accounts(asked: AccountCriteria, as_of: date) -> QuerySet[Account]:
    rows = Account.objects.filter(type=AccountType.CUSTOMER)
    plain: dict[str, Any] = {
        "classification__in": _numbers(asked.classifications),
        "state__in": asked.states,
        "currency": asked.currency,
        "customer__country__in": asked.countries,
        "credit_rating__in": _numbers(asked.ratings),
        "parent": _number(asked.parent),
        "metadata__contains": asked.metadata,
    }
    rows = rows.filter(**{lookup: value for lookup, value in plain.items() if value})
    if asked.created_from or asked.created_to:
        zone = company_zone()
        if asked.created_from:
            rows = rows.filter(created_at__gte=datetime.combine(asked.created_from, time.min, zone))
        if asked.created_to:
            rows = rows.filter(created_at__lt=datetime.combine(asked.created_to + timedelta(days=1), time.min, zone))
    if asked.preferences:
        rows = rows.filter(
            payment_preferences__is_default=True, payment_preferences__preference__in=_numbers(asked.preferences)
        )
    return _by_what_is_open(rows, asked, as_of)


def _by_what_is_open(rows: QuerySet[Account], asked: AccountCriteria, as_of: date) -> QuerySet[Account]:
    """Narrowed by sums over open items: these are read once for all accounts, grouped by them."""
    late = overdue(today=as_of)
    amounts = (
        ("balance", asked.balance_from, asked.balance_to),
        ("balance", *(_STANDINGS[asked.standing] if asked.standing else (None, None))),
        ("overdue", asked.overdue_from, asked.overdue_to),
        ("credit", asked.credit_from, asked.credit_to),
    )
    sums = {"balance": _sum(None), "overdue": _sum(late), "credit": _sum(CREDIT)}
    since = {"overdue_since": Min("order_on", filter=late), "credit_since": Min("posted_on", filter=CREDIT)}
    days = {
        "overdue_since__lte": _before(as_of, asked.overdue_days_from),
        "overdue_since__gte": _before(as_of, asked.overdue_days_to),
        "credit_since__lte": _before(as_of, asked.credit_days_from),
    }
    days = {lookup: day for lookup, day in days.items() if day is not None}
    within, holds_for_nothing, needed = Q(**days), not days, {name.partition("__")[0] for name in days}
    for name, least, most in amounts:
        if least is None and most is None:
            continue
        needed.add(name)
        if least is not None:
            within &= Q(**{f"{name}__gte": least})
        if most is not None:
            within &= Q(**{f"{name}__lte": most})
        holds_for_nothing &= (least is None or least <= 0) and (most is None or most >= 0)
    if not needed:
        return rows
    opened = OpenItem.objects.order_by().values("account")
    opened = opened.annotate(**{name: one for name, one in {**sums, **since}.items() if name in needed})
    # An account with nothing open has no row there: where nothing open is within, those outside are left out instead.
    if holds_for_nothing:
        return rows.exclude(pk__in=opened.filter(~within).values("account"))
    return rows.filter(pk__in=opened.filter(within).values("account"))


_STANDINGS: Mapping[Standing, tuple[int | None, int | None]] = {
    Standing.OWES: (1, None),
    Standing.IN_CREDIT: (None, -1),
    Standing.EVEN: (0, 0),
}


def _transactions(asked: TransactionCriteria, as_of: date) -> QuerySet[Transaction]:
    rows = Transaction.objects.all()
    plain: dict[str, Any] = {
        "classification__in": asked.classifications,
        "type__in": _numbers(asked.types),
        "category__in": _numbers(asked.categories),
        "state__in": asked.states,
        "currency": asked.currency,
        "payment_method__in": _numbers(asked.methods),
        "due_on__gte": asked.due_from,
        "due_on__lte": asked.due_to,
        "posted_on__gte": asked.posted_from,
        "posted_on__lte": asked.posted_to,
        "account__classification__in": _numbers(asked.account_classifications),
        "metadata__contains": asked.metadata,
    }
    rows = rows.filter(**{lookup: value for lookup, value in plain.items() if value})
    bounds: dict[str, int | None] = {
        "amount_minor__gte": asked.amount_from,
        "amount_minor__lte": asked.amount_to,
        "open_minor__gte": asked.open_from,
        "open_minor__lte": asked.open_to,
    }
    rows = rows.annotate(open_minor=Coalesce(F("open_item__open_minor"), Value(0), output_field=BigIntegerField()))
    rows = rows.filter(**{lookup: value for lookup, value in bounds.items() if value is not None})
    if asked.settlement is not None:
        rows = rows.filter(settled_as(asked.settlement, today=as_of))
    late = {
        "due_on__lte": _before(as_of, asked.overdue_days_from),
        "due_on__gte": _before(as_of, asked.overdue_days_to),
    }
    late = {lookup: day for lookup, day in late.items() if day is not None}
    return rows.filter(open_item__isnull=False, due_on__lt=as_of, **late) if late else rows


def _before(as_of: date, days: int | None) -> date | None:
    return None if days is None else as_of - timedelta(days=days)


def _number(public_id: str) -> int | None:
    return ids.decode(Account.PREFIX, public_id) if public_id else None


def _numbers(public_ids: Sequence[str]) -> list[int]:
    """Their prefixes were read with the criteria."""
    return [ids.decode(public_id.partition("_")[0], public_id) for public_id in public_ids]


def _sum(condition: Q | None) -> Coalesce:
    what: Any = SIGNED if condition is None else F("open_minor")
    return Coalesce(Sum(what, filter=condition), Value(0), output_field=BigIntegerField())


@dataclass(frozen=True, slots=True)
class SegmentTotals:
    """What members in one currency come to, in minor units.

    Of accounts: ``debit`` is what they owe, ``credit`` what is unapplied, ``overdue`` what of the debit is late; their
    balance is ``debit - credit``. Of transactions: ``debit`` and ``credit`` are amounts of either side, ``open_debit``
    and ``open_credit`` what of them is open.
    """

    currency: str
    members: int
    debit: int
    credit: int
    open_debit: int = 0
    open_credit: int = 0
    overdue: int = 0


def totals_of(rows: QuerySet[Any], *, as_of: date) -> list[SegmentTotals]:
    """By currency; two statements for accounts, one for transactions, however many there are."""
    return _of_accounts(rows, as_of) if rows.model is Account else _of_transactions(rows)


def _of_accounts(rows: QuerySet[Account], as_of: date) -> list[SegmentTotals]:
    counted = dict(rows.order_by().values_list("currency").annotate(Count("pk")))
    late = overdue(today=as_of)
    opened = OpenItem.objects.filter(account__in=rows.order_by().values("pk")).order_by().values("account__currency")
    sums = {
        one["account__currency"]: one
        for one in opened.annotate(debit=_sum(Q(is_debit=True)), credit=_sum(CREDIT), overdue=_sum(late))
    }
    nothing = {"debit": 0, "credit": 0, "overdue": 0}
    return [
        SegmentTotals(
            currency, members, found["debit"], found["credit"], found["debit"], found["credit"], found["overdue"]
        )
        for currency, members in sorted(counted.items())
        for found in [sums.get(currency, nothing)]
    ]


def _of_transactions(rows: QuerySet[Transaction]) -> list[SegmentTotals]:
    is_debit = Q(classification__in=sorted(DEBITS))

    def sum_of(what: str, condition: Q) -> Coalesce:
        return Coalesce(Sum(what, filter=condition), Value(0), output_field=BigIntegerField())

    grouped = rows.order_by().values("currency").annotate(
        members=Count("pk"),
        debit=sum_of("amount_minor", is_debit),
        credit=sum_of("amount_minor", ~is_debit),
        open_debit=sum_of("open_item__open_minor", is_debit),
        open_credit=sum_of("open_item__open_minor", ~is_debit),
    )  # fmt: skip
    return [SegmentTotals(**one) for one in sorted(grouped, key=lambda one: one["currency"])]
