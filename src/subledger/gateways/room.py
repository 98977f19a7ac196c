from __future__ import annotations

from subledger.kernel.sentences import say
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
# A fee shows the number of the payment that it was kept from.
_OF_CHARGES = "SELECT c.id, p.number FROM gateways_charge c JOIN transactions_transaction p ON p.id = c.payment_id"
_OF_FEES = """
    SELECT f.id, p.number
      FROM gateways_fee f
      JOIN gateways_charge c ON c.id = f.charge_id
      JOIN transactions_transaction p ON p.id = c.payment_id
"""

ROOM = Room(
    name="gateways",
    permissions={
        "gateways.charge": Permission(
            title=say("Charge and refund through payment gateways; cards, links and payment requests"),
            roles=_MANAGER,
            parts={
                "registration": say("Have cards and mandates registered"),
                "page": say("Send a customer to the gateway's page to pay"),
                "authentication": say("Have a customer confirm a payment with their bank"),
                "account": say("Send a customer to the page of their account"),
                "cards": say("Choose and remove cards and mandates"),
                "look_up": say("Ask a gateway what became of a request"),
                "orders": say("Charge and refund through payment gateways"),
                "withdraw": say("Withdraw payment requests"),
                "export": say("Export payment requests for a bank"),
                "report": say("Report what became of payment requests, and import results"),
                "unbooked": say("Close what a bank or a gateway told and the books could not take"),
                "retry": say("Try a failed payment again"),
            },
        ),
        "gateways.edit": Permission(title=say("Manage payment gateways and their keys")),
    },
    scopes={
        "accounts": frozenset({"gateways.charge:registration", "gateways.charge:account"}),
        "invoices": frozenset({"gateways.charge:page"}),
        "payment_requests": frozenset(
            {
                f"gateways.charge:{part}"
                for part in ("authentication", "look_up", "orders", "withdraw", "export", "report")
            }
        ),
        "links": frozenset(
            {f"gateways.charge:{part}" for part in ("page", "authentication", "registration", "account")}
        ),
        "unbooked_facts": frozenset({"gateways.charge:unbooked"}),
        "payment_gateway_providers": frozenset({"gateways.edit"}),
    },
    reads=frozenset({"payment_gateway_kinds", "marked_files"}),
    chart=[LedgerSeed("5200", say("Payment gateway fees"), "expense")],
    sources={
        "gateway_fee": JournalSource(title=say("Gateway fee"), prefix=Charge.PREFIX, numbers=[_OF_CHARGES, _OF_FEES])
    },
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
        "declined_for_good": say("Declined for good"),
        "requires_action": say("Needs authentication"),
        "under_processing": say("Processing"),
        "unknown": say("Needs review"),
    },
    events=EVENTS,
)
