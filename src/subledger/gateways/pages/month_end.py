"""Where the lines of a month's end lead that are about gateways."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url


def links(request: Any, month: Any) -> list[tuple[str, str, str]]:
    return [
        ("payment-requests", say("Payment requests"), f"{page_url('gateways')}?state=unknown"),
        ("unbooked-facts", say("Facts"), f"{page_url('unbooked')}?state=open"),
    ]
