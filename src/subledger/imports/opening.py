"""Opening balances: what accounts owed, or had paid too much, before these books began.

A positive balance is posted as an invoice, a negative one as a credit note, of types of their own whose
posting rules meet an equity account: what was revenue in the old books is not revenue again in these.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from subledger.companies.entries import save_entry
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.journal.services import create_ledger_account
from subledger.platform.callers import as_follows
from subledger.transactions.models import PostingRule, TransactionDefinition, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.services.actions import post_new
from subledger.transactions.states import Classification

LEDGER_CODE = "3900"
TYPE_CODES = {Classification.INVOICE: "opening_balance", Classification.CREDIT_NOTE: "opening_credit"}


@as_follows()  # of posting opening balances
def opening_types(*, actor: str) -> dict[Classification, int]:
    """The types of opening balances, made with their posting rules on first need."""
    return {classification: _opening_type(classification, actor) for classification in TYPE_CODES}


def post_openings(
    balances: Sequence[tuple[Any, int, date | None]],
    *,
    types: dict[Classification, int],
    accept_old_days: bool,
    actor: str,
) -> None:
    """Post (account, signed minor units, day or None for today), all or none."""
    new = []
    for account, minor, on in balances:
        classification = Classification.INVOICE if minor > 0 else Classification.CREDIT_NOTE
        item = NewItem(unit_amount=Decimal(abs(minor)), description="Opening balance")
        new.append(
            NewTransaction(
                classification=classification,
                account_id=account.pk,
                type_id=types[classification],
                items=(item,),
                posted_on=on,
                confirm_posted_on=accept_old_days,
                back_office_code=f"opening:{account.code}",
                issue_reason="Opening balance",
            )
        )
    post_new(new=new, actor=actor)


def _opening_type(classification: Classification, actor: str) -> int:
    code = TYPE_CODES[classification]
    known = TransactionType.objects.filter(code=code).first()
    if known:
        return int(known.pk)
    equity = LedgerAccount.objects.filter(code=LEDGER_CODE).first() or create_ledger_account(
        code=LEDGER_CODE, name="Opening balances", kind=LedgerKind.EQUITY, actor=actor
    )
    receivable = TransactionDefinition.objects.get().receivable
    is_invoice = classification is Classification.INVOICE
    kind = save_entry(
        model=TransactionType,
        ident=None,
        actor=actor,
        values={
            "code": code,
            "name": "Opening balance" if is_invoice else "Opening credit",
            "classification": classification,
        },
    )
    save_entry(
        model=PostingRule,
        ident=None,
        actor=actor,
        values={
            "classification": classification,
            "role": AccountRole.CUSTOMER,
            "type": kind,
            "component": Component.TOTAL,
            "debit": receivable if is_invoice else equity,
            "credit": equity if is_invoice else receivable,
        },
    )
    return int(kind.pk)
