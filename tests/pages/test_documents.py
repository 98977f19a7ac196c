"""Entering documents: what is typed becomes what is posted; what cannot be comes back with its reason and as typed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from tests.factories import company_at_work
from tests.pages.conftest import reviewed

from subledger.accounts.models import PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.accounts.services import update_account
from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products, create_tax_rate
from subledger.companies.entries import save_entry
from subledger.transactions.models import Transaction, TransactionDefinition, TransactionItem, TransactionType
from subledger.transactions.states import Classification as C


def type_of(kind: str) -> int:
    return TransactionType.objects.get(classification=kind, is_default=True).pk


def items(*lines: dict[str, object]) -> dict[str, object]:
    typed: dict[str, object] = {"items-TOTAL_FORMS": len(lines), "items-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        defaults = {"quantity": "1", "price_is": "unit"}
        if line.get("price") and not line.get("product"):
            defaults["description"] = "Services"
        typed |= {f"items-{number}-{name}": value for name, value in {**defaults, **line}.items()}
    return typed


@pytest.fixture
def enter(desk, ledger):
    """``enter("invoice", {...})`` types into the form of a new document and sends it."""

    def send(kind: str, typed: dict[str, object], then: str = "post", account=None):
        url = reverse("backoffice:transaction_new", args=[(account or ledger.account).pk, kind])
        return reviewed(desk, url, {"type": type_of(kind), "then": then, **typed})

    return send


def made(answer) -> Transaction:
    assert answer.status_code == 302, answer.content.decode()[:3000]
    from subledger.kernel import ids

    return Transaction.objects.get(pk=ids.decode("txn", answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def test_an_invoice_is_posted_with_its_items(enter, ledger):
    standard = TaxRate.objects.get(code="standard")
    [product] = create_products(
        new=[
            {"code": "fibre", "name": "Fibre", "unit_amount": Decimal("4990"), "currency": "eur", "tax_rate": standard}
        ],
        actor="test",
    )
    posted = made(
        enter(
            "invoice",
            items(
                {"product": product.pk, "quantity": "2"},
                {"description": "Hours", "quantity": "2.5", "price": "80", "discount": "10%", "tax_rate": standard.pk},
                {"description": "Travel", "price": "119", "price_is": "unit_with_tax", "tax_rate": standard.pk},
                {"description": "Fixed", "price": "50.00", "price_is": "sub_total", "discount": "5"},
                {"description": "", "quantity": "1"},  # an empty line says nothing
            ),
        )
    )
    assert (posted.classification, posted.state, posted.number) == ("invoice", "posted", "INV00000001")
    rows = list(TransactionItem.objects.filter(transaction_id=posted.pk).order_by("position"))
    assert [row.description for row in rows] == ["Fibre", "Hours", "Travel", "Fixed"]
    assert [row.sub_total_minor for row in rows] == [11876, 21420, 11900, 5000]
    assert [row.net_minor for row in rows] == [9980, 20000, 10000, 5500]
    assert [row.discount_minor for row in rows] == [0, 2000, 0, 500]
    assert posted.created_by.startswith("user:person-")


def test_a_credit_note_and_a_payment_settle_what_they_are_meant_for(enter, ledger):
    first = ledger.invoice(100, on="04/05", due="01/06")
    second = ledger.invoice(100, on="04/05", due="10/06")
    ident = Transaction.objects.get(pk=second.id).public_id
    paid = made(enter("payment", {"amount": "60", "intended": [ident], "received_by": "desk 1"}))
    noted = made(enter("credit_note", {**items({"price": "40"}), "intended": [ident], "issue_reason": "Damaged"}))
    assert (ledger.unsettled(first), ledger.unsettled(second)) == (100, 0)
    assert {link[3] for link in ledger.links()} == {"against_item"}
    assert (paid.received_by, noted.issue_reason) == ("desk 1", "Damaged")


def test_a_refund_above_the_credit_limit_is_asked_about(enter, ledger):
    ledger.payment(100)
    update_account(account_id=ledger.account.pk, changes={"credit_limit_minor": 5_000}, actor="test")
    asked = enter("refund", {"amount": "180", "confirm_above_credit": "on"})  # reviewed, and the other box left open
    content = asked.content.decode()
    assert asked.status_code == 409
    assert asked.refusal_code == "credit_limit_exceeded"
    assert "Post it for good?" in content
    assert "to 80.00 EUR, above the credit limit of 50.00 EUR." in content
    assert 'value="180"' in content
    assert '<input type="checkbox" name="confirm_credit_limit"' in content
    both = {"confirm_credit_limit": "on", "confirm_above_credit": "on"}
    posted = made(enter("refund", {"amount": "180", **both}))
    assert (posted.amount_minor, ledger.balance()) == (18_000, 80)


def test_a_way_to_pay_of_the_account_can_be_chosen(enter, ledger):
    way = set_payment_preference(
        account_id=ledger.account.pk,
        preference=PaymentPreference.objects.get(code="direct_debit"),
        details={"reference": "IT60X"},
        is_default=True,
        actor="test",
    )
    posted = made(enter("payment", {"amount": "10", "payment_preference": way.public_id}))
    assert posted.payment_preference_id == way.pk


def test_a_draft_is_kept_changed_and_posted(enter, desk, ledger):
    draft = made(
        enter("invoice", {**items({"description": "Hours", "price": "10"}), "note": "To be checked"}, then="draft")
    )
    assert (draft.state, ledger.balance()) == ("draft", 0)
    url = reverse("backoffice:transaction_edit", args=[draft.pk])
    shown = desk.get(url).content.decode()
    assert 'value="Hours"' in shown
    assert 'value="10.00"' in shown
    changed = {**items({"description": "Hours", "price": "12.50", "quantity": "2"}), "type": type_of("invoice")}
    assert desk.post(url, {**changed, "then": "draft"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.amount_minor) == ("draft", 2_500)
    assert reviewed(desk, url, {**changed, "then": "post"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("posted", "INV00000001")
    assert desk.get(url).status_code == 409  # only drafts are editable


@pytest.mark.parametrize(
    ("tax_inclusive", "unit", "discount"), [(True, "1000", "3.33"), (False, "333.335", "7.77"), (True, "99.99", "12.5")]
)
def test_a_draft_that_is_opened_and_saved_unchanged_comes_to_the_same(desk, ledger, tax_inclusive, unit, discount):
    from subledger.transactions.rules.items import NewItem
    from subledger.transactions.services.drafts import save_drafts

    rate = TaxRate.objects.get(code="standard")
    item = NewItem(
        unit_amount=Decimal(unit),
        quantity=Decimal(3),
        tax_percent=rate.percent,
        tax_rate_id=rate.pk,
        tax_inclusive=tax_inclusive,
        discount_percent=Decimal(discount),
        description="Services",
    )
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, items=(item,), accept_due_date=False)], actor="test")
    before = (draft.net_minor, draft.discount_minor, draft.tax_minor, draft.amount_minor)
    url = reverse("backoffice:transaction_edit", args=[draft.pk])
    context = desk.get(url).context
    line = {name: value for name, value in context["items"].forms[0].initial.items() if value is not None}
    assert desk.post(url, {**items(line), "type": draft.type_id, "then": "draft"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.net_minor, draft.discount_minor, draft.tax_minor, draft.amount_minor) == before


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("line", "change", "total"),
    [
        ({"price": "100", "discount": "15%"}, {"price": "120"}, 102_00),
        ({"price": "100", "price_is": "unit_with_tax", "discount": "10%"}, {"quantity": "2"}, 180_00),
        ({"price": "119", "price_is": "unit_with_tax", "discount": "19"}, {"quantity": "2"}, 219_00),
        ({"price": "69.00", "price_is": "sub_total"}, {"quantity": "3"}, 69_00),
    ],
)
def test_a_draft_is_edited_as_it_was_entered(enter, desk, line, change, total):
    rate = TaxRate.objects.get(code="standard") if line.get("price_is") else None
    entered = items({"description": "Services", **line, "tax_rate": rate.pk if rate else ""})
    draft = made(enter("invoice", entered, then="draft"))
    url = reverse("backoffice:transaction_edit", args=[draft.pk])
    shown = {k: "" if v is None else v for k, v in desk.get(url).context["items"].forms[0].initial.items()}
    assert {name: shown[name] for name in ("discount", "price_is") if name in line} == {
        name: line[name] + (".00" if line[name] == "19" else "") for name in ("discount", "price_is") if name in line
    }
    assert desk.post(url, {**items({**shown, **change}), "type": draft.type_id, "then": "draft"}).status_code == 302
    draft.refresh_from_db()
    assert draft.amount_minor == total


def test_a_product_out_of_use_is_still_shown_on_the_draft_that_has_it(enter, desk):
    [product] = create_products(
        new=[{"code": "c", "name": "Card", "unit_amount": Decimal(1000), "currency": "eur"}], actor="test"
    )
    draft = made(enter("invoice", items({"product": product.pk}), then="draft"))
    save_entry(model=Product, ident=product.pk, values={"is_active": False}, actor="test")
    form = desk.get(reverse("backoffice:transaction_edit", args=[draft.pk])).context["items"].forms[0]
    assert (form.initial["product"], "Card") in form.fields["product"].choices


def test_refused_posting_of_a_changed_draft_leaves_the_draft_as_it_was(desk, ledger):
    from subledger.transactions.services.drafts import save_drafts

    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="test")
    url = reverse("backoffice:transaction_edit", args=[draft.pk])
    typed = {"type": draft.type_id, "amount": "99", "posted_on": "2027-01-01", "then": "post"}
    assert desk.post(url, typed).status_code == 422
    draft.refresh_from_db()
    assert draft.amount_minor == 1_000


def test_a_line_is_added_without_scripts_and_nothing_typed_is_lost(enter, ledger):
    answer = enter(
        "invoice",
        {
            **items({"description": "Hours", "price": "oops"}),
            "add_row": "1",
            "back_office_code": "B-7",
            "due_on": "2026-06-19",
        },
    )
    content = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="items-1-description"' in content
    assert 'value="oops"' in content
    assert 'value="B-7"' in content
    assert 'value="2026-06-19"' in content
    assert Transaction.objects.count() == 0


BAD = [
    ("payment", {"amount": "abc"}, 422, "amount_invalid"),
    ("payment", {"amount": "0"}, 422, "amount_invalid"),
    ("payment", {"amount": "-5"}, 422, "amount_invalid"),
    ("payment", {"amount": "1.005"}, 422, "amount_invalid"),
    ("payment", {"amount": "90071992547409.93"}, 422, "amount_invalid"),
    ("payment", {"amount": "1e400"}, 422, "amount_invalid"),
    ("payment", {"amount": "5", "posted_on": "2026-12-31"}, 422, "posted_on_invalid"),
    ("refund", {"amount": "5"}, 409, "refund_needs_credit_balance"),
    ("invoice", {}, 422, "items_missing"),
    ("invoice", {"price": "1", "quantity": "0"}, 422, "item_invalid"),
    ("invoice", {"price": "1", "quantity": "NaN"}, 422, "number_invalid"),
    ("invoice", {"price": "x"}, 422, "number_invalid"),
    ("invoice", {"price": "-1"}, 422, "total_below_zero"),
    ("invoice", {"price": "1.000"}, 422, "number_invalid"),
    ("payment", {"amount": "1.000"}, 422, "amount_invalid"),
    ("invoice", {"price": "10", "discount": "11"}, 422, "item_invalid"),
    ("invoice", {"price": "10", "discount": "101%"}, 422, "item_invalid"),
    ("invoice", {"description": "no price"}, 422, "item_invalid"),
    ("invoice", {"price": "1", "due_on": "2026-05-21"}, 422, "due_date_invalid"),
]


@pytest.mark.few(7)
@pytest.mark.parametrize(("kind", "typed", "status", "code"), BAD)
def test_bad_input_is_refused_with_its_code_and_kept(enter, ledger, kind, typed, status, code):
    typed = {"back_office_code": "kept-as-typed", **typed}
    if kind == "invoice":
        line = {name: typed.pop(name) for name in ("price", "quantity", "discount", "description") if name in typed}
        typed |= items(*([line] if line else []))
    answer = enter(kind, typed)
    content = answer.content.decode()
    assert answer.status_code == status
    assert answer.refusal_code == code
    assert 'value="kept-as-typed"' in content
    assert Transaction.objects.count() == 0


def test_a_day_that_does_not_exist_is_said_at_its_field(enter, ledger):
    answer = enter("payment", {"amount": "5", "received_on": "2026-02-30"})
    content = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in content
    assert 'value="2026-02-30"' in content


def test_what_belongs_to_another_company_cannot_be_chosen(enter, ledger):
    with company_at_work():
        stranger = TransactionType.objects.get(classification="payment", is_default=True)
        product = Product.objects.first()
    assert enter("payment", {"amount": "5", "type": stranger.pk}).status_code == 422
    assert enter("invoice", items({"product": product.pk, "price": "5"})).status_code == 422
    assert Transaction.objects.count() == 0


def test_who_may_draft_but_not_refund_is_refused_at_posting(sit, ledger):
    ledger.payment(50)
    agent = sit("agent")
    url = reverse("backoffice:transaction_new", args=[ledger.account.pk, "refund"])
    typed = {"type": type_of("refund"), "amount": "5"}
    assert b'value="post"' not in agent.get(url).content
    assert agent.post(url, {**typed, "then": "post"}).status_code == 403
    assert agent.post(url, {**typed, "then": "draft"}).status_code == 302
    assert Transaction.objects.get(classification="refund").state == "draft"


def test_amounts_are_read_in_the_decimals_of_the_accounts_currency(enter, ledger):
    from datetime import date

    from subledger.journal.services import NewRate, enter_rates

    enter_rates(rates=[NewRate(code, date(2026, 1, 1), Decimal("0.5")) for code in ("jpy", "kwd")], actor="test")
    yen, dinar = ledger.open("Yuki", currency="jpy"), ledger.open("Amal", currency="kwd")
    assert enter("payment", {"amount": "12.5"}, account=yen).status_code == 422
    assert made(enter("payment", {"amount": "1250"}, account=yen)).amount_minor == 1250
    assert made(enter("payment", {"amount": "1.255"}, account=dinar)).amount_minor == 1255


def test_a_line_of_which_the_default_tax_alone_is_said_is_none(enter, desk, ledger):
    """Whatever tax a new line begins with, and whether somebody takes it out of an empty one."""
    rate = create_tax_rate(code="t19", name="Tax 19 %", percent=Decimal(19), actor="test")
    TransactionDefinition.objects.update(default_tax_rate=rate)
    line = {"description": "Setup", "price": "100", "tax_rate": rate.pk}
    for tax in (rate.pk, ""):
        invoice = made(enter("invoice", items(line, {"tax_rate": tax}), then="save"))
        assert (invoice.amount_minor, invoice.items.count()) == (11900, 1)
    assert enter("invoice", items({"tax_rate": ""}), then="save").status_code == 422


def test_a_tax_is_chosen_by_its_name_and_its_percentage(desk, ledger):
    for code, name, percent in (("red", "Ridotta", 10), ("std", "IVA 22 %", 22)):
        create_tax_rate(code=code, name=name, percent=Decimal(percent), actor="test")
    page = desk.get(reverse("backoffice:transaction_new", args=[ledger.account.pk, "invoice"])).content.decode()
    assert ">Ridotta (10 %)</option>" in page
    assert ">IVA 22 %</option>" in page
