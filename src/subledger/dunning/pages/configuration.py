"""What a dunning plan's page says beside its form: its levels, its rates of interest and its smallest amounts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest
from django.utils.safestring import SafeString

from subledger.dunning.models import DunningLevel, DunningMinimum, DunningPlan, DunningRate
from subledger.dunning.tables import LEVELS, MINIMUMS, PERMISSION, RATES
from subledger.kernel.sentences import say
from subledger.page_kit.entries import entry_columns
from subledger.page_kit.kinds import entry_url
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.platform.configuration import ConfigurationTable

OF_MINIMUMS = ("currency", "amount", "is_active")
OF_RATES = ("from_on", "percent", "is_active")
COLUMNS = ("number", "name", "days", "message", "fee", "after", "is_active")


def actions(request: HttpRequest, row: DunningPlan) -> list[Action]:
    next_ones = Action(say("Who reaches a level next"), page_url("report_dunning-coming"), "calendar")
    if not may(request, PERMISSION):
        return [next_ones]
    levels, rates, least = (
        f"{page_url('entry_new', of.slug)}?plan={row.public_id}" for of in (LEVELS, RATES, MINIMUMS)
    )
    return [
        Action(say("New dunning level"), levels, "plus"),
        Action(say("New dunning rate"), rates, "plus"),
        Action(say("New smallest amount"), least, "plus"),
        next_ones,
    ]


def within(request: HttpRequest, row: DunningPlan | None) -> list[SafeString]:
    """The levels of a plan, in order, what interest it charges from which day, and from which amount on it reminds."""
    if row is None:
        return []
    return [
        *_rows(LEVELS, COLUMNS, list(DunningLevel.objects.filter(plan=row).select_related("plan").order_by("number"))),
        *_rows(RATES, OF_RATES, list(DunningRate.objects.filter(plan=row).select_related("plan"))),
        *_rows(MINIMUMS, OF_MINIMUMS, list(DunningMinimum.objects.filter(plan=row).select_related("plan"))),
    ]


def _rows(
    of: ConfigurationTable, keys: Sequence[str], rows: Sequence[DunningLevel | DunningRate | DunningMinimum]
) -> list[SafeString]:
    if not rows:
        return []
    columns = tuple(one for one in entry_columns(of, link=partial(entry_url, of)) if one.key in keys)
    return [render_to_string("dunning/rows.html", {"title": of.title, "table": table(columns, rows)})]
