"""The reports that the overview draws: worked examples, and the ageing of each month's end as their proof."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.factories import Ledger
from tests.gateways.conftest import install_toy, make_desk
from tests.gateways.toy import decline

from subledger.journal.services import NewRate, enter_rates
from subledger.reports.catalogue import report_named
from subledger.transactions.rules.ageing import BUCKETS

DAY = date(2026, 5, 20)


def dicts(name: str, **values) -> list[dict]:
    return report_named(name).run(**values).as_dicts()


def column(name: str, of: str, currency: str = "eur", **values) -> dict:
    """By month or week."""
    return {
        str(row.get("month", row.get("week"))): row[of] for row in dicts(name, **values) if row["currency"] == currency
    }


def test_overdue_stands_at_each_months_end_as_it_did_then(ledger: Ledger):
    first = ledger.invoice(100, on="04/02", due="20/02")  # late from 21 February
    ledger.invoice(50, on="10/04", due="30/04")  # late from 1 May
    ledger.payment(40, on="15/04", to=[first])
    ledger.payment(60, on="02/05", to=[first])
    found = column("overdue-trend", "overdue", as_of=DAY)
    assert len(found) == 12
    assert next(iter(found)) == "2025-06"
    assert {month: minor for month, minor in found.items() if minor} == {
        "2026-02": 100_00,
        "2026-03": 100_00,
        "2026-04": 60_00,
        "2026-05": 50_00,
    }
    earlier = column("overdue-trend", "overdue", as_of="2026-04-14")
    assert (earlier["2026-04"], earlier["2026-03"]) == (100_00, 100_00)
    assert dicts("overdue-trend", as_of="2026-02-20") == []


def test_what_was_paid_for_a_while_is_not_overdue_then(ledger: Ledger):
    late = ledger.invoice(100, on="04/02", due="20/02")
    paid = ledger.payment(100, on="10/03", to=[late])
    ledger.cancel(paid, on="05/04")
    assert column("overdue-trend", "overdue", as_of=DAY) == {
        **dict.fromkeys(column("overdue-trend", "overdue", as_of=DAY), 0),
        "2026-02": 100_00,
        "2026-04": 100_00,
        "2026-05": 100_00,
    }


@pytest.mark.wide
def test_what_is_overdue_is_what_the_ageing_of_that_day_says(ledger: Ledger):
    """Random books in two currencies: invoices, payments early and late, cancellations, credit notes."""
    chance = random.Random(7)
    enter_rates(rates=[NewRate("usd", date(2025, 1, 1), Decimal("0.9"))], actor="test")
    accounts = [ledger.account, ledger.open("Bea"), ledger.open("Dora", currency="usd")]
    open_ones: list = []
    for number in range(90):
        on = date(2025, 5, 1) + timedelta(days=number * 4)
        account = chance.choice(accounts)
        mine = [each for each in open_ones if each[1] is account]
        what = chance.random()
        if what < 0.5 or not mine:
            sold = ledger.invoice(
                chance.randint(5, 90), account=account, on=on, due=on + timedelta(days=chance.randint(0, 60))
            )
            open_ones.append((sold, account))
        elif what < 0.8:
            target = chance.choice(mine)
            made = ledger.payment(chance.randint(1, 60), account=account, on=on, to=[target[0]])
            if chance.random() < 0.3:
                ledger.cancel(made, on=on + timedelta(days=chance.randint(0, 40)) if on < date(2026, 4, 1) else on)
        elif what < 0.9:
            ledger.credit_note(chance.randint(1, 20), account=account, on=on)
        else:
            ledger.cancel(ledger.payment(chance.randint(1, 9), account=account, on=on), on=on)
    for as_of in (date(2026, 4, 26), date(2026, 1, 31), date(2025, 12, 7)):
        found = {(row["ends_on"], row["currency"]): row["overdue"] for row in dicts("overdue-trend", as_of=as_of)}
        assert {day for day, _ in found} >= {as_of}
        for (day, currency), minor in found.items():
            aged = [row for row in dicts("aged-receivables", as_of=day) if row["currency"] == currency]
            assert minor == sum(row[bucket.name] for row in aged for bucket in BUCKETS[1:]), (as_of, day, currency)
        totals = {row["currency"]: row for row in dicts("ageing-totals", as_of=as_of)}
        aged = report_named("aged-receivables").run(as_of=as_of)
        for total in aged.totals:
            told = dict(zip([c.name for c in aged.columns], total, strict=True))
            assert {name: told[name] for name in totals[told["currency"]]} == totals[told["currency"]]


def test_cash_is_counted_in_weeks_from_monday_less_what_was_cancelled(ledger: Ledger):
    ledger.payment(10, on="17/05")  # a Sunday
    ledger.payment(20, on="18/05")  # a Monday
    ledger.cancel(ledger.payment(7, on="12/05"), on="19/05")
    ledger.payment(5, account=ledger.system("suspense"), on="20/05")
    ledger.payment(1, on="22/02")  # the day before the first week
    found = column("cash-by-week", "received", as_of=DAY)
    assert (len(found), next(iter(found)), list(found)[-1]) == (13, "2026-02-23", "2026-05-18")
    assert {week: minor for week, minor in found.items() if minor} == {"2026-05-11": 17_00, "2026-05-18": 18_00}
    assert column("cash-by-week", "received", as_of="2026-05-17")["2026-05-11"] == 17_00
    receipts = report_named("receipts").run(**{"from": "2026-02-23", "to": DAY})
    assert sum(row["receipts"] for row in receipts.as_dicts()) == sum(found.values())


def test_the_collection_rate_is_what_is_paid_of_what_fell_due_less_credits(ledger: Ledger):
    paid = ledger.invoice(100, on="01/03", due="10/03")
    lost = ledger.invoice(50, on="02/03", due="31/03")
    ledger.cancel(ledger.invoice(30, on="03/03", due="20/03"), on="04/03")
    late = ledger.invoice(80, on="04/03", due="10/04")
    ledger.invoice(70, on="05/05", due="21/05")  # not due yet
    ledger.payment(100, on="02/04", to=[paid])
    ledger.write_off(lost, on="05/04")
    ledger.payment(20, on="06/05", to=[late])
    march, april = (
        next(row for row in dicts("collection-rate", as_of=DAY) if row["month"] == month)
        for month in ("2026-03", "2026-04")
    )
    assert [march[name] for name in ("due", "credited", "paid", "open", "rate")] == [
        180_00, 30_00, 100_00, 50_00, Decimal("66.7"),
    ]  # fmt: skip
    assert [april[name] for name in ("due", "credited", "paid", "open", "rate")] == [
        80_00, 0, 20_00, 60_00, Decimal("25.0"),
    ]  # fmt: skip
    may = next(row for row in dicts("collection-rate", as_of=DAY) if row["month"] == "2026-05")
    assert (may["due"], may["rate"]) == (0, None)
    before = column("collection-rate", "rate", as_of="2026-04-01")
    assert before["2026-03"] == Decimal("0.0"), "paid on the day after"


def test_days_sales_outstanding_are_days_of_what_was_invoiced_in_three_months(ledger: Ledger):
    ledger.invoice(900, on="10/02", due="10/03")
    ledger.invoice(300, on="15/04", due="15/05")
    ledger.payment(500, on="20/04")
    ledger.credit_note(100, on="25/04")
    ledger.invoice(100, on="02/05", due="02/06")
    rows = {row["month"]: row for row in dicts("days-sales-outstanding", as_of=DAY)}
    april = rows["2026-04"]  # 900 + 300 − 500 − 100 owed; 900 + 300 − 100 invoiced in February, March and April
    assert [april[name] for name in ("receivables", "invoiced", "days")] == [600_00, 1_100_00, 28 + 31 + 30]
    assert april["dso"] == Decimal("48.5")  # 600 × 89 ÷ 1100
    may = rows["2026-05"]
    assert [may[name] for name in ("receivables", "invoiced", "days")] == [700_00, 300_00, 31 + 30 + 20]
    assert may["dso"] == Decimal("189.0")
    assert "2026-01" not in rows, "nothing had moved"


def test_failed_payments_are_counted_beside_those_that_ended(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    install_toy(monkeypatch)
    desk = make_desk(ledger)
    desk.pay(1000)
    desk.bank.script = [decline]
    desk.pay(2500)
    desk.ask(300)
    rows = dicts("failed-payments", as_of=DAY)
    assert len(rows) == 13
    this = rows[-1]
    assert [this[name] for name in ("week", "currency", "asked", "succeeded", "failed", "failed_amount", "rate")] == [
        date(2026, 5, 18), "eur", 3, 1, 1, 25_00, Decimal("50.0"),
    ]  # fmt: skip
    assert rows[0]["asked"] == 0
    assert dicts("failed-payments", as_of="2026-05-19") == []


def test_open_items_are_those_of_a_bucket_and_a_currency(ledger: Ledger):
    enter_rates(rates=[NewRate("usd", date(2026, 1, 1), Decimal("0.9"))], actor="test")
    dollars = ledger.open("Dora", currency="usd")
    late = ledger.invoice(100, on="01/04", due="10/04")
    ledger.invoice(50, on="01/05", due="10/05")
    ledger.invoice(20, account=dollars, on="01/04", due="10/04")
    ledger.payment(5, account=ledger.system("suspense"), on="01/04")
    table = report_named("open-items").run(as_of=DAY, late="days_31_60", currency="EUR")
    assert [(row["number"], row["unsettled"]) for row in table.as_dicts()] == [(late.number, 100_00)]
    for bucket in BUCKETS:
        for row in dicts("ageing-totals", as_of=DAY):
            found = dicts("open-items", as_of=DAY, late=bucket.name, currency=row["currency"])
            assert sum(one["unsettled"] for one in found) == row[bucket.name]
