"""What a company begins with of dunning: the types of late charges and how they are posted, a reason, and a plan."""

from __future__ import annotations

from subledger.journal.models import LedgerAccount
from subledger.kernel.names import translations
from subledger.kernel.sentences import said, say
from subledger.platform.scope import current_company_id
from subledger.transactions.models import PostingRule, Reason, TransactionType
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

from .models import DunningLevel, DunningPlan
from .states import After, ClaimKind

RECEIVABLE, INCOME, TAX = "1200", "4400", "2200"
TYPES = {ClaimKind.FEE: ("late_fee", say("Late fee")), ClaimKind.INTEREST: ("late_interest", say("Late interest"))}
RECALCULATED = "recalculated"
# Number, name, days, message, what is done then.
LEVELS = (
    (1, say("Due soon"), -3, "dunning_notice", After.GO_ON),
    (2, say("First reminder"), 3, "dunning_reminder", After.GO_ON),
    (3, say("Second reminder"), 14, "dunning_reminder", After.GO_ON),
    (4, say("Final reminder"), 30, "dunning_final", After.GO_ON),
    (5, say("End of dunning"), 45, None, After.HAND_OVER),
)

# The same in the languages of customers.
WORDS = {
    "Late fee": {"de": "Mahngebühr", "it": "Spese di sollecito", "el": "Χρέωση καθυστέρησης"},
    "Late interest": {"de": "Verzugszinsen", "it": "Interessi di mora", "el": "Τόκοι υπερημερίας"},
    "Due soon": {"de": "Bald fällig", "it": "Scadenza vicina", "el": "Πλησιάζει η λήξη"},
    "First reminder": {"de": "Zahlungserinnerung", "it": "Primo sollecito", "el": "Πρώτη υπενθύμιση"},
    "Second reminder": {"de": "Zweite Mahnung", "it": "Secondo sollecito", "el": "Δεύτερη υπενθύμιση"},
    "Final reminder": {"de": "Letzte Mahnung", "it": "Ultimo sollecito", "el": "Τελευταία υπενθύμιση"},
    "End of dunning": {"de": "Ende des Mahnwesens", "it": "Fine dei solleciti", "el": "Τέλος των υπενθυμίσεων"},
}


def _types(actor: str) -> None:
    """Late fees and late interest are invoices of types of their own, booked as income of their own."""
    ledger = {row.code: row for row in LedgerAccount.objects.filter(code__in=(RECEIVABLE, INCOME, TAX))}
    for code, name in TYPES.values():
        made, is_new = TransactionType.objects.get_or_create(
            company_id=current_company_id(),
            code=code,
            defaults={
                "name": said(name),
                "classification": Classification.INVOICE,
                **translations(name, WORDS[name]),
            },
        )
        if is_new and len(ledger) == len((RECEIVABLE, INCOME, TAX)):
            # A type's own rules replace those of its classification: the total, and of it what somebody taxes.
            PostingRule.objects.bulk_create(
                PostingRule(
                    company_id=current_company_id(),
                    classification=Classification.INVOICE,
                    role=AccountRole.CUSTOMER,
                    type=made,
                    component=component,
                    debit=ledger[debit],
                    credit=ledger[credit],
                )
                for component, debit, credit in (
                    (Component.TOTAL, RECEIVABLE, INCOME),
                    (Component.TAX, INCOME, TAX),
                )
            )


def _reason(actor: str) -> None:
    Reason.objects.get_or_create(
        company_id=current_company_id(), code=RECALCULATED, defaults={"name": said(say("Calculated anew"))}
    )


def _plan(actor: str) -> None:
    """A plan to begin with. No run works by it until somebody makes one."""
    plan, is_new = DunningPlan.objects.get_or_create(
        company_id=current_company_id(), code="standard", defaults={"name": said(say("Standard")), "is_default": True}
    )
    if is_new:
        DunningLevel.objects.bulk_create(
            DunningLevel(
                company_id=plan.company_id,
                plan=plan,
                number=number,
                name=said(name),
                **translations(name, WORDS[name]),
                days=days,
                message=message,
                after=after,
            )
            for number, name, days, message, after in LEVELS
        )


DEFAULTS = {
    "types of late charges": _types,
    "reason of late charges": _reason,
    "dunning plan": _plan,
}
