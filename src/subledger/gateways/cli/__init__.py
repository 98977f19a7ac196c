"""``subledger gateway`` and ``subledger stripe``."""

from __future__ import annotations

from subledger.cli_kit.faces import CommandFace

from .providers import gateway
from .stripe_events import stripe

COMMANDS = CommandFace(groups={"gateway": gateway, "stripe": stripe})
