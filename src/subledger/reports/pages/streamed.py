"""Files of a report's page, read while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from subledger.page_kit.tables import ReportPage
from subledger.report_kit.tables import Parameter, Report, Stream
from subledger.reports.catalogue import Kind


class Streamed(ReportPage):
    """The page of a report of the catalogue."""

    stream: Stream | None = None  # what a file is written from

    @property
    def about(self) -> Report:
        raise NotImplementedError

    def asked(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], Parameter | None]:
        """The values of the report's parameters, and one that it needs and has not got."""
        asked = dict(values)
        period = asked.pop("period", None)
        if period:
            asked["from"], asked["to"] = period
        missing = (one for one in self.about.parameters if one.required and not asked.get(one.name))
        return {name: value for name, value in asked.items() if value is not None}, next(missing, None)

    def exported(self) -> Iterable[Any]:
        """Where an order is asked for, all rows are here and sorted first."""
        asked, missing = self.asked(self.values)
        if missing or self.sorted_by[0] is not None:
            return super().exported()
        self.stream = self.about.stream(**asked)
        names = [column.name for column in self.about.columns]
        currency = self.stream.head.currency
        return ({"currency": currency, **dict(zip(names, row, strict=True))} for row in self.stream.rows())

    def file_totals(self) -> Iterable[tuple[str, Mapping[str, int]]]:
        return super().file_totals() if self.stream is None else self._sums_of(self.stream)

    def _sums_of(self, stream: Stream) -> Iterator[tuple[str, Mapping[str, int]]]:
        """By currency what the columns come to; asked for when the last row was read."""
        columns = self.about.columns
        moneys = {at: c.name for at, c in enumerate(columns) if c.kind is Kind.MONEY and c.currency == "currency"}
        for total in stream.totals():
            currency = stream.head.currency or total[[c.name for c in columns].index("currency")]
            yield currency, {name: total[at] for at, name in moneys.items() if total[at] is not None}
