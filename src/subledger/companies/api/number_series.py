"""How documents, accounts and customers are numbered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Flag, IdOf, Text60
from subledger.api_kit.resources import Filter, Input, JsonObject, Resource, Thing, collection
from subledger.companies.number_series import SeriesFacts, change_series, facts_of, try_series
from subledger.kernel.ids import made_at
from subledger.kernel.number_series import HIGHEST, Restart
from subledger.platform.models import NumberSeries

router = Router(tags=["Number series"])
SeriesId = Annotated[int, IdOf(NumberSeries.PREFIX)]
FORMAT = (
    "Text with `{number}`, or `{number:6}` with zeros in front, and with `{year}`, `{yy}` and `{month}` of the day "
    "that the document bears. Capital letters, digits and `-`, `/`, `.`; 30 characters at most."
)


class NumberCounterOut(Schema):
    period: str = Field(description="A year, `2026`, or a month, `2026-11`.")
    next_number: int


class NumberSeriesOut(Thing):
    object: Literal["number_series"]
    code: str
    format: str = Field(description=FORMAT)
    restarts: Restart
    period: str | None = Field(description="The year or month of today; null where the series never begins again.")
    next_number: int
    next_numbers: list[str] = Field(description="The next three, of a document of today.")
    counters: list[NumberCounterOut] = Field(description="Of each year or month, the latest first.")


class NumberSeriesIn(Input):
    """What is left out stays as it is. Numbers that were given stay; the next document is numbered so."""

    format: Text60 | None = Field(default=None, description=FORMAT)
    restarts: Restart | None = Field(
        default=None, description="When the series begins again at 1: by the day that a document bears."
    )
    next_number: Annotated[int, Field(strict=True, ge=1, le=HIGHEST)] | None = Field(
        default=None, description="Of today's period, or of `period`. It comes to no number that is used already."
    )
    period: Text60 | None = Field(default=None, description="The year, `2025`, or month that `next_number` is of.")
    dry_run: Flag = Field(default=False, description="Answer as it would stand, with its next numbers; change nothing.")


def serialise(facts: SeriesFacts) -> JsonObject:
    return {
        "id": NumberSeries(pk=facts.id).public_id, "object": "number_series", "created_at": made_at(facts.id),
        "metadata": {}, "code": facts.code, "format": facts.numbering.format.text,
        "restarts": facts.numbering.restarts, "period": facts.period or None, "next_number": facts.next_number,
        "next_numbers": list(facts.next_numbers),
        "counters": [{"period": one, "next_number": number} for one, number in facts.counters.items()],
    }  # fmt: skip


def _serialise_rows(rows: Sequence[NumberSeries], request: HttpRequest) -> list[JsonObject]:
    return [serialise(facts) for facts in facts_of(rows)]


series = Resource(
    path="number_series", model=NumberSeries, out=NumberSeriesOut, serialise=_serialise_rows,
    rows=lambda: NumberSeries.objects.all(), filters={"code": Filter(type=Text60, lookup="code")},
)  # fmt: skip
collection(router, series, path="/number_series")


@router.patch("/number_series/{id}", response=NumberSeriesOut, operation_id="update_number_series")
def update(request: HttpRequest, id: SeriesId, body: NumberSeriesIn) -> JsonObject:
    """From the next document on. With ``dry_run`` it is answered and not done."""
    asked = body.model_dump(exclude={"dry_run"})
    code = series.find(id).code
    if body.dry_run:
        return serialise(try_series(code=code, **asked))
    return serialise(change_series(code=code, **asked, actor=caller_of(request).actor))
