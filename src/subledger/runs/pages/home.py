"""What of runs somebody is told on the overview: the files that they asked for are there."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.url_ids import page_url
from subledger.runs.queries import files_to_fetch


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    waiting = list(files_to_fetch(actor(request)).values_list("run_id", flat=True)[:100])
    url = page_url("run", waiting[0]) if len(set(waiting)) == 1 else page_url("runs")
    return [{"label": say("Files ready to download"), "count": len(waiting), "url": url, "icon": "download"}]
