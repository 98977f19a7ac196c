"""What arrives by webhook, as the port takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from subledger.gateways.port import Notice, NoticeRefused
from subledger.stripe_client.events import Event, EventRefused, event_of, read_event


def notice_of(
    body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], is_live: bool, now: datetime
) -> Notice:
    """The event in a delivery. NoticeRefused: for the reasons of `stripe_client.events.event_of`."""
    try:
        event = event_of(body, headers, secrets=secrets, is_live=is_live, now=now)
    except EventRefused as refused:
        raise NoticeRefused(refused.reason, refused.detail) from None
    return _notice(event, body)


def read_notice(event: Any, body: bytes, *, is_live: bool) -> Notice:
    """An event that was asked for. NoticeRefused: not_event, wrong_mode or wrong_account."""
    try:
        return _notice(read_event(event, is_live=is_live), body)
    except EventRefused as refused:
        raise NoticeRefused(refused.reason, refused.detail) from None


def _notice(event: Event, body: bytes) -> Notice:
    return Notice(event.ident, event.type, event.object_id, event.created_at, body)
