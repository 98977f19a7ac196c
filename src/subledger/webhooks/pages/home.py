"""What of webhooks waits for a person, on the overview."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url
from subledger.webhooks import queries


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": say("Webhook endpoints that were disabled because they fail"),
            "count": queries.disabled_count(),
            "url": f"{page_url('webhook_endpoints')}?state=disabled",
            "icon": "alert-triangle",
        }
    ]
