"""What retries declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say, say_of
from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import Permission, Room

from .defaults import DEFAULTS
from .event_types import EVENTS
from .invariants import RETRIES
from .letters import KINDS
from .listeners import LISTENERS
from .sql import PRESENT
from .states import REASONS, WORDS_OF_OTHERS
from .tables import TABLES

ROOM = Room(
    name="retries",
    permissions={
        "retries.configure": Permission(
            title=say("Change retry plans and decline codes"), roles=frozenset({"billing_manager"})
        ),
        "retries.stop": Permission(
            title=say("Stop retries of failed payments"), roles=frozenset({"billing_manager", "agent"})
        ),
    },
    scopes={
        "retry_plans": frozenset({"retries.configure"}),
        "decline_codes": frozenset({"retries.configure"}),
        "retries": frozenset({"retries.stop", "gateways.charge:retry"}),
    },
    invariants=RETRIES,
    guards=PRESENT.triggers(),
    tables=TABLES,
    listeners=LISTENERS,
    message_kinds=KINDS,
    defaults={**DEFAULTS, "message templates of retries": lambda actor: standard_templates(KINDS)},
    events=EVENTS,
    references={"failed_request_id": "payment_request"},
    words={
        "hard": say("Declined for good"),
        "soft": say("Declined for now"),
        "customer_needed": say("The customer has to confirm it"),
        "gateway_error": say("Error of the gateway"),
        "silence": say("No answer"),
        "called_off": say("Called off"),
        "made": say_of("retry", "Tried again"),
        "stopped": say("Stopped"),
        **{reason: words for reason, words in REASONS.items() if reason not in WORDS_OF_OTHERS},
    },
)
