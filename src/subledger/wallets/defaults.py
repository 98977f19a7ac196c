"""What a company begins with of wallets: types of their documents and how they are posted, types of what moves, and
what the company decides."""

from __future__ import annotations

from subledger.journal.models import LedgerAccount
from subledger.kernel.names import translations
from subledger.kernel.sentences import said, say
from subledger.platform.scope import current_company_id
from subledger.transactions.models import PostingRule, TransactionType
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

from .models import WalletDefinition, WalletTransactionType
from .states import EntryKind

RECEIVABLE, WALLETS, BREAKAGE = "1200", "2300", "4300"
TOP_UP, FUNDING, REIMBURSEMENT = "wallet_top_up", "wallet_funding", "wallet_reimbursement"
DOCUMENT_TYPES = (
    (TOP_UP, say("Wallet top-up"), Classification.PAYMENT),
    (FUNDING, say("Wallet funding"), Classification.INVOICE),
    (REIMBURSEMENT, say("Wallet reimbursement"), Classification.CREDIT_NOTE),
)
ENTRY_TYPES = (
    ("credit", say("Credit"), EntryKind.CREDIT),
    ("debit", say("Debit"), EntryKind.DEBIT),
    ("reimbursement", say("Reimbursement"), EntryKind.REIMBURSE),
    ("void", say("Void"), EntryKind.VOID),
    ("transfer", say("Transfer"), EntryKind.TRANSFER),
)
# The same in the languages of customers.
WORDS = {
    "Wallet top-up": {"de": "Aufladung des Guthabens", "it": "Ricarica del portafoglio", "el": "Ανανέωση πορτοφολιού"},
    "Wallet funding": {
        "de": "Einzahlung ins Guthaben",
        "it": "Versamento nel conto",
        "el": "Πίστωση πορτοφολιού",
    },
    "Wallet reimbursement": {
        "de": "Auszahlung des Guthabens",
        "it": "Rimborso dal portafoglio",
        "el": "Επιστροφή πορτοφολιού",
    },
    "Credit": {"de": "Gutschrift", "it": "Accredito", "el": "Πίστωση"},
    "Debit": {"de": "Belastung", "it": "Addebito", "el": "Χρέωση"},
    "Reimbursement": {"de": "Auszahlung", "it": "Rimborso", "el": "Επιστροφή"},
    "Void": {"de": "Storno", "it": "Storno", "el": "Ακύρωση"},
    "Transfer": {"de": "Umbuchung", "it": "Trasferimento", "el": "Μεταφορά"},
}


def _document_types(actor: str) -> None:
    """A payment that goes into the wallet; the invoice and the credit note by which money enters and leaves it."""
    company_id = current_company_id()
    for code, name, classification in DOCUMENT_TYPES:
        made, is_new = TransactionType.objects.get_or_create(
            company_id=company_id,
            code=code,
            defaults={
                "name": said(name),
                "classification": classification,
                "is_revenue": classification is Classification.PAYMENT,
                **translations(name, WORDS[name]),
            },
        )
        if is_new and classification is Classification.PAYMENT:
            like = TransactionType.objects.filter(classification=classification, is_default=True).first()
            if like is not None:
                made.payment_methods.set(like.payment_methods.all())
                TransactionType.objects.filter(pk=made.pk).update(default_payment_method=like.default_payment_method)
        elif is_new:
            _rule(made)


def _rule(kind: TransactionType) -> None:
    ledger = {row.code: row for row in LedgerAccount.objects.filter(code__in=(RECEIVABLE, WALLETS))}
    if len(ledger) < len((RECEIVABLE, WALLETS)):
        return  # the company names other codes: its accountant says the rules
    is_funding = kind.classification == Classification.INVOICE
    PostingRule.objects.create(
        company_id=current_company_id(),
        classification=kind.classification,
        role=AccountRole.CUSTOMER,
        type=kind,
        component=Component.TOTAL,
        debit=ledger[RECEIVABLE if is_funding else WALLETS],
        credit=ledger[WALLETS if is_funding else RECEIVABLE],
    )


def _entry_types(actor: str) -> None:
    for code, name, kind in ENTRY_TYPES:
        WalletTransactionType.objects.get_or_create(
            company_id=current_company_id(),
            code=code,
            defaults={"name": said(name), "kind": kind, "is_default": True, **translations(name, WORDS[name])},
        )


def _definition(actor: str) -> None:
    types = {row.code: row for row in TransactionType.objects.filter(code__in=(TOP_UP, FUNDING, REIMBURSEMENT))}
    ledger = {row.code: row for row in LedgerAccount.objects.filter(code__in=(WALLETS, BREAKAGE))}
    made, is_new = WalletDefinition.objects.get_or_create(
        company_id=current_company_id(),
        defaults={
            "funding_type": types[FUNDING],
            "reimbursement_type": types[REIMBURSEMENT],
            "wallet_account": ledger[WALLETS],
            "breakage_account": ledger[BREAKAGE],
        },
    )
    if is_new:
        made.crediting_types.set([types[TOP_UP]])


DEFAULTS = {
    "types of documents of wallets": _document_types,
    "wallet transaction types": _entry_types,
    "wallet definition": _definition,
}
