"""A refusal on a form: beside the field it is about, which is marked and has the cursor; no code, no pointer."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse
from tests.pages.test_documents import enter, items, type_of  # noqa: F401

from subledger.companies.entries import save_entry
from subledger.companies.errors import CodeTaken
from subledger.transactions.models import Reason


def page(name: str, *args: object) -> str:
    return reverse(f"backoffice:{name}", args=args)


def marked(answer) -> dict[str, str]:
    """The names of the fields that are marked, each with what stands beside it."""
    content = answer.content.decode()
    found = {}
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*aria-invalid=\"true\"[^>]*>", content):
        name, ident = re.search(r'name="([^"]+)"', tag)[1], re.search(r'\sid="([^"]+)"', tag)[1]
        assert f"{ident}_errors" in tag, "what is wrong is not tied to the field"
        said = re.search(rf'id="{ident}_errors">(.*?)</div></div>', content, re.DOTALL)[1]
        found[name] = re.sub(r"<[^>]+>", "", said).strip()
    return {name: html.unescape(text) for name, text in found.items()}


def cursor(answer) -> str:
    tags = re.findall(r"<[^>]*\sautofocus[^>]*>", answer.content.decode())
    assert len(tags) == 1
    return re.search(r'name="([^"]+)"', tags[0])[1]


@pytest.fixture
def send(desk, ledger):
    def post(url_name: str, /, *args: object, **typed: object):
        return desk.post(page(url_name, *args), typed)

    return post


def test_an_amount_is_refused_beside_its_field_in_major_units(enter):  # noqa: F811
    answer = enter("payment", {"amount": "-5"})
    assert answer.status_code == 422
    assert marked(answer) == {"amount": "The amount -5.00 EUR is negative: it must be at least 0.01 EUR. Correct it."}
    assert cursor(answer) == "amount"
    assert 'role="alert"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("line", "field", "says"),
    [
        ({"price": "10", "discount": "101%"}, "discount", "Line 3 has a discount of 101 %: it must be 0 to 100"),
        ({"price": "10", "discount": "11"}, "discount", "Line 3 has a discount of 11.00 EUR on 10.00 EUR: at most"),
        ({"price": "10", "quantity": "0"}, "quantity", "Line 3 has quantity 0: it must be above zero"),
        ({"price": "10", "quantity": "-3"}, "quantity", "Line 3 has quantity -3: it must be above zero. To give"),
        ({"price": "x"}, "price", "Line 3: 'x' is not"),
        ({"description": "no price"}, "price", "Line 3 needs exactly one of a unit price and a sub-total"),
    ],
)
def test_a_line_is_named_as_it_is_counted_on_the_page(enter, line, field, says):  # noqa: F811
    """The second line is empty: no service hears of it, and the third stays the third for who looks at the form."""
    answer = enter("invoice", items({"price": "1"}, {}, line))
    [(name, said)] = marked(answer).items()
    assert (name, said[: len(says)]) == (f"items-2-{field}", says)
    assert cursor(answer) == f"items-2-{field}"


def test_a_document_without_lines_is_refused_at_the_first(enter):  # noqa: F811
    answer = enter("invoice", items({}))
    assert marked(answer) == {"items-0-product": "An invoice needs at least one item. Add one."}
    assert cursor(answer) == "items-0-product"


def test_a_line_that_was_taken_out_does_not_count(enter):  # noqa: F811
    answer = enter("invoice", {**items({"price": "1"}, {"price": "x"}), "items-0-DELETE": "on"})
    assert marked(answer)["items-1-price"].startswith("Line 1: 'x' is not")


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("payment", {"amount": "5", "posted_on": "2026-12-31"}, "posted_on"),
        ("invoice", {"items-0-price": "1", "due_on": "2026-05-21"}, "due_on"),
    ],
)
def test_days_are_refused_at_their_fields(enter, kind, typed, field):  # noqa: F811
    lines = items({"price": "1"}) if kind == "invoice" else {}
    assert set(marked(enter(kind, {**lines, **typed}))) == {field}


def test_a_taken_back_office_code_is_refused_at_its_field(enter):  # noqa: F811
    assert enter("payment", {"amount": "5", "back_office_code": "B"}).status_code == 302
    assert set(marked(enter("payment", {"amount": "5", "back_office_code": "B"}))) == {"back_office_code"}


def test_configuration_customers_accounts_and_periods_mark_their_fields(send, ledger):
    assert send("entry_new", "reasons", name="Late", code="late", is_active="on").status_code == 302
    taken = marked(send("entry_new", "reasons", name="Later", code="late", is_active="on"))
    assert taken == {"code": "The code 'late' is taken by another reason. Choose another."}
    rate = marked(send("entry_new", "tax-rates", name="Much", code="much", percent="120", category="S", is_active="on"))
    assert rate == {"percent": "A tax rate is 0 to 100 percent. Correct it."}
    assert set(marked(send("customer_new", name="X", country="1"))) == {"country"}
    customer = ledger.account.customer
    assert set(marked(send("account_new", customer.pk, currency="xyz"))) == {"currency"}
    limit = marked(send("account_new", customer.pk, currency="eur", credit_limit="-5"))
    assert limit["credit_limit"].startswith("The amount -5.00 EUR is negative")
    assert set(marked(send("rate_new", currency="usd", on="2026-05-01", rate="0"))) == {"rate"}
    assert set(marked(send("period_close", through="2999-01-01"))) == {"through"}


def test_what_no_field_is_about_stands_above_the_form(enter):  # noqa: F811
    answer = enter("refund", {"amount": "5"})
    content = answer.content.decode()
    assert answer.status_code == 409
    assert marked(answer) == {}
    assert "balance is 0.00 EUR" in content
    assert "refund_needs_credit_balance" not in content


def test_a_constraint_speaks_of_its_field(ledger):
    save_entry(model=Reason, ident=None, values={"code": "late", "name": "Late"}, actor="t")
    with pytest.raises(CodeTaken) as refused:
        save_entry(model=Reason, ident=None, values={"code": "late", "name": "Later"}, actor="t")
    assert refused.value.param == "/code"
    assert "onstraint" not in str(refused.value)


def test_a_row_that_is_not_here_is_refused_without_its_inner_number(desk):
    content = desk.get("/accounts/acc_0000000000000/").content.decode()
    assert "There is no such account in this company." in content
    assert "No account 0" not in content
