"""What of promises and disputes waits for a person, on the overview."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.url_ids import page_url
from subledger.promises.queries import broken_to_follow_up, disputes_to_answer


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": say("Broken promises to pay"),
            "count": broken_to_follow_up().count(),
            "url": f"{page_url('promises')}?state=to_follow_up",
            "icon": "calendar",
        },
        {
            "label": say("Disputes to answer"),
            "count": disputes_to_answer(today=today()).count(),
            "url": f"{page_url('disputes')}?state=to_answer",
            "icon": "alert-triangle",
        },
    ]
