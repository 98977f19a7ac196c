"""Two people edit the same thing: whoever saves an older form is told, sees what stands now, and loses nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.pages.conftest import token_in, version_in
from tests.pages.test_documents import items, type_of

from subledger.accounts.models import Customer
from subledger.accounts.services import update_account, update_customer
from subledger.catalog.models import TaxRate
from subledger.companies.entries import save_entry
from subledger.companies.formats import set_company_formats
from subledger.companies.models import Company, Membership
from subledger.companies.services import add_member
from subledger.dunning.models import DunningPlan
from subledger.gateways.models import Provider
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.states import ProviderState
from subledger.page_kit.kinds import kind_named, kinds
from subledger.transactions.models import PaymentMethod, Transaction, TransactionItem
from subledger.transactions.services.drafts import reject_drafts, save_drafts, update_draft
from subledger.transactions.states import Classification as C

pytestmark = pytest.mark.sampled(3)


def says(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).replace("\xa0", " ").split())


def address(draft: Transaction) -> str:
    return reverse("backoffice:transaction_edit", args=[draft.pk])


def typed_line(price: str, description: str = "Hours") -> dict[str, object]:
    return {"type": type_of("invoice"), **items({"description": description, "price": price})}


@pytest.fixture
def draft(ledger) -> Transaction:
    [row] = save_drafts(new=[ledger.new(C.INVOICE, 80)], actor="test")
    return row


@pytest.mark.parametrize("then", ["draft", "post"])
def test_a_draft_that_another_changed_is_neither_saved_nor_reviewed(desk, company, draft, then):
    opened = desk.get(address(draft))
    ApiClient(company).patch(f"invoices/{draft.public_id}", {"back_office_code": "PO-7", "items": [
        {"description": "Days", "unit_amount": 99_00}]})  # fmt: skip
    typed = {**typed_line("10"), "then": then, "once": "a"}
    refused = desk.post(address(draft), {**typed, **version_in(opened)})
    assert (refused.status_code, refused.refusal_code) == (409, "changed_meanwhile")
    told = says(refused)
    assert "somebody changed this draft after it was shown to you" in told
    assert "API key" in told, "who changed it"
    assert "Description: Days" in told
    assert "Price: 99.00" in told
    assert "PO-7" in told, "what stands now"
    assert 'value="10"' in refused.content.decode(), "what was typed is kept"
    assert "Post it for good?" not in told
    draft.refresh_from_db()
    assert (draft.amount_minor, draft.back_office_code, draft.state) == (9_900, "PO-7", "draft")
    again = {**typed, "back_office_code": "PO-7", **version_in(refused)}
    saved = desk.post(address(draft), again)
    if then == "post":
        saved = desk.post(address(draft), {**again, **token_in(saved)})
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert (draft.amount_minor, draft.back_office_code) == (1_000, "PO-7")


def test_a_draft_that_was_changed_after_its_review_is_not_posted(desk, ledger, draft):
    typed = {**typed_line("10"), "then": "post", "once": "a", **version_in(desk.get(address(draft)))}
    review = desk.post(address(draft), typed)
    assert "Post it for good?" in says(review)
    update_draft(transaction_id=draft.pk, new=ledger.new(C.INVOICE, 80, issue_reason=None, note=None,
                 back_office_code="PO-8"), actor="test")  # fmt: skip
    refused = desk.post(address(draft), {**typed, **token_in(review)})
    assert refused.refusal_code == "changed_meanwhile"
    draft.refresh_from_db()
    assert (draft.state, draft.back_office_code, draft.amount_minor) == ("draft", "PO-8", 8_000)


def test_a_form_that_could_not_be_read_keeps_the_version_it_was_opened_with(desk, ledger, draft):
    opened = version_in(desk.get(address(draft)))
    update_draft(transaction_id=draft.pk, new=ledger.new(C.INVOICE, 81), actor="test")
    unreadable = {**typed_line("10"), "due_on": "soon", "then": "draft"}
    assert version_in(desk.post(address(draft), {**unreadable, **opened})) == opened
    more = desk.post(address(draft), {**typed_line("10"), "add_row": "1", **opened})
    assert version_in(more) == opened


def test_what_was_changed_and_changed_back_is_no_change(desk, ledger, draft):
    opened = version_in(desk.get(address(draft)))
    for amount in (81, 80):
        update_draft(transaction_id=draft.pk, new=ledger.new(C.INVOICE, amount), actor="test")
    assert desk.post(address(draft), {**typed_line("10"), "then": "draft", **opened}).status_code == 302


@pytest.mark.parametrize("kind", [C.PAYMENT, C.REFUND, C.CREDIT_NOTE])
def test_drafts_of_every_kind_are_guarded(desk, ledger, kind):
    ledger.payment(500)
    [draft] = save_drafts(new=[ledger.new(kind, 5)], actor="test")
    opened = version_in(desk.get(address(draft)))
    update_draft(transaction_id=draft.pk, new=ledger.new(kind, 6), actor="test")
    said = items({"price": "7"}) if kind is C.CREDIT_NOTE else {"amount": "7"}
    refused = desk.post(address(draft), {"type": type_of(kind.value), **said, "then": "draft", **opened})
    assert refused.refusal_code == "changed_meanwhile"
    draft.refresh_from_db()
    assert draft.amount_minor == 600


def test_a_draft_that_was_rejected_meanwhile_is_refused_for_that(desk, ledger, draft):
    from subledger.transactions.models import Reason

    opened = version_in(desk.get(address(draft)))
    reject_drafts(transaction_ids=[draft.pk], reason=Reason.objects.first(), actor="test")
    refused = desk.post(address(draft), {**typed_line("10"), "then": "draft", **opened})
    assert refused.refusal_code == "transition_not_allowed"


class Edited:
    """One thing with a form: where it is, how another changes it, what is typed then, and what it says."""

    def __init__(self, ledger: Any) -> None:
        self.account, self.customer = ledger.account, ledger.account.customer

    def of(self, thing: str) -> tuple[str, Any, dict[str, Any], Any]:
        return getattr(self, f"of_{thing}")()

    def of_customer(self) -> Any:
        row = self.customer
        return (
            reverse("backoffice:customer_edit", args=[row.pk]),
            lambda: update_customer(customer_id=row.pk, changes={"email": "new@example.com"}, actor="test"),
            {"name": "Mine", "code": row.code},
            lambda: (Customer.objects.get(pk=row.pk).name == "Mine", Customer.objects.get(pk=row.pk).email),
        )

    def of_account(self) -> Any:
        row = self.account

        def told() -> Any:
            row.refresh_from_db()
            return row.name == "Mine", row.billing_address

        return (
            reverse("backoffice:account_edit", args=[row.pk]),
            lambda: update_account(account_id=row.pk, changes={"billing_address": "new@example.com"}, actor="test"),
            {"name": "Mine"},
            told,
        )

    def of_entry(self) -> Any:
        row = PaymentMethod.objects.order_by("pk").first()
        assert row is not None
        values = {"description": "new@example.com"}

        def told() -> Any:
            row.refresh_from_db()
            return row.name == "Mine", row.description

        return (
            reverse("backoffice:entry", args=["payment-methods", row.public_id]),
            lambda: save_entry(model=PaymentMethod, ident=row.pk, values=values, actor="test"),
            {"name": "Mine", "code": row.code, "ledger_account": row.ledger_account_id, "is_active": "on"},
            told,
        )

    def of_role(self) -> Any:
        from subledger.companies.models import Role

        row = Role.objects.get(code="agent")
        values = {"permissions": ["view", "notes.add"]}

        def told() -> Any:
            row.refresh_from_db()
            return row.name == "Mine", "new@example.com" if row.permissions == values["permissions"] else ""

        return (
            reverse("backoffice:entry", args=["roles", row.public_id]),
            lambda: save_entry(model=Role, ident=row.pk, values=values, actor="test"),
            {"name": "Mine", "code": row.code, "permissions": ["view", "customers.edit"]},
            told,
        )

    def of_provider(self) -> Any:
        row = save_provider(ident=None, values={"kind": "generic", "code": "clerk", "name": "Clerk"}, actor="test")
        values = {"action_hours": 5}

        def told() -> Any:
            found = Provider.objects.get(pk=row.pk)
            return found.name == "Mine", "new@example.com" if found.action_hours == 5 else ""

        return (
            reverse("backoffice:provider_edit", args=[row.pk]),
            lambda: save_provider(ident=row.pk, values=values, actor="test"),
            {"name": "Mine", "code": "clerk", "mode": "test", "action_hours": "23"},
            told,
        )


@pytest.mark.parametrize("thing", ["customer", "account", "entry", "role", "provider"])
def test_what_another_saved_first_is_not_overwritten(desk, ledger, thing):
    url, change, typed, told = Edited(ledger).of(thing)
    opened = version_in(desk.get(url))
    change()
    refused = desk.post(url, {**typed, **opened})
    assert (refused.status_code, refused.refusal_code) == (409, "changed_meanwhile"), says(refused)[:2000]
    assert "Changed meanwhile" in says(refused)
    assert told() == (False, "new@example.com")
    assert 'value="Mine"' in refused.content.decode()
    saved = desk.post(url, {**typed, **version_in(refused)})
    assert saved.status_code == 302, says(saved)[:2000]
    assert told()[0]


@pytest.mark.few(11)
@pytest.mark.parametrize("slug", sorted(kinds()))
def test_every_entry_of_the_configuration_carries_its_version(desk, company, ledger, slug):
    kind = kind_named(slug)
    row = kind.model.objects.first()
    if row is None:
        plan = DunningPlan.objects.first()
        own = {
            "decline-codes": {"code": "x", "decline_class": "soft"},
            "dunning-minimums": {"plan": plan, "amount": Decimal(500), "currency": "eur"},
        }
        values = own.get(slug, {"code": "x", "name": "X"})
        row = save_entry(model=kind.model, ident=None, values=values, actor="test")
    assert version_in(desk.get(reverse("backoffice:entry", args=[slug, row.public_id])))


def test_a_tax_rate_that_another_corrected_is_not_set_back(desk, ledger):
    rate = TaxRate.objects.get(code="standard")
    url = reverse("backoffice:entry", args=["tax-rates", rate.public_id])
    opened = version_in(desk.get(url))
    save_entry(model=TaxRate, ident=rate.pk, values={"percent": 21}, actor="test")
    typed = {"code": rate.code, "name": "Standard rate", "percent": "19", "category": "S", "is_active": "on"}
    refused = desk.post(url, {**typed, **opened})
    assert refused.refusal_code == "changed_meanwhile"
    rate.refresh_from_db()
    assert rate.percent == 21


def test_the_formats_of_a_company_are_guarded(desk, company):
    url = reverse("backoffice:formats")
    opened = version_in(desk.get(url))
    set_company_formats(number_format="1.234,56", date_format="", actor="test")
    refused = desk.post(url, {"number_format": "", "date_format": "", **opened})
    assert refused.refusal_code == "changed_meanwhile"
    assert Company.objects.get(pk=company.pk).number_format == "1.234,56"


@pytest.mark.wide
def test_the_role_of_a_person_is_guarded(desk, books):
    row = books.colleague
    url = reverse("backoffice:person_role", args=[row.pk])
    opened = version_in(desk.get(url))
    add_member(user=row.user, role="auditor", actor="test")
    refused = desk.post(url, {"role": row.role_id, **opened})
    assert refused.refusal_code == "changed_meanwhile"
    assert Membership.objects.get(pk=row.pk).role.code == "auditor"


def test_a_provider_that_was_activated_meanwhile_is_saved(desk, ledger):
    """Its state has an action of its own, and no form would set it back."""
    url, _, typed, _ = Edited(ledger).of("provider")
    row = Provider.objects.get(code="clerk")
    opened = version_in(desk.get(url))
    save_provider(ident=row.pk, values={"payment_methods": list(PaymentMethod.objects.all()[:1])}, actor="test")
    opened = version_in(desk.get(url))
    set_state(provider_id=row.pk, state=ProviderState.EFFECTIVE, actor="test")
    method = PaymentMethod.objects.order_by("pk")[0].pk
    answer = desk.post(url, {**typed, "payment_methods": [method], **opened})
    assert answer.status_code == 302, says(answer)[:2000]


def test_lines_of_a_draft_keep_their_version_however_often_they_are_written(desk, ledger, draft):
    opened = version_in(desk.get(address(draft)))
    update_draft(transaction_id=draft.pk, new=ledger.new(C.INVOICE, 80), actor="test")
    assert version_in(desk.get(address(draft))) == opened
    assert TransactionItem.objects.filter(transaction_id=draft.pk).count() == 1
