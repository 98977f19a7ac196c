"""What a form comes to before it is sent, and what posting shows before it is for good."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.pages.test_documents import enter, items, made, type_of  # noqa: F401

from subledger.catalog.models import TaxRate
from subledger.catalog.services import create_products
from subledger.companies.entries import save_entry
from subledger.transactions.models import Transaction, TransactionDefinition


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).replace("\u00a0", " ").strip()


@pytest.fixture
def work_out(desk, ledger):
    def send(kind: str, typed: dict[str, object]) -> str:
        url = reverse("backoffice:transaction_figures", args=[ledger.account.pk, kind])
        answer = desk.post(url, {"type": type_of(kind), **typed})
        assert answer.status_code == 200
        return answer.content.decode()

    return send


def line_of(content: str, at: int) -> str:
    return plain(re.search(rf'id="items-{at}-figure".*?<output>(.*?)</output>', content, re.DOTALL)[1])


@pytest.fixture
def rates():
    return {code: TaxRate.objects.create(code=code, name=code, percent=p, company_id=_company()) for code, p in RATES}


RATES = (("full", Decimal(19)), ("low", Decimal(7)))


def _company() -> int:
    from subledger.platform.scope import current_company_id

    return current_company_id()


def test_lines_and_sums_by_rate_are_what_posting_makes_of_them(work_out, enter, rates):  # noqa: F811
    typed = items(
        {"description": "Hours", "quantity": "2.5", "price": "80", "discount": "10%", "tax_rate": rates["full"].pk},
        {"description": "Book", "price": "107", "price_is": "unit_with_tax", "tax_rate": rates["low"].pk},
        {},
        {"description": "Fixed", "price": "50", "price_is": "sub_total", "discount": "5"},
    )
    content = work_out("invoice", typed)
    assert [line_of(content, at) for at in range(4)] == ["214.20", "107.00", "–", "50.00"]
    sums = plain(re.search(r'<dl class="sums">.*?</dl>', content, re.DOTALL)[0])
    assert sums == "Subtotal 355.00 Discount −25.00 Net 330.00 Tax 19 % 34.20 Tax 7 % 7.00 Total 371.20 EUR"
    assert made(enter("invoice", typed)).amount_minor == 37_120


def test_taxes_are_rounded_as_the_company_rounds_them(work_out, rates):
    tax = TaxRate.objects.create(code="fifth", name="20", percent=Decimal(20), company_id=_company())
    typed = items(*({"price": "10.01", "description": "x", "tax_rate": tax.pk} for _ in range(3)))
    assert "Total 36.03 EUR" in plain(work_out("invoice", typed))
    definition = TransactionDefinition.objects.get()
    save_entry(model=TransactionDefinition, ident=definition.pk, values={"tax_rounding": "rate"}, actor="t")
    assert "Total 36.04 EUR" in plain(work_out("invoice", typed))


def test_a_line_without_a_price_yet_is_told_and_the_rest_is_summed(work_out, ledger):
    content = work_out("invoice", items({"description": "x"}, {"description": "y", "price": "12"}, {"price": "1.2.3"}))
    assert "1 line without a price yet." in plain(content)
    assert "Line 3: '1.2.3' is not a number: its groups of digits fit no way of writing numbers." in plain(content)
    assert "Total 12.00 EUR" in plain(content)
    assert Transaction.objects.count() == 0


def test_a_chosen_product_fills_in_its_price_and_tax_once(work_out, rates):
    new = {"code": "fibre", "name": "Fibre", "unit_amount": Decimal("4990"), "currency": "eur"}
    [product] = create_products(new=[{**new, "tax_rate": rates["full"]}], actor="test")
    content = work_out("invoice", items({"product": product.pk}))
    price = re.search(r'<input[^>]*name="items-0-price"[^>]*>', content)[0]
    assert 'value="49.90"' in price
    assert 'hx-swap-oob="true"' in price
    tax = re.search(r'<select[^>]*name="items-0-tax_rate".*?</select>', content, re.DOTALL)[0]
    assert f'value="{rates["full"].pk}" selected' in tax
    assert line_of(content, 0) == "59.38"
    own = work_out("invoice", {**items({"product": product.pk, "price": "40"}), "items-0-filled": product.pk})
    assert 'name="items-0-price"' not in own
    assert line_of(own, 0) == "47.60"


def test_new_lines_have_the_companys_tax(desk, ledger, rates, enter):  # noqa: F811
    definition = TransactionDefinition.objects.get()
    values = {"default_tax_rate": rates["full"]}
    save_entry(model=TransactionDefinition, ident=definition.pk, values=values, actor="t")
    url = reverse("backoffice:transaction_new", args=[ledger.account.pk, "invoice"])
    content = desk.get(url).content.decode()
    tax = re.search(r'<select[^>]*name="items-0-tax_rate".*?</select>', content, re.DOTALL)[0]
    assert f'value="{rates["full"].pk}" selected' in tax
    full = rates["full"].pk
    lines = items({"price": "100", "description": "x", "tax_rate": full}, {"tax_rate": full})
    assert made(enter("invoice", lines)).amount_minor == 11_900  # the line that says nothing stays none


def test_ticked_invoices_fill_the_amount_and_are_compared_with_it(work_out, ledger):
    first, second = ledger.invoice(100, on="04/05", due="01/06"), ledger.invoice(50, on="04/05", due="10/06")
    idents = [Transaction.objects.get(pk=each.id).public_id for each in (first, second)]
    content = work_out("payment", {"amount": "", "intended": idents})
    assert 'value="150.00"' in re.search(r'<input[^>]*name="amount"[^>]*>', content)[0]
    assert "2 invoices chosen, 150.00 EUR open." in plain(content)
    fewer = work_out("payment", {"amount": "150.00", "suggested": "150.00", "intended": idents[:1]})
    assert 'value="100.00"' in re.search(r'<input[^>]*name="amount"[^>]*>', fewer)[0]
    own = work_out("payment", {"amount": "120", "suggested": "100.00", "intended": idents})
    assert 'name="amount"' not in own
    assert "The amount is 30.00 EUR less." in plain(own)
    more = work_out("payment", {"amount": "120", "suggested": "", "intended": idents[:1]})
    assert "20.00 EUR more than that" in plain(more)


def test_posting_is_asked_once_with_all_that_becomes_permanent(desk, ledger, rates):
    ledger.payment(30)
    url = reverse("backoffice:transaction_new", args=[ledger.account.pk, "invoice"])
    typed = items({"description": "Hours", "price": "100", "tax_rate": rates["full"].pk})
    asked = desk.post(url, {"type": type_of("invoice"), "then": "post", **typed})
    text = plain(asked.content.decode())
    assert asked.status_code == 200
    assert Transaction.objects.filter(classification="invoice").count() == 0
    assert "Post it for good?" in text
    assert "Net 100.00 EUR Tax 19.00 EUR Total 119.00 EUR" in text
    assert re.search(r"Balance of \w+ −30.00 EUR → 89.00 EUR", text)
    assert re.search(r"Paid at once by PAY\d+: 30.00 EUR Left open 89.00 EUR", text)
    shown = re.search(r'name="reviewed" value="(\w+)"', asked.content.decode())[1]
    dearer = {**typed, "items-0-price": "1000", "reviewed": shown}
    again = desk.post(url, {"type": type_of("invoice"), "then": "post", **dearer})
    assert again.status_code == 200
    assert "Total 1 190.00 EUR" in plain(again.content.decode())
    assert Transaction.objects.filter(classification="invoice").count() == 0
    done = desk.post(url, {"type": type_of("invoice"), "then": "post", **typed, "reviewed": shown})
    assert made(done).amount_minor == 11_900


def test_what_would_be_refused_is_refused_before_anything_is_asked(desk, ledger):
    url = reverse("backoffice:transaction_new", args=[ledger.account.pk, "invoice"])
    typed = {"type": type_of("invoice"), "then": "post", "due_on": "2026-05-01"}
    answer = desk.post(url, {**typed, **items({"description": "x", "price": "1"})})
    assert answer.status_code == 422
    assert "Post it for good?" not in answer.content.decode()


def test_a_write_off_tells_its_tax_and_the_balance_after(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06", tax=19)
    url = reverse("backoffice:transaction_action", args=[invoice.id, "write_off"])
    text = plain(desk.get(url).content.decode())
    assert re.search(r"Net [\d.]+ EUR Tax [\d.]+ EUR Total [\d.]+ EUR", text)
    assert re.search(r"Balance of \w+ [\d.]+ EUR → 0.00 EUR", text)
    assert Transaction.objects.count() == 1


@pytest.mark.few(2)
@pytest.mark.parametrize("price", ["1.234", "12.345", "1.000"])
def test_a_price_with_two_readings_is_told_while_it_is_typed_and_refused_with_both(work_out, enter, ledger, price):  # noqa: F811
    thousand = f"{int(price.replace('.', '')):,}.00"
    told = plain(work_out("invoice", items({"description": "x", "price": price})))
    assert f"Line 1: {price} can be " in told
    assert thousand in told
    assert "without a price" not in told
    refused = enter("invoice", items({"description": "x", "price": price}))
    assert refused.status_code == 422
    assert f"{price} can be " in plain(refused.content.decode())
    exact = items({"description": "x", "price": f"{price}0", "quantity": "1000"})
    assert made(enter("invoice", exact)).amount_minor == int(price.replace(".", "")) * 100


def test_a_payment_that_cannot_be_read_is_told_while_it_is_typed(work_out, ledger):
    assert "1.000 can be 1.00 or 1,000.00" in plain(work_out("payment", {"amount": "1.000"}))
