"""Charts of the pages: figures and their words; subledger.js draws them, chart.html has the table beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from subledger.kernel.money import exponent
from subledger.kernel.sentences import said
from subledger.page_kit.templatetags.subledger_tags import amount_text
from subledger.page_kit.templatetags.subledger_tags import number as number_text

__all__ = [
    "Bar",
    "Chart",
    "HomeChart",
    "Part",
    "Series",
    "StackedChart",
    "Strip",
    "bar_chart",
    "number_chart",
    "strip",
]


@dataclass(frozen=True, slots=True)
class Bar:
    """``tone`` names a colour of subledger.css: ``age-0`` to ``age-5``, or ``plain``."""

    label: str
    minor: int
    text: str
    tone: str = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of amounts in a currency; without one, of numbers with one decimal, in tenths, of a ``unit``.

    ``is_folded``: the figures are shown on demand, where a page has several charts.
    """

    id: str
    title: str
    currency: str
    bars: tuple[Bar, ...]
    is_folded: bool = False
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(bar.minor for bar in self.bars)

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def data(self) -> dict[str, Any]:
        """What subledger.js draws: minor units stay whole, ``decimals`` says where the point goes."""
        return {
            "labels": [said(bar.label) for bar in self.bars],
            "values": [bar.minor for bar in self.bars],
            "texts": [bar.text for bar in self.bars],
            "tones": [bar.tone for bar in self.bars],
            "urls": [bar.url for bar in self.bars],
            "decimals": exponent(self.currency) if self.currency else 1,
            "unit": said(self.unit) or self.currency.upper(),  # of the axis
        }


@dataclass(frozen=True, slots=True)
class Series:
    """One part of each bar; ``values`` are counts, one for each label."""

    label: str
    tone: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Counts by label, each bar made of the series in their order; parts/stacked.html."""

    id: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def data(self) -> dict[str, Any]:
        return {
            "labels": [said(label) for label in self.labels],
            "series": [{"label": said(s.label), "tone": s.tone, "values": s.values} for s in self.series],
            "decimals": 0,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a strip; ``share`` of the whole, at most 1."""

    label: str
    minor: int
    tone: str
    url: str
    share: float


@dataclass(frozen=True, slots=True)
class Strip:
    """An amount as one stacked strip, from harmless to grave; parts/strip.html."""

    title: str
    currency: str
    parts: tuple[Part, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HomeChart:
    """A chart of the overview, drawn when it is asked for: in one currency, as of today.

    ``draw`` gives None where there is nothing to draw: then ``empty`` says so, with ``action`` (label, address) that
    would change it. ``url`` leads to the report.
    """

    name: str
    title: str
    url: str
    draw: Callable[[str], Chart | None]
    empty: str
    action: tuple[str, str] | None = None


def bar_chart(
    *,
    id: str,
    title: str,
    currency: str,
    bars: Sequence[tuple[str, int]],
    urls: Sequence[str] = (),
    is_folded: bool = False,
) -> Chart:
    """One bar for each (label, minor units), for instance receipts by month."""
    links = urls or ("",) * len(bars)
    found = tuple(Bar(label, m, _text(m, currency), url=url) for (label, m), url in zip(bars, links, strict=True))
    return Chart(id, title, currency, found, is_folded)


def number_chart(
    *, id: str, title: str, unit: str, bars: Sequence[tuple[str, Decimal | None]], urls: Sequence[str]
) -> Chart:
    """One bar for each (label, number): a rate in percent, days. None: there is none, such as of nothing."""
    texts = ("–" if number is None else f"{number_text(number)} {said(unit)}" for _, number in bars)
    found = tuple(
        Bar(label, int((number or Decimal(0)) * 10), text, url=url)
        for (label, number), text, url in zip(bars, texts, urls, strict=True)
    )
    return Chart(id, title, "", found, is_folded=True, unit=unit)


def strip(*, title: str, currency: str, labels: Sequence[str], minors: Sequence[int], urls: Sequence[str]) -> Strip:
    """An amount in minor units for each of the labels, at most six."""
    whole = sum(max(minor, 0) for minor in minors)
    parts = tuple(
        Part(label, minor, f"age-{number}", url, max(minor, 0) / whole if whole else 0)
        for number, (label, minor, url) in enumerate(zip(labels, minors, urls, strict=True))
    )
    return Strip(title, currency, parts, sum(minors))


def _text(minor: int, currency: str) -> str:
    return f"{amount_text(minor, currency)} {currency.upper()}"
