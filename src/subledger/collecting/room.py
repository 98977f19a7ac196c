from __future__ import annotations

from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import Room

from .card_expiry import CARD_EXPIRY_RUN
from .credit_refunds import REFUND_CREDITS
from .invariants import COLLECTING
from .letters import KINDS
from .runs import RUNS
from .sql import PRESENT

ROOM = Room(
    name="collecting",
    runs=(*RUNS, REFUND_CREDITS, CARD_EXPIRY_RUN),
    invariants=COLLECTING,
    guards=PRESENT.triggers(),
    message_kinds=KINDS,
    defaults={"message templates of collecting": lambda actor: standard_templates(KINDS)},
)
