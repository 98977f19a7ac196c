"""``subledger report``, ``explain``, ``export`` and ``check``."""

from __future__ import annotations

from subledger.cli_kit.faces import CommandFace

from .proof import check
from .reports import explain, export, report

COMMANDS = CommandFace(
    commands={"report": report, "explain": explain, "check": check},
    groups={"export": export},
)
