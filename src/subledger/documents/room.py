"""What the room declares."""

from __future__ import annotations

from subledger.platform.rooms import Room

from .defaults import make_letterhead
from .sql import PRESENT
from .tables import TABLES

ROOM = Room(
    name="documents",
    tables=TABLES,
    defaults={"letterhead": make_letterhead},
    guards=PRESENT.triggers(),
)
