from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import JournalSource, LedgerSeed, Permission, Room, RuleSeed, Series

from .defaults import DEFAULTS
from .document_kinds import KINDS as DOCUMENT_KINDS
from .event_types import EVENTS, REFERENCES
from .evidence import ATTACHABLE
from .figures import FIGURES
from .imports.kinds import IMPORTS
from .invariants import INVARIANTS
from .letters import KINDS
from .listeners import LISTENERS
from .made_kinds import MADE_KINDS
from .models import Allocation, Transaction
from .month_end import ITEMS
from .reports import REPORTS
from .services import bulk_kinds, prints
from .sql import PRESENT
from .tables import GUARDING, TABLES

_DESK = frozenset({"agent", "billing_manager"})
_MANAGER = frozenset({"billing_manager"})
_BOOKS = frozenset({"billing_manager", "accountant"})
_DOCUMENTS = {"invoice": "invoices", "credit_note": "credit notes", "payment": "payments", "refund": "refunds"}
_PREFIXES = {
    "invoice": "INV",
    "credit_note": "CRN",
    "payment": "PAY",
    "refund": "RFD",
    "write_off": "WOF",
    "invoice_cancellation": "ICN",
    "payment_cancellation": "PCN",
}
_NUMBERS = "SELECT number FROM transactions_transaction WHERE company_id = %(company)s AND number IS NOT NULL"
_CODES = """
    SELECT back_office_code FROM transactions_transaction
     WHERE company_id = %(company)s AND classification = '{classification}' AND back_office_code IS NOT NULL
"""
# An exchange difference shows the number of the credit that realised it.
_CREDITS = """
    SELECT a.id, c.number FROM transactions_allocation a JOIN transactions_transaction c ON c.id = a.credit_id
"""

ROOM = Room(
    name="transactions",
    permissions={
        "transactions.draft": Permission(
            title=say("Create, change and reject drafts"),
            roles=_DESK,
            parts={
                one: say("Create, change and reject drafts of {many}", many=many) for one, many in _DOCUMENTS.items()
            },
        ),
        "transactions.post": Permission(
            title=say("Post invoices, credit notes and payments; quick pay"),
            roles=_DESK,
            parts={
                "invoice": say("Post invoices"),
                "credit_note": say("Post credit notes"),
                "payment": say("Post payments; quick pay"),
                "allocation": say("Apply what is unallocated to what is open"),
            },
        ),
        "transactions.refund": Permission(title=say("Post refunds"), roles=_MANAGER),
        "transactions.cancel": Permission(
            title=say("Cancel invoices and payments"),
            roles=_MANAGER,
            parts={"invoice": say("Cancel invoices"), "payment": say("Cancel payments")},
        ),
        "transactions.write_off": Permission(title=say("Write off invoices"), roles=_BOOKS),
        "transactions.move": Permission(title=say("Move payments to another account"), roles=_BOOKS),
    },
    scopes={
        "accounts": frozenset({"transactions.post:allocation"}),
        "invoices": frozenset(
            {
                "transactions.draft:invoice",
                "transactions.post:invoice",
                "transactions.cancel:invoice",
                "transactions.write_off",
            }
        ),
        "credit_notes": frozenset({"transactions.draft:credit_note", "transactions.post:credit_note"}),
        "payments": frozenset(
            {
                "transactions.draft:payment",
                "transactions.post:payment",
                "transactions.cancel:payment",
                "transactions.move",
            }
        ),
        "refunds": frozenset({"transactions.draft:refund", "transactions.refund"}),
        "transactions": frozenset({"notes.add"}),
    },
    reads=frozenset({"allocations"}),
    series=[
        *(
            Series(
                classification,
                prefix,
                numbers=f"{_NUMBERS} AND classification = '{classification}' AND mirrors_id IS NULL",
                taken=_CODES.format(classification=classification),
                is_posted=True,
            )
            for classification, prefix in _PREFIXES.items()
        ),
        Series("mirror_invoice", "MIR", numbers=f"{_NUMBERS} AND mirrors_id IS NOT NULL", is_posted=True),
    ],
    month_end=ITEMS,
    chart=[
        LedgerSeed("1020", say("Card and gateway clearing"), "asset"),
        LedgerSeed("1200", say("Accounts receivable"), "asset"),
        LedgerSeed("2100", say("Unidentified receipts (suspense)"), "liability"),
        LedgerSeed("2200", say("Tax payable"), "liability"),
        LedgerSeed("2400", say("Deferred revenue"), "liability"),
        LedgerSeed("4000", say("Revenue"), "income"),
        LedgerSeed("4100", say("Discounts granted"), "income"),
        LedgerSeed("5100", say("Bad debt"), "expense"),
        LedgerSeed("9100", say("Written-off receivables"), "memorandum"),
        LedgerSeed("9110", say("Written-off receivables, contra"), "memorandum"),
    ],
    rules=[
        RuleSeed("invoice", "customer", "net", "1200", "4000"),
        RuleSeed("invoice", "customer", "discount", "4100", "1200"),
        RuleSeed("invoice", "customer", "tax", "1200", "2200"),
        RuleSeed("credit_note", "customer", "net", "4000", "1200"),
        RuleSeed("credit_note", "customer", "discount", "1200", "4100"),
        RuleSeed("credit_note", "customer", "tax", "2200", "1200"),
        RuleSeed("payment", "customer", "total", None, "1200"),
        RuleSeed("refund", "customer", "total", "1200", None),
        RuleSeed("write_off", "customer", "net", "5100", "1200"),
        RuleSeed("write_off", "customer", "tax", "2200", "1200"),
        RuleSeed("payment", "suspense", "total", None, "2100"),
        RuleSeed("refund", "suspense", "total", "2100", None),
        RuleSeed("invoice", "write_off", "total", "9100", "9110"),
    ],
    sources={
        "transaction": JournalSource(
            title=say("Transaction posted"),
            prefix=Transaction.PREFIX,
            numbers=["SELECT id, number FROM transactions_transaction"],
            without_lines="SELECT id FROM transactions_transaction WHERE amount_minor = 0",
        ),
        "allocation": JournalSource(
            title=say("Exchange difference realised"), prefix=Allocation.PREFIX, numbers=[_CREDITS]
        ),
        "release": JournalSource(
            title=say("Exchange difference taken back"), prefix=Allocation.PREFIX, shares_id=False, numbers=[_CREDITS]
        ),
    },
    invariants=INVARIANTS,
    guards=PRESENT.triggers(),
    figures=FIGURES,
    reports=REPORTS,
    imports=IMPORTS,
    tables=TABLES,
    guarding=GUARDING,
    listeners=LISTENERS,
    made_kinds=MADE_KINDS,
    attachable=(ATTACHABLE,),
    document_kinds=DOCUMENT_KINDS,
    message_kinds=KINDS,
    runs=[prints.KIND, *bulk_kinds.KINDS.values()],
    defaults={**DEFAULTS, "message templates of documents": lambda actor: standard_templates(KINDS)},
    words={
        "against_item": say("Chosen"),
        "mirror_invoice": say("Mirror invoice"),
        "partial": say("Partly settled"),
        "unapplied": say("Unapplied"),
        "unsettled": say("Open"),
    },
    events=EVENTS,
    references=REFERENCES,
)
