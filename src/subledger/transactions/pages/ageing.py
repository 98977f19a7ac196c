"""Where what is open in a bucket of the ageing is shown."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from subledger.page_kit.url_ids import page_url

__all__ = ["open_items_url"]


def open_items_url(bucket: str, currency: str, day: date, *, account: str = "") -> str:
    """The report of what is open in a bucket of the ageing; of one account by its number."""
    of = {"account": account} if account else {"currency": currency}
    return f"{page_url('open_items')}?{urlencode({'as_of': day, 'late': bucket, **of})}"
