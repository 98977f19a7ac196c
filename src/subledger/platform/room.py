from __future__ import annotations

from .figures import FIGURES
from .rooms import Room
from .sql import PRESENT

ROOM = Room(name="platform", guards=PRESENT.triggers(), figures=FIGURES)
