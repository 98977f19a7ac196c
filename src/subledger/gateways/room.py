from __future__ import annotations

from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import JournalSource, LedgerSeed, Permission, Room

from .consequences import CONSEQUENCES
from .defaults import DEFAULTS
from .event_types import EVENTS
from .figures import FIGURES
from .guards import GUARDING
from .invariants import GATEWAYS
from .letters import KINDS, TAGS
from .listeners import LISTENERS
from .made_kinds import MADE_KINDS
from .models import Charge
from .month_end import ITEMS
from .reports import REPORTS
from .sql import PRESENT

_MANAGER = frozenset({"billing_manager"})

ROOM = Room(
    name="gateways",
    permissions={
        "gateways.charge": Permission(
            title="Charge and refund through payment gateways; cards, links and payment requests",
            roles=_MANAGER,
            parts={
                "registration": "Have cards and mandates registered",
                "page": "Send a customer to the gateway's page to pay",
                "authentication": "Have a customer confirm a payment with their bank",
                "look_up": "Ask a gateway what became of a request",
            },
        ),
        "gateways.edit": Permission(title="Manage payment gateways and their keys"),
    },
    scopes={
        "accounts": frozenset({"gateways.charge:registration"}),
        "invoices": frozenset({"gateways.charge:page"}),
        "payment_requests": frozenset({"gateways.charge"}),
        "links": frozenset({"gateways.charge:page", "gateways.charge:authentication", "gateways.charge:registration"}),
        "unbooked_facts": frozenset({"gateways.charge"}),
        "payment_gateway_providers": frozenset({"gateways.edit"}),
    },
    reads=frozenset({"payment_gateway_kinds"}),
    chart=[LedgerSeed("5200", "Payment gateway fees", "expense")],
    sources={"gateway_fee": JournalSource(title="Gateway fee", prefix=Charge.PREFIX)},
    invariants=GATEWAYS,
    month_end=ITEMS,
    reports=REPORTS,
    consequences=CONSEQUENCES,
    listeners=LISTENERS,
    guards=PRESENT.triggers(),
    figures=FIGURES,
    guarding=GUARDING,
    made_kinds=MADE_KINDS,
    message_kinds=KINDS,
    message_tags=TAGS,
    defaults={**DEFAULTS, "message templates of gateways": lambda actor: standard_templates(KINDS)},
    words={
        "requires_action": "Needs authentication",
        "under_processing": "Processing",
        "unknown": "Needs review",
    },
    events=EVENTS,
)
