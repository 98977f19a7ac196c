"""A card number is kept nowhere: every text that people and programs can write refuses it, at each door alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from tests.doors import texts_of_rooms
from tests.doors.conftest import said
from tests.endings import reopen_books
from tests.factories import Ledger
from tests.pages.conftest import member

from subledger.accounts.contacts import add_contacts
from subledger.accounts.models import (
    Account,
    AccountClassification,
    AccountDefinition,
    AccountPaymentPreference,
    CreditRating,
    Customer,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.services import (
    change_account_state,
    create_customers,
    open_accounts,
    update_account,
    update_customer,
)
from subledger.catalog.models import Product, ProductGroup, TaxRate
from subledger.catalog.services import create_products
from subledger.companies.entries import save_entry
from subledger.companies.models import Company, Membership, Role
from subledger.companies.saved_views import choose_columns, save_view
from subledger.companies.services import create_api_key, create_company
from subledger.journal.models import LedgerAccount
from subledger.journal.services import close_period
from subledger.kernel.cards import CardNumberRefused, card_number_in
from subledger.kernel.names import TRANSLATIONS
from subledger.platform.events import add_note
from subledger.platform.rooms import installed
from subledger.transactions.models import (
    Category,
    CreditReason,
    PaymentMethod,
    Reason,
    RefundMethod,
    Transaction,
    TransactionType,
)
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services import actions
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification as C

CARD = "4242 4242 4242 4242"
CONFIGURED = (
    AccountClassification, CreditRating, PaymentPreference, PresentmentPreference, AccountDefinition, TaxRate, Product,
    ProductGroup, LedgerAccount, PaymentMethod, RefundMethod, Category, CreditReason, Reason, TransactionType, Role,
)  # fmt: skip
CUSTOMER = [f.name for f in Customer._meta.fields if isinstance(f, models.CharField) and f.name != "country"]
ACCOUNT = ["code", "name", "description", "tax_number", "billing_address", "buyer_reference", "electronic_address"]
CONTACT = ["name", "email", "phone", "language"]
DETAILS = ["reference", "account_holder", "mandate_reference"]


def _new(x: Ledger, **fields: Any) -> Any:
    return x.new(C.PAYMENT, 1, **fields)


def _customer(x: Ledger, **fields: Any) -> Any:
    return create_customers(new=[{"name": "Ann", **fields}], actor="test")  # type: ignore[typeddict-item]


def _account(x: Ledger, **fields: Any) -> Any:
    return open_accounts(new=[{"customer": x.account.customer, **fields}], actor="test")  # type: ignore[typeddict-item]


def _contact(x: Ledger, **fields: Any) -> Any:
    new: Any = {"customer": x.account.customer, "name": "Eva", **fields}
    return add_contacts(new=[new], actor="test")


def _way(x: Ledger, details: dict[str, str], code: str = "direct_debit") -> Any:
    return set_payment_preference(
        account_id=x.account.pk,
        preference=PaymentPreference.objects.get(code=code),
        details=details,
        is_default=False,
        actor="test",
    )


def _item(x: Ledger) -> tuple[NewItem, ...]:
    return (NewItem(sub_total_minor=1, description=CARD),)


def _draft(x: Ledger) -> Any:
    [draft] = save_drafts(new=[_new(x)], actor="test")
    return update_draft(transaction_id=draft.pk, new=_new(x, issue_reason=CARD), actor="test")


def _reopen(x: Ledger) -> Any:
    from datetime import date

    close_period(through=date(2026, 4, 30), actor="test")
    return reopen_books(reason=CARD, actor="test")


def _company(**fields: str) -> Any:
    return create_company(**{"code": "x", "name": "X", "base_currency": "eur", "actor": "test", **fields})  # type: ignore[arg-type]


def _viewer(x: Ledger) -> Membership:
    return Membership.unscoped.get(user=member(Company.objects.get(pk=x.account.company_id), "administrator"))


def _view(x: Ledger, **fields: Any) -> Any:
    return save_view(
        membership=_viewer(x), actor="test", **{"list_name": "accounts", "name": "Mine", "query": "", **fields}
    )


Write = Callable[[Ledger], Any]
# Column of a table -> what writes it.
WRITES: dict[str, list[Write]] = {
    "companies.SavedView.name": [lambda x: _view(x, name=CARD)],
    "companies.SavedView.list_name": [lambda x: _view(x, list_name=CARD)],
    "companies.SavedView.query": [lambda x: _view(x, query=f"q={CARD}")],
    "companies.SavedView.columns": [lambda x: _view(x, columns=[CARD])],
    "companies.ListChoice.list_name": [
        lambda x: choose_columns(membership=_viewer(x), list_name=CARD, columns=["name"])
    ],
    "companies.ListChoice.columns": [
        lambda x: choose_columns(membership=_viewer(x), list_name="accounts", columns=[CARD])
    ],
    **{f"accounts.Customer.{name}": [lambda x, n=name: _customer(x, **{n: CARD})] for name in CUSTOMER},
    **{f"accounts.Account.{name}": [lambda x, n=name: _account(x, **{n: CARD})] for name in ACCOUNT},
    "accounts.Customer.metadata": [
        lambda x: _customer(x, metadata={"pan": CARD}),
        lambda x: _customer(x, metadata={CARD: "pan"}),
        lambda x: update_customer(customer_id=x.account.customer_id, changes={"city": CARD}, actor="test"),
    ],
    "accounts.Account.metadata": [
        lambda x: _account(x, metadata={"pan": CARD}),
        lambda x: update_account(account_id=x.account.pk, changes={"description": CARD}, actor="test"),
    ],
    "accounts.AccountPaymentPreference.details": [
        *(lambda x, n=name: _way(x, {n: CARD}) for name in DETAILS),
        lambda x: _way(x, {"iban": CARD}),
        lambda x: _way(x, {CARD: "x"}),
    ],
    **{f"accounts.ContactPerson.{name}": [lambda x, n=name: _contact(x, **{n: CARD})] for name in CONTACT},
    "accounts.ContactPerson.receives": [lambda x: _contact(x, receives=[CARD])],
    "catalog.Product.metadata": [
        lambda x: create_products(new=[{"code": "p", "name": "P", "metadata": {"pan": CARD}}], actor="test"),
        lambda x: create_products(new=[{"code": "p", "name": CARD}], actor="test"),
        lambda x: save_entry(model=Product, ident=Product.objects.get().pk, values={"description": CARD}, actor="test"),
    ],
    "transactions.Transaction.back_office_code": [lambda x: x.payment(1, back_office_code=CARD)],
    "transactions.Transaction.order_reference": [lambda x: x.invoice(1, order_reference=CARD)],
    "transactions.Transaction.received_by": [lambda x: x.payment(1, received_by=CARD)],
    "transactions.Transaction.issue_reason": [
        lambda x: x.credit_note(1, issue_reason=CARD),
        lambda x: x.cancel(x.payment(1), issue_reason=CARD),
        lambda x: x.write_off(x.invoice(1), issue_reason=CARD),
        lambda x: x.move(x.payment(1), x.open("Ben"), issue_reason=CARD),
        lambda x: x.quick_pay(x.invoice(1), received_by=CARD),
        _draft,
    ],
    "transactions.Transaction.metadata": [lambda x: x.payment(1, metadata={"pan": CARD})],
    "transactions.TransactionItem.description": [lambda x: x.invoice(items=_item(x))],
    "transactions.TransactionItem.metadata": [
        lambda x: x.invoice(items=(NewItem(sub_total_minor=1, description="x", metadata={"card": CARD}),)),
        lambda x: x.invoice(items=(NewItem(sub_total_minor=1, description="x", metadata={CARD: "card"}),)),
    ],
    "platform.Event.data": [
        lambda x: x.payment(1, note=CARD),
        lambda x: add_note(object_type="account", object_id=x.account.pk, text=CARD, actor="test"),
        lambda x: change_account_state(account_id=x.account.pk, action="suspend", reason=CARD, actor="test"),
        lambda x: save_drafts(new=[_new(x, note=CARD)], actor="test"),
        _reopen,
    ],
    "companies.ApiKey.name": [lambda x: create_api_key(name=CARD, actor="test")],
    "companies.Company.name": [lambda x: _company(name=CARD)],
    **{
        f"{model._meta.label}.{field}": [
            lambda x, m=model, f=field: save_entry(
                model=m, ident=None, values={"code": "x", "name": "X", f: CARD}, actor="test"
            )
        ]
        for model in CONFIGURED
        for field in ("code", "name", *TRANSLATIONS.values(), "description", "exemption")
        if field in {f.name for f in model._meta.fields}
    },
}
# Words of a list, numbers of ours, keys, names of people who act: nothing that anybody writes freely.
NOT_WRITTEN = {
    "actor", "type", "object_type", "prefix", "key", "fingerprint", "body", "content_type", "time_zone",
    "base_currency", "country", "permissions", "hint", "secret_hash", "scopes", "allocation_principle", "credit_rule",
    "proximity_operator", "number", "system_role", "state", "currency", "credit_period_operator", "credit_period_unit",
    "created_by", "updated_by", "closed_by", "reopened_by", "kind", "source", "classification", "role", "component",
    "price_is", "intended_ids", "date_format", "number_format", "made_kind", "secret_key",
    "tax_rounding", "principle", "release_reason", "category", "setup", "item", "words", "done_by", "undone_by",
    "settled_by",
}  # fmt: skip
# A company's code is checked by its shape; gateways and imports tell what others said, see their own tests.
ELSEWHERE = {
    "companies.Company.code",
    "companies.Company.language",  # of pages: one of two
    "companies.Membership.language",
    "companies.Company.provided",
    "journal.Source.code",
    "journal.Source.title",
    "platform.Event.request_id",
    "platform.ListenerBacklog.listener",
    "platform.ListenerCursor.name",
    "platform.NumberSeries.code",
    "platform.NumberSeries.format",  # see tests/companies/test_number_series.py
    "platform.NumberSeries.restarts",
    "platform.NumberCounter.series",
    "platform.NumberCounter.period",
    "platform.NumberRange.series",
    "platform.NumberRange.format",
    "platform.NumberRange.restarts",
    "platform.NumberRange.period",
}
WRITES |= texts_of_rooms.WRITES
ELSEWHERE = ELSEWHERE.union(*texts_of_rooms.NOT_WRITTEN.values())


def test_every_text_that_can_be_written_has_a_case():
    texts = models.CharField | models.TextField | models.JSONField | ArrayField
    columns = {
        f"{model._meta.label}.{field.name}": field.name
        for room in installed()
        for model in apps.get_app_config(room.name).get_models()
        if model.__module__.startswith("subledger.")
        for field in model._meta.fields
        if isinstance(field, texts)
    }
    asked = {column for column, name in columns.items() if name not in NOT_WRITTEN}
    assert asked - ELSEWHERE - set(WRITES) == set()
    assert set(WRITES) <= columns.keys() - ELSEWHERE
    assert asked >= ELSEWHERE, "what is there no more, or is never written anyway"


@pytest.mark.few(28)
@pytest.mark.parametrize("column", WRITES)
def test_services_refuse_a_card_number_in(column, ledger):
    for write in WRITES[column]:
        with pytest.raises(CardNumberRefused) as refusal:
            write(ledger)
        assert card_number_in(f"{refusal.value} {refusal.value.param}") is None


@pytest.mark.parametrize("text", ["4242424242424241", "Order 1234567812345670", "DE89 3704 0044 0532 0130 00"])
def test_other_long_numbers_are_kept(ledger, text):
    assert Transaction.objects.get(pk=ledger.payment(1, back_office_code=text).id).back_office_code == text


def test_each_door_refuses_it(doors):
    account = doors.ledger.account
    body = {"account": account.public_id, "amount": 100, "state": "posted", "back_office_code": CARD}
    refused = doors.api.post("payments", body, expect=422)
    assert (refused["code"], refused["param"]) == ("card_number_refused", "/back_office_code")
    note = doors.api.post(f"accounts/{account.public_id}/notes", {"text": CARD}, expect=422)
    assert note["code"] == "card_number_refused"
    kind = TransactionType.objects.get(classification="payment", is_default=True).pk
    typed = {"type": kind, "then": "post", "amount": "1", "back_office_code": CARD}
    answer = doors.send("transaction_new", typed, account.pk, "payment")
    assert answer.status_code == 422
    assert "looks like a card number, ending in 4242" in said(answer)
    row = {"account": "A1", "amount": "1.00", "posted_on": "2026-05-04", "back_office_code": CARD}
    report = doors.file("payments", [row])
    assert [one.code for one in report.rejections] == ["card_number_refused"]
    assert Transaction.objects.count() == 0


def test_a_preference_takes_its_known_details_only(doors):
    preference = PaymentPreference.objects.get(code="direct_debit")
    url = f"accounts/{doors.ledger.account.public_id}/payment_preferences"
    for details in ({"cvc": "123"}, {"pin": "1"}):
        body = {"preference": preference.public_id, "details": details}
        assert doors.api.post(url, body, expect=422)["code"] == "payment_details_invalid"
    kept = {"preference": preference.public_id, "details": {"iban": "de89 3704 0044 0532 0130 00", "bic": ""}}
    assert doors.api.post(url, kept, expect=201)["details"] == {"iban": "DE89370400440532013000"}


@pytest.mark.parametrize(
    "details",
    [
        {"iban": "IT00NOPE"},
        {"bic": "NOPE"},
        {"mandate_reference": "M-1"},
        {"mandate_reference": "M-1", "mandate_signed_on": "2027-01-01"},
        {"mandate_signed_on": "yesterday"},
        {"account_holder": "x" * 71},
    ],
)
def test_api_and_page_refuse_the_same_details(doors, details):
    preference = PaymentPreference.objects.get(code="direct_debit")
    account = doors.ledger.account
    body = {"preference": preference.public_id, "details": details}
    doors.api.post(f"accounts/{account.public_id}/payment_preferences", body, expect=422)
    assert doors.send("account_preference", {"preference": preference.pk, **details}, account.pk).status_code == 422
    assert AccountPaymentPreference.objects.filter(account=account).count() == 0


def test_what_a_gateway_keeps_is_entered_by_nobody(ledger, monkeypatch):
    from subledger.accounts import ways
    from subledger.accounts.errors import RegisteredAtGateway

    card = PaymentPreference.objects.get(code="card")
    monkeypatch.setattr(ways, "keepers", [lambda preference: "Stripe" if preference == card else None])
    with pytest.raises(RegisteredAtGateway, match="kept by Stripe"):
        _way(ledger, {"reference": "x"}, code="card")
    assert _way(ledger, {"reference": "x"}).details == {"reference": "x"}


def test_an_action_on_a_set_refuses_the_one_that_says_it(ledger):
    first, second = ledger.payment(1), ledger.payment(2)
    orders = [Cancel(target_id=first.id, amount=ALL, note=CARD), Cancel(target_id=second.id, amount=ALL, note="Twice")]
    refused, done = actions.cancel(orders=orders, actor="test", collect=True)
    assert isinstance(refused, CardNumberRefused)
    assert (ledger.state(first), ledger.state(second)) == ("posted", "cancelled")
    assert done.number  # type: ignore[union-attr]


def test_accounts_can_be_told_apart_by_long_numbers(ledger):
    update_account(account_id=ledger.account.pk, changes={"code": "3026051812345671"}, actor="test")
    assert Account.objects.get(code="3026051812345671") == ledger.account
