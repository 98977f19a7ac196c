"""Reads of contacts and collectors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from subledger.companies.models import Membership
from subledger.companies.queries import names_of
from subledger.kernel.errors import NotFound
from subledger.report_kit.tables import Lines

from .models import CollectionContact, Collector


def contacts() -> QuerySet[CollectionContact]:
    rows: QuerySet[CollectionContact] = CollectionContact.objects.select_related("account")
    return rows


def contact_by_id(ident: int) -> CollectionContact:
    """NotFound outside the company."""
    row = contacts().filter(pk=ident).first()
    if row is None:
        raise NotFound(CollectionContact, ident)
    return row


def follow_ups_due(*, today: date) -> QuerySet[CollectionContact]:
    """What somebody wanted to come back to by now, and nobody has done."""
    return contacts().filter(follow_up_on__lte=today, done_at=None)


def collector_of(account_id: int) -> str:
    """Under which name its collector acts; "" where nobody collects it."""
    return Collector.objects.filter(account_id=account_id).values_list("actor", flat=True).first() or ""


def members_to_choose() -> Mapping[str, str]:
    """The company's people: the name under which each acts, and what they are called."""
    users = Membership.objects.select_related("user").order_by("user__username")
    return names_of(f"user:{one.user.get_username()}" for one in users)


def collectors_to_choose() -> Mapping[str, str]:
    """Those who collect an account at least: the name under which each acts, and what they are called."""
    actors = set(Collector.objects.values_list("actor", flat=True))
    return dict(sorted(names_of(actors).items(), key=lambda one: one[1].casefold()))


# Of an order of customers the one behind another, of those whom nobody was in touch with today; else the first.
AFTER = """
    WITH ordered AS (
        SELECT o.id, row_number() OVER (ORDER BY {order}) AS place FROM ({rows}) o
    )
    SELECT n.id
      FROM ordered n
      LEFT JOIN ordered h ON h.id = %(_here)s
     WHERE n.id <> %(_here)s
       AND NOT EXISTS (SELECT FROM desk_collectioncontact c WHERE c.account_id = n.id AND c.happened_on = %(today)s)
     ORDER BY n.place <= coalesce(h.place, 0), n.place
     LIMIT 1
"""


def account_after(lines: Lines, account_id: int) -> int | None:
    """The account behind this one in the lines of the desk, which nobody was in touch with today; behind the last comes
    the first. None where there is no other."""
    with connection.cursor() as cursor:
        cursor.execute(AFTER.format(order=lines.order, rows=lines.statement), {**lines.facts, "_here": account_id})
        found = cursor.fetchone()
    return found[0] if found else None
