"""Opening balances: what accounts owed, or had paid too much, before these books began.

A positive balance is posted as an invoice, a negative one as a credit note, of types of their own whose
posting rules meet an equity account: what was revenue in the old books is not revenue again in these.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from subledger.accounts.imports.openings import Opening, OpeningInBooks
from subledger.companies.entries import save_entry
from subledger.companies.provision import said_by_company
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.journal.services import create_ledger_account
from subledger.kernel.sentences import say
from subledger.platform.callers import as_follows, demand
from subledger.transactions.models import PostingRule, TransactionDefinition, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.services.actions import post_new
from subledger.transactions.states import Classification

from .queries import documents_coded

LEDGER_CODE = "3900"
PREFIX = "opening:"  # of back office codes
TYPE_CODES = {Classification.INVOICE: "opening_balance", Classification.CREDIT_NOTE: "opening_credit"}


class OpeningBalances:
    """As `accounts.imports.openings.Openings`."""

    def known(self, codes: Sequence[str]) -> dict[str, OpeningInBooks]:
        names = [f"{PREFIX}{code}" for code in codes]
        return {
            name.removeprefix(PREFIX): OpeningInBooks(sign * found.amount_minor, found.posted_on)
            for sign, classification in ((1, Classification.INVOICE), (-1, Classification.CREDIT_NOTE))
            for name, found in documents_coded(classification, names).items()
        }

    def prepare(self, balances: Sequence[int], *, actor: str) -> None:
        for classification in {_classification_of(minor) for minor in balances}:
            demand(permission_for("post", classification))
        opening_types(actor=actor)

    def post(self, balances: Sequence[Opening], *, accept_old_days: bool, actor: str) -> None:
        types = opening_types(actor=actor) if balances else {}
        new = []
        for account, minor, on in balances:
            classification = _classification_of(minor)
            item = NewItem(unit_amount=Decimal(abs(minor)), description=say("Opening balance"))
            new.append(
                NewTransaction(
                    classification=classification,
                    account_id=account.pk,
                    type_id=types[classification],
                    items=(item,),
                    posted_on=on,
                    confirm_posted_on=accept_old_days,
                    back_office_code=f"{PREFIX}{account.code}",
                    issue_reason=say("Opening balance"),
                )
            )
        post_new(new=new, actor=actor)


def _classification_of(minor: int) -> Classification:
    return Classification.INVOICE if minor > 0 else Classification.CREDIT_NOTE


@as_follows()  # of posting opening balances
def opening_types(*, actor: str) -> dict[Classification, int]:
    """The types of opening balances, made with their posting rules on first need."""
    return {classification: _opening_type(classification, actor) for classification in TYPE_CODES}


def _opening_type(classification: Classification, actor: str) -> int:
    code = TYPE_CODES[classification]
    known = TransactionType.objects.filter(code=code).first()
    if known:
        return int(known.pk)
    equity = LedgerAccount.objects.filter(code=LEDGER_CODE).first() or create_ledger_account(
        code=LEDGER_CODE, name=said_by_company(say("Opening balances")), kind=LedgerKind.EQUITY, actor=actor
    )
    receivable = TransactionDefinition.objects.get().receivable
    is_invoice = classification is Classification.INVOICE
    kind = save_entry(
        model=TransactionType,
        ident=None,
        actor=actor,
        values={
            "code": code,
            "name": said_by_company(say("Opening balance") if is_invoice else say("Opening credit")),
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
