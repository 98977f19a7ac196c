"""The charts of the overview: each is a report, in one currency, whose bars lead to what they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, HomeChart, bar_chart, number_chart
from subledger.page_kit.navigation import may
from subledger.page_kit.url_ids import page_url
from subledger.reports.catalogue import report_named

Row = dict[str, Any]


class Drawing(NamedTuple):
    """How a report is drawn: which column, what a row is called and leads to; ``unit`` of a number, "" for money."""

    report: str
    title: str
    column: str
    label: Callable[[Row], str]
    rows_url: Callable[[Row], str]
    unit: str = ""


def _month(row: Row) -> str:
    year, month = map(int, row["month"].split("-"))
    return f"{date(year, month, 1):%b}"


def _week(row: Row) -> str:
    return f"{row['week'].day} {row['week']:%b}"


def _aged(row: Row) -> str:
    return f"{page_url('aged_receivables')}?{urlencode({'as_of': row['ends_on']})}"


def _payments(row: Row) -> str:
    days = {"posted_on_from": row["week"], "posted_on_to": row["week"] + timedelta(days=6)}
    return f"{page_url('transactions')}?{urlencode({'classification': 'payment', **days})}"


def _due(row: Row) -> str:
    year, month = map(int, row["month"].split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    days = {"due_on_from": date(year, month, 1), "due_on_to": following - timedelta(days=1)}
    return f"{page_url('transactions')}?{urlencode({'classification': 'invoice', **days})}"


def _failed(row: Row) -> str:
    days = {"created_at_from": row["week"], "created_at_to": row["week"] + timedelta(days=6)}
    return f"{page_url('gateways')}?{urlencode({'type': 'payment', 'state': 'rejected', **days})}"


DRAWINGS = {
    drawing.report: drawing
    for drawing in (
        Drawing("overdue-trend", "Overdue", "overdue", _month, _aged),
        Drawing("cash-by-week", "Cash received by week", "received", _week, _payments),
        Drawing("collection-rate", "Collected of what fell due", "rate", _month, _due, "%"),
        Drawing("days-sales-outstanding", "Days sales outstanding", "dso", _month, _aged, "days"),
        Drawing("failed-payments", "Failed payments", "failed_amount", _week, _failed),
    )
}


def drawn(drawing: Drawing, rows: Sequence[Row], currency: str) -> Chart | None:
    """The rows of one currency as bars; None where all of them are nothing."""
    found = [row for row in rows if row["currency"] == currency]
    values = [row[drawing.column] for row in found]
    if not any(values):
        return None
    labels, urls = [drawing.label(row) for row in found], [drawing.rows_url(row) for row in found]
    if drawing.unit:
        numbers: list[tuple[str, Decimal | None]] = list(zip(labels, values, strict=True))
        return number_chart(id=drawing.report, title=drawing.title, unit=drawing.unit, bars=numbers, urls=urls)
    return bar_chart(
        id=drawing.report, title=f"{drawing.title}, {currency.upper()}", currency=currency,
        bars=list(zip(labels, values, strict=True)), urls=urls, is_folded=True,
    )  # fmt: skip


def _asked(drawing: Drawing, day: date, currency: str) -> Chart | None:
    return drawn(drawing, report_named(drawing.report).run(as_of=day).as_dicts(), currency)


def charts(request: Any, company: Any) -> Iterator[HomeChart]:
    day = today()
    invoice = ("New invoice", page_url("transaction_choose", "invoice"))
    payment = ("Record payment", page_url("transaction_choose", "payment"))
    gateways = ("Set up a payment gateway", page_url("providers"))
    empty = {
        "overdue-trend": ("Nothing was overdue in twelve months.", invoice, "transactions.post"),
        "cash-by-week": ("No money came in for thirteen weeks.", payment, "transactions.post"),
        "collection-rate": ("No invoice fell due in twelve months.", invoice, "transactions.post"),
        "days-sales-outstanding": ("Nothing is invoiced yet.", invoice, "transactions.post"),
        "failed-payments": ("No payment failed in thirteen weeks.", gateways, "gateways.edit"),
    }
    for name, drawing in DRAWINGS.items():
        words, action, permission = empty[name]
        yield HomeChart(
            name=name,
            title=drawing.title,
            url=page_url(name.replace("-", "_")),
            draw=partial(_asked, drawing, day),
            empty=words,
            action=action if may(request, permission) else None,
        )
