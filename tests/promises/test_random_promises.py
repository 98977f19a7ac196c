"""Random books with promises beside an independent reference: states, what is held, and ageing as of every day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import company_at_work
from tests.promises.conftest import Promises, broken_invariants

from subledger.platform import clock
from subledger.promises.holds import holds_of
from subledger.promises.models import Promise
from subledger.promises.services.promises import break_promises, withdraw_promise
from subledger.reports.catalogue import report_named
from subledger.transactions.rules.ageing import BUCKETS
from subledger.transactions.rules.orders import Posted

FIRST = date(2026, 5, 20)
GRACE = 3


@dataclass
class Said:
    """A promise as the reference knows it: days after the first, amounts in major units."""

    row: Promise
    invoice: Posted
    days: list[tuple[int, int]]
    made: int
    state: str = "open"
    over: int | None = None

    def laid(self, unsettled: int) -> list[tuple[int, int]]:
        """Money laid on the instalments, the earliest first: the day, and what is unpaid of each."""
        money = max(sum(amount for _, amount in self.days) - unsettled, 0)
        found = []
        for day, amount in self.days:
            paid = min(amount, money)
            money -= paid
            found.append((day, amount - paid))
        return found


@dataclass
class World:
    books: Promises
    today: int = 0
    invoices: list[Posted] = field(default_factory=list)
    payments: list[Posted] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    seen: dict[int, dict[str, int]] = field(default_factory=dict)  # the ageing of each day as of its end

    def settle(self) -> None:
        for one in self.said:
            ended = self.books.state(one.invoice)
            unsettled = self.books.unsettled(one.invoice)
            if one.state == "kept" and unsettled:
                one.state = "open"
            if one.state in ("open", "kept") and ended != "posted":
                one.state, one.over = "withdrawn", self.today
            elif one.state == "open" and not unsettled:
                one.state = "kept"

    def dawn(self, day: int) -> None:
        self.today = day
        for one in self.said:
            late = [due for due, unpaid in one.laid(int(self.books.unsettled(one.invoice))) if unpaid]
            if one.state == "open" and late and late[0] + GRACE <= day:
                one.state, one.over = "broken", day

    def ageing(self) -> dict[str, int]:
        sums = dict.fromkeys((bucket.name for bucket in BUCKETS), 0)
        for invoice in self.invoices:
            unsettled = int(self.books.unsettled(invoice))
            promise = next((one for one in self.said if one.invoice is invoice and one.state == "open"), None)
            parts = promise.laid(unsettled) if promise else []
            parts.append((5, unsettled - sum(unpaid for _, unpaid in parts)))
            for due, amount in parts:
                late = self.today - due
                name = next(bucket.name for bucket in BUCKETS if bucket.until is None or late <= bucket.until)
                sums[name] += amount * 100
        return sums


ACTS = st.sampled_from(
    ["invoice", "pay", "pay", "pay_one", "cancel", "promise", "promise", "withdraw", "end", "day", "day"]
)


@pytest.mark.wide
@pytest.mark.django_db
@settings(max_examples=25)
@given(st.data())
def test_promises_follow_whatever_happens(data: st.DataObject):
    with company_at_work():
        world = World(Promises())
        for act in data.draw(st.lists(ACTS, min_size=4, max_size=14)):
            if act == "day":
                world.dawn(world.today + data.draw(st.integers(1, 20)))
            with clock.frozen(
                datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=world.today, hours=12)
            ):
                _do(act, world, data)
                world.settle()
                break_promises()  # as a worker does within a minute
                world.dawn(world.today)
                for one in world.said:
                    one.row.refresh_from_db()
                    assert one.row.state == one.state, act
                _holds(world)
                world.seen[world.today] = world.ageing()
        for day, expected in world.seen.items():
            rows = report_named("aged-receivables").run(as_of=_on(day)).as_dicts()
            assert {name: rows[0][name] if rows else 0 for name in expected} == expected, day
        assert broken_invariants() == []


def _on(day: int) -> date:
    return FIRST + timedelta(days=day)


def _holds(world: World) -> None:
    found = holds_of([one.invoice.id for one in world.said], as_of=_on(world.today))
    for one in world.said:
        hold = found.get(one.invoice.id)
        if one.state == "open":
            later = sum(
                unpaid for due, unpaid in one.laid(int(world.books.unsettled(one.invoice))) if due > world.today
            )
            assert hold is not None
            assert (hold.promise_id, hold.held_minor) == (one.row.pk, later * 100)


def _do(act: str, world: World, data: st.DataObject) -> None:
    books, on = world.books, _on(world.today)
    owed = [one for one in world.invoices if books.unsettled(one)]
    free = [one for one in owed if not any(said.invoice is one and said.state == "open" for said in world.said)]
    match act:
        case "invoice":
            fields: dict[str, Any] = (
                {"on": FIRST, "due": _on(5)} if not world.today else {"on": on, "due": max(on, _on(5))}
            )
            if world.today <= 5:
                world.invoices.append(books.invoice(data.draw(st.integers(1, 9)), **fields))
        case "pay":
            world.payments.append(books.payment(data.draw(st.integers(1, 9)), on=on))
        case "pay_one" if owed:
            world.payments.append(
                books.payment(data.draw(st.integers(1, 9)), on=on, to=[data.draw(st.sampled_from(owed))])
            )
        case "cancel" if world.payments:
            books.cancel(world.payments.pop(data.draw(st.integers(0, len(world.payments) - 1))), on=on)
        case "promise" if free:
            _promise(world, data.draw(st.sampled_from(free)), data)
        case "withdraw":
            for one in world.said:
                if one.state == "open":
                    withdraw_promise(promise_id=one.row.pk, actor="test")
                    one.state, one.over = "withdrawn", world.today
                    break
        case "end" if owed:
            invoice = data.draw(st.sampled_from(owed))
            (books.cancel if data.draw(st.booleans()) else books.write_off)(invoice, on=on)


def _promise(world: World, invoice: Posted, data: st.DataObject) -> None:
    left, days, day = int(world.books.unsettled(invoice)), [], world.today
    while left:
        amount = data.draw(st.integers(1, left))
        day += data.draw(st.integers(1, 10))
        days.append((day, amount))
        left -= amount
    row = world.books.promise(invoice, *((_on(day), amount) for day, amount in days))
    world.said.append(Said(row, invoice, days, world.today))
