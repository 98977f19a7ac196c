"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "tax_rate.created": "code and percent",
}
