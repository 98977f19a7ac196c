"""The charts of the overview and of the collections desk: each is a report, whose bars lead to what they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from subledger.kernel.days import MONTHS
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, HomeChart, bar_chart, number_chart
from subledger.page_kit.formats import AFTER_DAY
from subledger.page_kit.navigation import may
from subledger.page_kit.templatetags.subledger_tags import month
from subledger.page_kit.translation import language
from subledger.page_kit.url_ids import page_url
from subledger.reports.catalogue import report_named

Row = dict[str, Any]


class Drawing(NamedTuple):
    """How a report is drawn: which column, what a row is called and leads to; ``unit`` of a number, "" for money. A
    report without currencies is drawn whole."""

    report: str
    title: str
    column: str
    label: Callable[[Row], str]
    rows_url: Callable[[Row], str]
    unit: str = ""


def _month(row: Row) -> str:
    return month(row["month"])


def _short(day: date) -> str:
    return f"{day.day}{AFTER_DAY.get(language(), '')} {said(MONTHS[day.month - 1])}"


def _week(row: Row) -> str:
    return _short(row["week"])


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


def _received(row: Row) -> str:
    days = {"posted_on_from": row["day"], "posted_on_to": row["day"]}
    return f"{page_url('transactions')}?{urlencode({'classification': 'payment', **days})}"


def _day(row: Row) -> str:
    return _short(row["day"])


def _promises(row: Row) -> str:
    year, month = map(int, row["month"].split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    days = {"ended_on_from": date(year, month, 1), "ended_on_to": following - timedelta(days=1)}
    return f"{page_url('promises')}?{urlencode(days)}"


DRAWINGS = {
    drawing.report: drawing
    for drawing in (
        Drawing("overdue-trend", say("Overdue"), "overdue", _month, _aged),
        Drawing("cash-by-week", say("Cash received by week"), "received", _week, _payments),
        Drawing("collection-rate", say("Collected of what fell due"), "rate", _month, _due, "%"),
        Drawing("days-sales-outstanding", say("Days sales outstanding"), "dso", _month, _aged, say("days")),
        Drawing("failed-payments", say("Failed payments"), "failed_amount", _week, _failed),
        Drawing("collected-by-day", say("Collected by day"), "collected", _day, _received),
        Drawing("promises-kept", say("Promises kept"), "rate", _month, _promises, "%"),
    )
}


def drawn(drawing: Drawing, rows: Sequence[Row], currency: str) -> Chart | None:
    """The rows of one currency as bars; None where all of them are nothing."""
    found = [row for row in rows if row.get("currency", currency) == currency]
    values = [row[drawing.column] for row in found]
    # A share of nothing is None: one of 0 % says that something fell due, and none of it came.
    if not any(values) and not (drawing.unit == "%" and any(value is not None for value in values)):
        return None
    labels, urls = [drawing.label(row) for row in found], [drawing.rows_url(row) for row in found]
    if drawing.unit:
        numbers: list[tuple[str, Decimal | None]] = list(zip(labels, values, strict=True))
        return number_chart(id=drawing.report, title=drawing.title, unit=drawing.unit, bars=numbers, urls=urls)
    return bar_chart(
        id=drawing.report, title=say("{title}, {currency}", title=drawing.title, currency=currency.upper()),
        currency=currency,
        bars=list(zip(labels, values, strict=True)), urls=urls, is_folded=True,
    )  # fmt: skip


def _asked(drawing: Drawing, day: date, currency: str) -> Chart | None:
    return drawn(drawing, report_named(drawing.report).run(as_of=day).as_dicts(), currency)


INVOICE = (say("New invoice"), "transaction_choose", "invoice", "transactions.post")
PAYMENT = (say("Record payment"), "transaction_choose", "payment", "transactions.post")
GATEWAYS = (say("Set up a payment gateway"), "providers", "", "gateways.edit")
# Report -> what is said where there is nothing to draw, and the action that would change it: label, page, its argument,
# permission.
OF_OVERVIEW: Mapping[str, tuple[str, tuple[str, str, str, str] | None]] = {
    "overdue-trend": (say("Nothing was overdue in twelve months."), INVOICE),
    "cash-by-week": (say("No money came in for thirteen weeks."), PAYMENT),
    "collection-rate": (say("No invoice fell due in twelve months."), INVOICE),
    "days-sales-outstanding": (say("Nothing is invoiced yet."), INVOICE),
    "failed-payments": (say("No payment failed in thirteen weeks."), GATEWAYS),
}
OF_DESK: Mapping[str, tuple[str, tuple[str, str, str, str] | None]] = {
    "overdue-trend": OF_OVERVIEW["overdue-trend"],
    "collected-by-day": (say("No money came in for thirty-one days."), PAYMENT),
    "collection-rate": OF_OVERVIEW["collection-rate"],
    "promises-kept": (say("No promise to pay ended in twelve months."), None),
}


def charts(request: Any, company: Any) -> Iterator[HomeChart]:
    """Those of the overview."""
    return _charts(request, OF_OVERVIEW)


def desk_charts(request: Any, company: Any) -> Iterator[HomeChart]:
    """Those of the collections desk."""
    return _charts(request, OF_DESK)


def _charts(request: Any, shown: Mapping[str, tuple[str, tuple[str, str, str, str] | None]]) -> Iterator[HomeChart]:
    day = today()
    for name, (words, wanted) in shown.items():
        action = None
        if wanted is not None and may(request, wanted[3]):
            label, page, argument, _ = wanted
            action = (label, page_url(page, *([argument] if argument else [])))
        drawing = DRAWINGS[name]
        yield HomeChart(
            name=name,
            title=drawing.title,
            url=page_url(name.replace("-", "_")),
            draw=partial(_asked, drawing, day),
            empty=words,
            action=action,
        )
