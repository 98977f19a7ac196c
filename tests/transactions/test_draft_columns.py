"""A draft keeps what is said of it: every column of its row is one of the table, and comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.factories import Ledger

from subledger.accounts.models import AccountPaymentPreference, PaymentPreference
from subledger.catalog.models import TaxRate
from subledger.platform.scope import current_company_id
from subledger.transactions.models import (
    Category,
    CreditReason,
    PaymentMethod,
    RefundMethod,
    Transaction,
    TransactionType,
)
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.rows import DraftColumns, columns_of
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification as C

ISSUED, DUE, RECEIVED = date(2026, 5, 2), date(2026, 6, 1), date(2026, 5, 3)
# What a draft does not say: who it is, what made it, and what only posting gives.
NOT_SAID = {
    "id", "company_id", "classification", "state", "created_at", "created_by", "updated_at", "updated_by", "number",
    "posted_on", "posted_at", "base_minor", "rejection_reason_id", "cancels_id", "writes_off_id", "mirrors_id",
    "moved_from_id",
}  # fmt: skip


def test_the_columns_of_drafts_are_those_of_the_table():
    table = {field.attname for field in Transaction._meta.concrete_fields}
    assert set(columns_of(DraftColumns)) == table - NOT_SAID


def test_a_misspelt_or_forgotten_column_is_refused():
    said = dict.fromkeys(columns_of(DraftColumns))
    with pytest.raises(TypeError, match="isue_reason"):
        DraftColumns(**{**said, "isue_reason": "why"})  # type: ignore[arg-type]
    del said["issue_reason"]
    with pytest.raises(TypeError, match="issue_reason"):
        DraftColumns(**said)  # type: ignore[arg-type]


def every_draft(ledger: Ledger) -> list[tuple[NewTransaction, dict[str, object]]]:
    """What is said of a draft of each classification, and the columns that it comes to."""
    account = ledger.account
    preference = AccountPaymentPreference.objects.create(
        account=account, preference=PaymentPreference.objects.get(code="card")
    )
    due = ledger.invoice(100, on="01/05", due="01/06")
    found = []
    for kind in (C.INVOICE, C.CREDIT_NOTE, C.PAYMENT, C.REFUND):
        type_ = TransactionType.objects.create(
            company_id=current_company_id(), code=f"own-{kind}", name=f"Own {kind}", classification=kind
        )
        category = Category.objects.create(code=f"c-{kind}", name="Chosen", company_id=current_company_id())
        type_.categories.add(category)
        said: dict[str, object] = {
            "type_id": type_.pk,
            "category_id": category.pk,
            "issued_on": ISSUED,
            "back_office_code": f"B-{kind}",
            "issue_reason": "why",
            "metadata": {"k": kind.value},
        }
        came_to: dict[str, object] = {"account_id": account.pk, "currency": "eur", "is_dated": True, **said}
        if kind in (C.INVOICE, C.CREDIT_NOTE):
            item = NewItem(
                unit_amount=Decimal(1000),
                quantity=Decimal(3),
                discount_percent=Decimal(10),
                tax_percent=Decimal(19),
                tax_rate_id=TaxRate.objects.get(code="standard").pk,
                description="Hosting",
            )
            said["items"] = (item,)
            came_to.update(amount_minor=3213, net_minor=3000, discount_minor=300, tax_minor=513)
            said["order_reference"] = came_to["order_reference"] = f"PO-{kind}"
        else:
            said["amount_minor"] = came_to["amount_minor"] = 4000
        if kind is C.INVOICE:
            said.update(due_on=DUE, payment_preference_id=preference.pk, accept_due_date=True)
            came_to.update(due_on=DUE, payment_preference_id=preference.pk)
        if kind is C.CREDIT_NOTE:
            said["credit_reason_id"] = came_to["credit_reason_id"] = CreditReason.objects.get(code="duplicate").pk
        if kind is C.PAYMENT:
            method = PaymentMethod.objects.order_by("pk").last()
            assert method is not None
            type_.payment_methods.add(method)
            mine = {
                "payment_method_id": method.pk, "received_on": RECEIVED, "received_by": "Carla",
                "payment_preference_id": preference.pk,
            }  # fmt: skip
            said.update(mine, intended_ids=(due.id,))
            came_to.update(mine, intended_ids=[due.id])
        if kind is C.REFUND:
            method = RefundMethod.objects.order_by("pk").last()
            assert method is not None
            type_.refund_methods.add(method)
            said.update(refund_method_id=method.pk, confirm_credit_limit=True, confirm_above_credit=True)
            came_to["refund_method_id"] = method.pk
        found.append((NewTransaction(classification=kind, account_id=account.pk, **said), came_to))  # type: ignore[arg-type]
    return found


def kept(draft_id: int) -> dict[str, object]:
    return Transaction.objects.filter(pk=draft_id).values(*columns_of(DraftColumns)).get()


def test_every_column_that_is_said_is_read_back(ledger: Ledger):
    drafts = every_draft(ledger)
    saved = save_drafts(new=[new for new, _ in drafts], actor="test")
    nothing: dict[str, object] = dict.fromkeys(columns_of(DraftColumns))
    filled = set()
    for draft, (_, came_to) in zip(saved, drafts, strict=True):
        assert kept(draft.pk) == {**nothing, **came_to}
        filled |= came_to.keys()
    assert filled == set(columns_of(DraftColumns))


def test_every_column_is_said_anew_when_a_draft_is_changed(ledger: Ledger):
    drafts = every_draft(ledger)
    saved = save_drafts(new=[new for new, _ in drafts], actor="test")
    for draft, (new, came_to) in zip(saved, drafts, strict=True):
        plain = replace(
            new, category_id=None, due_on=None, back_office_code=None, payment_preference_id=None, received_on=None,
            received_by=None, intended_ids=(), issue_reason=None, order_reference=None,
            credit_reason_id=None, metadata={},
        )  # fmt: skip
        update_draft(transaction_id=draft.pk, new=plain, actor="somebody")
        gone = {
            "category_id", "due_on", "back_office_code", "payment_preference_id", "received_on", "intended_ids",
            "issue_reason", "credit_reason_id", "order_reference",
        }  # fmt: skip
        expected = {**dict.fromkeys(columns_of(DraftColumns)), **came_to, **dict.fromkeys(gone), "metadata": {}}
        expected["received_by"] = "somebody" if new.classification is C.PAYMENT else None
        assert kept(draft.pk) == expected
