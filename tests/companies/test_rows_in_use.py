"""A configuration row that something relies on stays in use, and a ledger account keeps its kind.

Every foreign key and list of a model that leads to a configuration row is walked: it is guarded, or says why not.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.transaction import atomic
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed
from tests.gateways.conftest import make_desk

from subledger.catalog.models import Product
from subledger.companies import entries
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.owned import Catalogue
from subledger.gateways.models import Provider
from subledger.gateways.services.providers import save_provider
from subledger.journal.models import LedgerAccount
from subledger.retries.models import DeclineCode
from subledger.transactions.models import Category, PaymentMethod, TransactionDefinition, TransactionType

KEPT = "is data: it goes on with the row that it was made with, and new use of one that is not in use is refused"
OWN = "belongs to the row that it names, and ends with it"
LIST = "is a list to choose from: what is not in use is no choice"
UNGUARDED = {
    "Account.classification": KEPT,
    "Account.credit_rating": KEPT,
    "Account.presentment_preference": KEPT,
    "AccountPaymentPreference.preference": KEPT,
    "JournalLine.ledger_account": KEPT,
    "DailyTotal.ledger_account": KEPT,
    "DailyTotalPart.ledger_account": KEPT,
    "Transaction.type": KEPT,
    "Transaction.category": KEPT,
    "Transaction.payment_method": KEPT,
    "Transaction.refund_method": KEPT,
    "Transaction.rejection_reason": KEPT,
    "Transaction.credit_reason": KEPT,
    "TransactionItem.product": KEPT,
    "Lot.product": KEPT,
    "WalletTransaction.product": KEPT,
    "WalletTransaction.tax_rate": KEPT,
    "WalletTransaction.type": KEPT,
    "TransactionItem.tax_rate": KEPT,
    "Message.template": KEPT,
    "PostingRule.type": OWN,
    "PostingRule.product": OWN,
    "PostingRule.product_group": OWN,
    "Product.group": KEPT,
    "UnbookedFact.provider": OWN,
    "GatewayCustomer.provider": OWN,
    "Instrument.provider": OWN,
    "PaymentRequest.provider": OWN,
    "PaymentRun.provider": OWN,
    "MarkedFile.provider": OWN,
    "Charge.provider": OWN,
    "Charge.ledger_account": KEPT,
    "Dispute.provider": OWN,
    "InboxEvent.provider": OWN,
    "Retry.provider": OWN,
    "Retry.plan": KEPT,
    "RefusedDelivery.provider": OWN,
    "DunningRate.plan": OWN,
    "DunningMinimum.plan": OWN,
    "DunningClaim.plan": KEPT,
    "DunningAssignment.plan": KEPT,
    "TransactionType.categories": LIST,
    "Provider.payment_methods": LIST,
    "Provider.refund_methods": LIST,
    "Provider.cancellation_types": LIST,
    "Provider.preferences": LIST,
}


def references() -> Iterator[tuple[Any, str, Any]]:
    """(model, field, configuration model it leads to) of all that lead to one that can be switched off."""
    for model in apps.get_models():
        if not model.__module__.startswith("subledger."):
            continue
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if isinstance(target, type) and issubclass(target, Catalogue):
                yield model, field.name, target


# What is no configuration has no state "in use": a segment that is relied on is not deleted (tests/segments).
USES = [(one.model, use) for one in entries.guarding() for use in one.uses if issubclass(use.of, Catalogue)]
GUARDED = [(user, use.field, use.of) for user, use in USES if not entries.is_list(user, use)]


def test_every_reference_to_a_configuration_row_is_guarded_or_says_why_not():
    found = {f"{model.__name__}.{field}" for model, field, _ in references()}
    held = {f"{user.__name__}.{use.field}" for user, use in USES}
    assert found - held == set(UNGUARDED)
    assert held <= found


def new_target(model: Any) -> Any:
    """A row of a configuration table that nothing uses yet."""
    like = model.objects.filter(is_active=True).order_by("pk").first()
    code = f"used-{uuid.uuid4().hex[:8]}"
    values = {
        field.name: getattr(like, field.name)
        for field in model._meta.fields
        if like is not None and field.name not in ("id", "company", "code", "name", "is_default")
    }
    lists = {field.name: list(getattr(like, field.name).all()) for field in model._meta.many_to_many}
    made = save_entry(model=model, ident=None, values={**values, **lists, "code": code, "name": code}, actor="test")
    return made


@pytest.mark.few(10)
@pytest.mark.parametrize(("user", "field", "target"), GUARDED, ids=lambda one: getattr(one, "__name__", one))
def test_what_a_row_relies_on_stays_in_use(ledger, user, field, target):
    if Provider in (user, target):
        make_desk(ledger)
    if user is DeclineCode:
        save_entry(model=DeclineCode, ident=None, values={"code": "51", "decline_class": "soft"}, actor="test")
    if user is Product:
        save_entry(model=Product, ident=None, values={"code": "access", "name": "Access"}, actor="test")
    if target is Category:
        save_entry(model=Category, ident=None, values={"code": "group", "name": "Group"}, actor="test")
    row = new_target(target)
    holder = new_target(user) if user is Category else user.objects.order_by("pk").first()
    user.objects.filter(pk=holder.pk).update(**{field: row})
    with pytest.raises(ConfigurationInvalid, match=r"stays in use: it is .* Choose another there first") as refused:
        save_entry(model=target, ident=row.pk, values={"is_active": False}, actor="test")
    assert refused.value.param == "/is_active"
    assert target.objects.get(pk=row.pk).is_active


def test_the_last_method_of_a_type_stays_in_use(company):
    cash = PaymentMethod.objects.get(code="cash")
    other = new_target(PaymentMethod)
    values = {"code": "till", "name": "Till", "classification": "payment", "payment_methods": [cash, other]}
    kind = save_entry(model=TransactionType, ident=None, values=values, actor="test")
    save_entry(model=PaymentMethod, ident=other.pk, values={"is_active": False}, actor="test")
    with pytest.raises(ConfigurationInvalid, match="the last method in use of the type 'Till'"):
        save_entry(model=PaymentMethod, ident=cash.pk, values={"is_active": False}, actor="test")
    save_entry(model=TransactionType, ident=kind.pk, values={"is_active": False}, actor="test")
    save_entry(model=PaymentMethod, ident=cash.pk, values={"is_active": False}, actor="test")


def test_a_ledger_account_keeps_its_kind_while_something_relies_on_it(ledger):
    desk, free = make_desk(ledger), new_target(LedgerAccount)
    fees = save_entry(
        model=LedgerAccount, ident=None, values={"code": "5201", "name": "Fees", "kind": "expense"}, actor="test"
    )
    save_provider(ident=desk.provider.pk, values={"fee_account": fees}, actor="test")
    with pytest.raises(ConfigurationInvalid, match="keeps its kind: it is where fees are booked of the provider 'Toy"):
        save_entry(model=LedgerAccount, ident=fees.pk, values={"kind": "asset"}, actor="test")
    save_entry(model=LedgerAccount, ident=free.pk, values={"kind": "liability"}, actor="test")
    other = new_target(LedgerAccount)
    save_entry(model=LedgerAccount, ident=other.pk, values={"kind": "asset"}, actor="test")
    TransactionDefinition.objects.update(exchange_gain=other)
    ledger.invoice(10)
    with_entries = LedgerAccount.objects.filter(journalline__isnull=False).order_by("pk").first()
    for row in (other, with_entries):
        with pytest.raises(ConfigurationInvalid, match="keeps its kind") as refused:
            save_entry(model=LedgerAccount, ident=row.pk, values={"kind": "equity"}, actor="test")
        assert refused.value.param == "/kind"


def test_fees_go_to_an_expense_account(ledger):
    desk = make_desk(ledger)
    asset = LedgerAccount.objects.filter(kind="asset").order_by("pk").first()
    with pytest.raises(ConfigurationInvalid, match="Fees of a gateway are an expense") as refused:
        save_provider(ident=desk.provider.pk, values={"fee_account": asset}, actor="test")
    assert refused.value.param == "/fee_account"


def test_no_row_that_is_referred_to_is_deleted(company):
    """By no door and no statement: a foreign key keeps it, or its table refuses to delete."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE right(tgname, 12) = '_append_only'", [])
        tables = {table for (table,) in cursor.fetchall()}
    lets_go = []
    for model, name, target in references():
        field = model._meta.get_field(name)
        is_kept = field.many_to_many or field.remote_field.on_delete is models.PROTECT
        if not is_kept and target._meta.db_table not in tables:
            lets_go.append(str(field))
    assert lets_go == []
    with atomic(), pytest.raises(IntegrityError, match="DELETE is refused"):
        LedgerAccount.objects.filter(pk=new_target(LedgerAccount).pk).delete()
