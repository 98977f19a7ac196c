"""What of retries waits for a person, on the overview."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url
from subledger.retries.queries import to_see_to


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": say("Payments that are not tried again"),
            "count": to_see_to().count(),
            "url": f"{page_url('retries')}?state=to_see_to",
            "icon": "credit-card",
        }
    ]
