from __future__ import annotations

from subledger.platform.rooms import Room

from .sql import PRESENT

ROOM = Room(name="stripe_client", guards=PRESENT.triggers())
