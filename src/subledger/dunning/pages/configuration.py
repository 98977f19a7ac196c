"""What a dunning plan's page says beside its form: its levels."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.safestring import SafeString

from subledger.dunning.models import DunningLevel, DunningPlan
from subledger.dunning.tables import LEVELS, PERMISSION
from subledger.kernel.sentences import say
from subledger.page_kit.entries import entry_columns
from subledger.page_kit.kinds import entry_url
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url

COLUMNS = ("number", "name", "days", "message", "fee", "after", "is_active")


def actions(request: HttpRequest, row: DunningPlan) -> list[Action]:
    next_ones = Action(say("Who reaches a level next"), page_url("report_dunning-coming"), "calendar")
    if not may(request, PERMISSION):
        return [next_ones]
    url = f"{page_url('entry_new', LEVELS.slug)}?plan={row.public_id}"
    return [Action(say("New dunning level"), url, "plus"), next_ones]


def within(request: HttpRequest, row: DunningPlan | None) -> list[SafeString]:
    """The levels of a plan, in order."""
    if row is None:
        return []
    levels = list(DunningLevel.objects.filter(plan=row).select_related("plan").order_by("number"))
    if not levels:
        return []
    columns = tuple(
        column for column in entry_columns(LEVELS, link=lambda level: entry_url(LEVELS, level)) if column.key in COLUMNS
    )
    return [render_to_string("dunning/levels.html", {"title": LEVELS.title, "table": table(columns, levels)})]
