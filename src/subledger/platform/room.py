from __future__ import annotations

from .rooms import Room
from .sql import PRESENT

ROOM = Room(name="platform", guards=PRESENT.triggers())
