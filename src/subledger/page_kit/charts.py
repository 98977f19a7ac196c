"""Charts of the pages: figures and their words; subledger.js draws them, chart.html has the table beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from subledger.kernel.money import exponent
from subledger.page_kit.templatetags.subledger_tags import amount_text

__all__ = ["Bar", "Chart", "Series", "StackedChart", "bar_chart", "graded_chart"]


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
    id: str
    title: str
    currency: str
    bars: tuple[Bar, ...]

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @property
    def data(self) -> dict[str, Any]:
        """What subledger.js draws: minor units stay whole, ``decimals`` says where the point goes."""
        return {
            "labels": [bar.label for bar in self.bars],
            "values": [bar.minor for bar in self.bars],
            "texts": [bar.text for bar in self.bars],
            "tones": [bar.tone for bar in self.bars],
            "decimals": exponent(self.currency),
            "currency": self.currency.upper(),
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
            "labels": self.labels,
            "series": [{"label": s.label, "tone": s.tone, "values": s.values} for s in self.series],
            "decimals": 0,
        }


def bar_chart(*, id: str, title: str, currency: str, bars: Sequence[tuple[str, int]]) -> Chart:
    """One bar for each (label, minor units), for instance receipts by month."""
    return Chart(id, title, currency, tuple(Bar(label, m, _text(m, currency)) for label, m in bars))


def graded_chart(
    *,
    labels: Sequence[str],
    minors: Sequence[int],
    currency: str,
    title: str,
    id: str,
    urls: Sequence[str] = (),
) -> Chart:
    """One bar a grade, from harmless to grave: an amount in minor units for each of the labels, at most six."""
    links = urls or ("",) * len(labels)
    bars = tuple(
        Bar(label, minor, _text(minor, currency), f"age-{number}", url)
        for number, (label, minor, url) in enumerate(zip(labels, minors, links, strict=True))
    )
    return Chart(id, title, currency, bars)


def _text(minor: int, currency: str) -> str:
    return f"{amount_text(minor, currency)} {currency.upper()}"
