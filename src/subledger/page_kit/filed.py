"""Lists as files: what each is called, what a sheet of it says, and which are made while somebody waits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify

from subledger.file_kit.sheets import Heading
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column
from subledger.page_kit.criteria import days_in
from subledger.page_kit.exports import csv_response, xlsx_response
from subledger.page_kit.workers import AT_ONCE, WorkersRequest, long_file_url

__all__ = ["Filed"]


class Filed:
    """Mixed into list pages, which say what is `exported`."""

    title: str = ""
    filename: str = ""
    columns: Sequence[Column] = ()

    request: HttpRequest
    values: dict[str, Any]  # criterion name -> value asked for; None where nothing was

    def file(self, wanted: str) -> HttpResponseBase:
        if wanted == "csv":
            rows = self.exported()  # before anything else: what is refused is no file
            return csv_response(self.file_name(), self.columns, rows)
        if isinstance(self.request, WorkersRequest):
            rows = self.request.counted(self.exported(), self.length())
        else:
            later = long_file_url(self.request, self)
            if later and self.is_longer_than(AT_ONCE):
                return redirect(later)
            rows = self.exported()
        return xlsx_response(self.file_name(), self.columns, rows, heading=self.heading(), totals=self.file_totals())

    def later(self, rows: int) -> str:
        """Where a workbook of so many rows is asked for, and made in the background; "" where it is made at once."""
        return long_file_url(self.request, self) if rows > AT_ONCE else ""

    def file_name(self) -> str:
        """What a file of it is called: the list, the company's code, its days or today."""
        days = [day for value in self.values.values() for day in days_in(value)] or [today()]
        company = self.request.staff.company  # type: ignore[attr-defined]
        name = re.sub(r"[^\w.-]+", "-", self.filename) or slugify(self.title)
        return "_".join((name, company.code, *map(str, days)))

    def heading(self) -> Heading | None:
        """What a sheet of it says over the heads; None: nothing, so that other programs read it as it is."""
        return None

    def file_totals(self) -> Iterable[tuple[str, Mapping[str, int]]]:
        """The totals below the rows of a sheet: currency, and minor units by the columns' keys."""
        return ()

    def exported(self) -> Iterable[Any]:
        """Every row that the criteria let through, in the order asked for."""
        raise NotImplementedError

    def length(self) -> int | None:
        """How many rows `exported` gives, where that is known before they are read."""
        return None

    def is_longer_than(self, number: int) -> bool:
        """Whether `exported` gives more rows than that, without reading them all."""
        return sum(1 for _ in islice(self.exported(), number + 1)) > number
