"""Where the line of a month's end leads that is about imports."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.navigation import may
from subledger.page_kit.url_ids import page_url


def links(request: Any, month: Any) -> list[tuple[str, str, str]]:
    return [("imports", say("Imports"), page_url("imports"))] if may(request, "imports.run") else []
