"""What the room declares."""

from __future__ import annotations

from subledger.platform.rooms import Room

ROOM = Room(name="documents")
