from __future__ import annotations

from .invariants import Guard
from .rooms import Room

ROOM = Room(name="platform", guards=[Guard("platform_event", "platform_event_append_only")])
