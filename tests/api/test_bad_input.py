"""What cannot be is refused with a code and the field at fault, and nothing half-done stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from subledger.kernel.money import LARGEST_MINOR
from subledger.kernel.nesting import DEEPEST
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.transactions.models import Transaction

from .client import Books

UNKNOWN = "0000000000001"


def rows(api: Books) -> tuple[int, int]:
    with company_scope(api.company.pk):
        return Transaction.objects.count(), Event.objects.count()


@pytest.mark.few(10)
@pytest.mark.parametrize("state", ["draft", "posted"])
@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"amount": 0}, "amount_invalid", "/amount"),
        ({"amount": -1}, "amount_invalid", "/amount"),
        ({"amount": LARGEST_MINOR + 1}, "amount_invalid", "/amount"),
        ({"amount": 2**63 - 1}, "amount_invalid", "/amount"),
        ({"amount": 10.5}, "invalid_request", "/amount"),
        ({"amount": "100"}, "invalid_request", "/amount"),
        ({"amount": True}, "invalid_request", "/amount"),
        ({"amount": None}, "invalid_request", "/amount"),
        ({"currency": "usd"}, "currency_mismatch", "/currency"),
        ({"currency": "EUR"}, "invalid_request", "/currency"),
        ({"currency": "zzz"}, "invalid_request", "/currency"),
        ({"issued_on": "2026-02-30"}, "invalid_request", "/issued_on"),
        ({"issued_on": "20260501"}, "invalid_request", "/issued_on"),
        ({"issued_on": 1}, "invalid_request", "/issued_on"),
        ({"issued_on": "0001-01-01"}, "invalid_request", "/issued_on"),
        ({"received_by": "a\0"}, "invalid_request", "/received_by"),
        ({"account": f"acc_{UNKNOWN}"}, "not_found", "/account"),
        ({"account": f"cus_{UNKNOWN}"}, "invalid_request", "/account"),
        ({"account": "acc_zzzzzzzzzzzzz"}, "invalid_request", "/account"),
        ({"type": f"typ_{UNKNOWN}"}, "type_invalid", "/type"),
        ({"category": f"cat_{UNKNOWN}"}, "category_not_allowed", "/category"),
        ({"method": f"pmm_{UNKNOWN}"}, "method_not_allowed", "/method"),
        ({"payment_preference": f"pmt_{UNKNOWN}"}, "not_found", "/payment_preference"),
        ({"allocate_to": [f"txn_{UNKNOWN}"]}, "allocate_to_invalid", "/allocate_to"),
        ({"back_office_code": ""}, "invalid_request", "/back_office_code"),
        ({"metadata": {str(i): "x" for i in range(51)}}, "invalid_request", "/metadata"),
        ({"metadata": {"k": 1}}, "invalid_request", "/metadata/k"),
        ({"state": "cancelled"}, "invalid_request", "/state"),
        ({"number": "PAY1"}, "invalid_request", "/number"),
    ],
)  # fmt: skip
def test_a_payment_that_cannot_be(api: Books, fields: dict[str, Any], code: str, param: str, state: str):
    body = {"account": api.account, "amount": 100, "state": state, **fields}
    before = rows(api)
    refused = api.request("POST", "payments", body)
    told = refused.json()
    assert (told["code"], told["param"]) == (code, param), told
    assert refused.status_code == (404 if code == "not_found" else 422)
    assert rows(api) == before
    assert len(told["detail"]) > 20
    if code == "not_found" or param == "/allocate_to":
        assert UNKNOWN in told["detail"]


@pytest.mark.few(9)
@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ({}, "item_invalid", "unit_amount"),
        ({"unit_amount": 1, "sub_total": 1}, "item_invalid", "unit_amount"),
        ({"unit_amount": 1, "unit_amount_decimal": "1"}, "item_invalid", "unit_amount"),
        ({"unit_amount": -(2**53)}, "item_invalid", "unit_amount"),
        ({"unit_amount": 1, "quantity": "0"}, "item_invalid", "quantity"),
        ({"unit_amount": 1, "quantity": "-1"}, "invalid_request", "quantity"),
        ({"unit_amount": 1, "quantity": 1.5}, "invalid_request", "quantity"),
        ({"unit_amount": 1, "quantity": "1e3"}, "invalid_request", "quantity"),
        ({"unit_amount": 1, "quantity": "١"}, "invalid_request", "quantity"),
        ({"unit_amount": 2**53 - 1, "quantity": "2"}, "item_invalid", "quantity"),
        ({"sub_total": 2**53 - 1, "quantity": "0.00000001"}, "item_invalid", "quantity"),
        ({"unit_amount": 1, "discount_percent": "101"}, "item_invalid", "discount_percent"),
        ({"unit_amount": 1, "discount_percent": "1", "discount_amount": 1}, "item_invalid", "discount_percent"),
        ({"unit_amount": 1, "discount_amount": 2}, "item_invalid", "discount_amount"),
        ({"unit_amount": 1, "product": f"prd_{UNKNOWN}"}, "not_found", "product"),
        ({"unit_amount": 1, "tax_rate": f"tax_{UNKNOWN}"}, "not_found", "tax_rate"),
    ],
)  # fmt: skip
def test_an_item_that_cannot_be(api: Books, item: dict[str, Any], code: str, field: str):
    body = {
        "account": api.account,
        "state": "posted",
        "items": [{"description": "Services", "unit_amount": 100}, {"description": "Services", **item}],
    }
    before = rows(api)
    refused = api.request("POST", "invoices", body)
    told = refused.json()
    assert (told["code"], told["param"]) == (code, f"/items/1/{field}"), told
    assert rows(api) == before


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("invoices", {"items": [{"description": "Empties", "unit_amount": 5, "quantity": "-3"}]},
         "-3 is below zero, and it must not be. To give something back, give the item a negative unit_amount, or "
         "create a credit note."),
        ("invoices", {"items": [{"description": "Empties", "unit_amount": 5, "discount_percent": "-3.5"}]},
         "-3.5 is below zero, and it must not be"),
        ("invoices", {"items": [{"description": "Empties", "unit_amount": 5, "quantity": "three"}]},
         "it must be a decimal number as a string"),
    ],
)  # fmt: skip
def test_a_number_below_zero_is_called_one(api: Books, path: str, body: dict[str, Any], says: str):
    told = api.request("POST", path, {"account": api.account, "state": "draft", **body}).json()
    assert says in told["detail"]


def test_an_amount_of_any_size_is_read_exactly_or_not_at_all(api: Books):
    body = f'{{"account": "{api.account}", "amount": {2**64}}}'.encode()
    assert api.post("payments", body, expect=422)["param"] == "/amount"


def test_documents_without_items_or_with_nothing_to_pay_are_refused(api: Books):
    assert api.post("invoices", {"account": api.account, "items": []}, expect=422)["param"] == "/items"
    free = [{"description": "Services", "unit_amount": 100, "discount_percent": "100"}]
    assert api.post("credit_notes", {"account": api.account, "items": free}, expect=422)["code"] == "amount_invalid"
    below = [{"description": "Services", "unit_amount": 100}, {"description": "Services", "unit_amount": -101}]
    assert api.post("invoices", {"account": api.account, "items": below}, expect=422)["code"] == "total_below_zero"


def test_an_invoice_of_nothing_is_settled_at_once_and_an_expected_total_is_checked(api: Books):
    items = [{"description": "Hours", "unit_amount": 2000}, {"description": "Less", "unit_amount_decimal": "-2000.0"}]
    made = api.post("invoices", {"account": api.account, "items": items, "state": "posted"}, expect=201)
    assert (made["amount"], made["settlement"]) == (0, "settled")
    other = {"account": api.account, "items": items[:1], "expected_total": 2001}
    refused = api.post("invoices", other, expect=422)
    assert (refused["code"], refused["param"]) == ("total_differs", "/expected_total")


@pytest.mark.parametrize("currency", ["jpy", "eur", "kwd"])
def test_amounts_have_no_fraction_of_a_minor_unit_in_any_currency(api: Books, currency: str):
    account = api.new_account(currency=currency)
    for path, body in (
        ("payments", {"amount": 100.5}),
        ("payments", {"amount": "1.5"}),
        ("credit_notes", {"items": [{"sub_total": 10.25}]}),
        ("invoices", {"items": [{"description": "Services", "unit_amount": 0.5}]}),
    ):
        assert api.post(path, {"account": account, **body}, expect=422)["code"] == "invalid_request"
    exact = {
        "account": account,
        "items": [{"description": "Services", "unit_amount_decimal": "0.35", "quantity": "10"}],
    }
    assert api.post("invoices", exact, expect=201)["amount"] == 4  # 3.5 minor units, half up


def test_days_that_have_not_come_or_are_closed_are_refused(api: Books):
    body = {"account": api.account, "amount": 100, "state": "posted", "posted_on": "2026-05-21"}
    assert api.post("payments", body, expect=422)["code"] == "posted_on_invalid"
    assert (
        api.post("payments", {**body, "state": "draft", "posted_on": "2026-05-20"}, expect=422)["param"] == "/posted_on"
    )


BODIES = {"write_off": {"amount": "all"}, "quick_pay": {"amount": "all"}}


def test_actions_in_states_that_do_not_allow_them(api: Books):
    [reason, *_] = [one["id"] for one in api.get("reasons")["data"]]
    draft = api.post("invoices", {"account": api.account, "items": [{"description": "Services", "unit_amount": 5}]})[
        "id"
    ]
    for action in ("cancel", "write_off", "quick_pay"):
        assert (
            api.post(f"invoices/{draft}/{action}", BODIES.get(action), expect=409)["code"] == "transition_not_allowed"
        )
    posted = api.invoice(10)
    for action, body in (("post", None), ("reject", {"reason": reason})):
        assert api.post(f"invoices/{posted}/{action}", body, expect=409)["code"] == "transition_not_allowed"
    api.post(f"invoices/{posted}/cancel")
    for action in ("cancel", "write_off", "quick_pay"):
        assert (
            api.post(f"invoices/{posted}/{action}", BODIES.get(action), expect=409)["code"] == "transition_not_allowed"
        )
    paid = api.invoice(10)
    payment = api.payment(10)
    assert api.post(f"invoices/{paid}/write_off", {"amount": "all"}, expect=409)["code"] == "already_settled"
    early = api.post(f"payments/{payment}/cancel", {"amount": "all", "posted_on": "2026-05-01"}, expect=422)
    assert early["code"] == "earlier_than_target"
    here = api.post(f"payments/{payment}/move", {"to_account": api.account}, expect=409)
    assert here["code"] == "move_refused"
    nowhere = api.post(f"payments/{payment}/move", {"to_account": f"acc_{UNKNOWN}"}, expect=404)
    assert nowhere["param"] == "/to_account"
    assert f"acc_{UNKNOWN}" in nowhere["detail"]


def test_a_transaction_of_another_classification_is_not_found(api: Books):
    payment = api.payment(10)
    api.get(f"invoices/{payment}", expect=404)
    for action in ("post", "cancel", "write_off", "quick_pay"):
        api.post(f"invoices/{payment}/{action}", BODIES.get(action), expect=404)
    api.patch(f"credit_notes/{payment}", {"issue_reason": "x"}, expect=404)


@pytest.mark.parametrize(
    "ident", ["x", "txn_", "txn_zzzzzzzzzzzzz", f"acc_{UNKNOWN}", f"txn_{UNKNOWN}", "%00", "txn_é"]
)
def test_ids_of_nothing_are_not_found(api: Books, ident: str):
    assert api.get(f"transactions/{ident}", expect=404)["code"] == "not_found"


def test_back_office_codes_are_unique_of_their_kind(api: Books):
    api.payment(1, back_office_code="X")
    body = {"account": api.account, "amount": 100, "back_office_code": "X"}
    for state in ("draft", "posted"):
        assert api.post("payments", {**body, "state": state}, expect=422)["code"] == "back_office_code_taken"
    api.invoice(1, back_office_code="X")


def test_every_field_that_cannot_be_read_is_named_in_our_words(api: Books):
    body = {
        "account": api.account, "colour": "red", "state": "open", "metadata": [], "posted_on": "2026-05-32",
        "items": [{"unit_amount": 1.5, "tax_inclusive": "yes", "quantity": 2.5}],
    }  # fmt: skip
    told = api.post("invoices", body, expect=422)
    assert {one["param"]: one["detail"] for one in told["errors"]} == {
        "/state": "It must be 'draft' or 'posted'.",
        "/posted_on": "There is no day 2026-05-32.",
        "/metadata": "It must be an object of names and values.",
        "/items/0/quantity": told["errors"][3]["detail"],
        "/items/0/unit_amount": "It must be a whole number.",
        "/items/0/tax_inclusive": "It must be true or false.",
        "/colour": "There is no such field.",
    }
    assert told["param"] == told["errors"][0]["param"]
    for fault in told["errors"]:
        assert fault["param"] in told["detail"]
    assert api.post("invoices", {"account": api.account, "items": []}, expect=422)["detail"] == (
        "Cannot read /items: it must hold at least 1, and holds 0. Correct it."
    )
    huge = api.post("payments", f'{{"account": "{api.account}", "amount": {10**20}}}'.encode(), expect=422)
    assert "valid integer" not in huge["detail"]
    assert "pydantic" not in str(told)


def test_amounts_are_given_or_all_is_said(api: Books):
    """A body that was lost on the way, or a client that forgets, moves nothing."""
    invoice, payment = api.invoice(10), api.payment(3)
    for path in (f"invoices/{invoice}/quick_pay", f"invoices/{invoice}/write_off", f"payments/{payment}/cancel"):
        assert api.request("POST", path).status_code in (400, 422)
        assert api.post(path, {}, expect=422)["param"] == "/amount"
        for wrong in ("everything", None, 1.5, "700", True):
            assert api.post(path, {"amount": wrong}, expect=422)["param"] == "/amount"
    assert api.unsettled(invoice) == 7
    refused = api.post(f"invoices/{invoice}/quick_pay", {"amount": 1000}, expect=422)
    assert (refused["code"], refused["param"]) == ("amount_not_whole", "/amount")
    assert "7.00 EUR" in refused["detail"]
    assert api.post(f"invoices/{invoice}/quick_pay", {"amount": 700}, expect=201)["amount"] == 700


def test_what_is_not_found_is_named_by_its_public_id(api: Books):
    told = api.post(f"payments/{api.payment(5)}/refund", {"amount": 100}, expect=404)
    assert "No payment that a gateway captured 'txn_" in told["detail"]
    unknown = {"account": f"acc_{UNKNOWN}", "amount": 100}
    assert f"No account 'acc_{UNKNOWN}'" in api.post("payments", unknown, expect=404)["detail"]


def test_a_statement_of_a_span_that_holds_no_day_is_refused(api: Books):
    path = f"accounts/{api.account}/statement?from=2026-12-01&to=2026-01-01"
    refused = api.get(path, expect=422)
    assert (refused["code"], refused["param"]) == ("day_invalid", "/from")


@pytest.mark.parametrize(
    "twice",
    [
        '"amount": 100, "amount": 200',
        '"amount": 100, "amount": 100',
        '"amount": 100, "\\u0061mount": 200',
        '"amount": 100, "note": "\\u0022\\u0022", "note": ""',
        '"amount": 100, "metadata": {"amount": 1, "amount": "2"}',
    ],
)
def test_a_name_that_stands_twice_in_an_object_is_refused(api: Books, twice: str):
    body = f'{{"account": "{api.account}", {twice}}}'.encode()
    before = rows(api)
    told = api.post("payments", body, expect=400)
    assert told["code"] == "json_name_twice"
    assert "twice in one object" in told["detail"]
    assert rows(api) == before


def nested(levels: int, *, inside: str = "metadata", account: str = "") -> bytes:
    return f'{{"account": "{account}", "amount": 1, "{inside}": {"[" * levels}{"]" * levels}}}'.encode()


@pytest.mark.each_once
@pytest.mark.parametrize("levels", [DEEPEST, 254, 255, 1_022, 1_023, 1_024, 100_000])
@pytest.mark.parametrize("keyed", [True, False])
def test_a_body_that_is_nested_too_deeply_is_refused_with_and_without_a_key(api: Books, levels: int, keyed: bool):
    headers = {"Idempotency-Key": f"deep-{levels}"} if keyed else {}
    body = nested(levels, account=api.account)
    before = rows(api)
    for path in ("payments", "payment_requests/bulk/return", "customers"):
        told = api.post(path, body, expect=400, **headers)
        assert told["code"] == "json_too_deep"
        headers = {}
    assert rows(api) == before


def test_the_deepest_body_that_is_read_is_told_what_is_wrong_with_its_fields(api: Books):
    headers = {"Idempotency-Key": "deep-enough"}
    body = nested(DEEPEST - 1, account=api.account)
    assert api.post("payments", body, expect=422, **headers)["param"] == "/metadata"
    wide = json.dumps({"account": api.account, "amount": 1, "allocate_to": [{}] * 1_000}).encode()
    assert api.post("payments", wide, expect=422)["code"] == "invalid_request"


def test_an_action_without_a_body_takes_a_deep_one_with_a_key_as_it_takes_it_without(api: Books):
    draft = api.post("payments", {"account": api.account, "amount": 1}, expect=201)["id"]
    told = api.request("POST", f"payments/{draft}/post", nested(900), **{"Idempotency-Key": "deep-action"})
    assert told.status_code < 500


@pytest.mark.parametrize("amount", [0, -1, LARGEST_MINOR + 1])
def test_actions_that_move_money_take_amounts_above_zero_alone(api: Books, amount: int):
    payment = api.payment(10)  # before there is an invoice that it would settle
    for path in (f"payments/{payment}/cancel", f"invoices/{api.invoice(30)}/write_off",
                 f"invoices/{api.invoice(30)}/quick_pay"):  # fmt: skip
        told = api.post(path, {"amount": amount}, expect=422)
        assert (told["code"], told["param"]) == ("amount_invalid", "/amount"), path


def test_a_name_in_several_objects_and_quotes_in_texts_are_no_such_name(api: Books):
    note = 'say "amount":'
    body = {"account": api.account, "amount": 100, "metadata": {"amount": note, "quote": '"'}}
    for written in (json.dumps(body), json.dumps(body).replace('\\"', "\\u0022"), json.dumps(body, indent=2)):
        made = api.post("payments", written.encode(), expect=201)
        assert made["metadata"]["amount"] == note


def test_of_many_wrong_names_some_are_told_and_how_many_more_there_are(api: Books):
    """One error for each was told of 50,000 in one body: it took seconds, and every one was listed."""
    told = api.post("customers", {"name": "Ann", **{f"key{at}": 1 for at in range(50_000)}}, expect=422)
    assert (told["code"], told["param"], len(told["errors"])) == ("invalid_request", None, 1)
    assert "key0, key1, " in told["detail"]
    assert "and 49980 more" in told["detail"]
    assert "key20" not in told["detail"]
    items = [{f"key{at}": 1 for at in range(50)}, {"key": 1}]
    told = api.post("invoices", {"account": api.account, "items": items}, expect=422)
    assert [one["param"] for one in told["errors"]] == ["/items/0", "/items/1/key"]


def test_of_many_wrong_fields_the_first_are_told_and_how_many_more_there_are(api: Books):
    told = api.post("invoices", {"account": api.account, "items": [{"quantity": "x"}] * 1_000}, expect=422)
    assert len(told["errors"]) == 50
    assert told["detail"].endswith("and 950 more. Correct them.")


def test_a_wrong_name_is_told_back_as_far_as_anybody_reads_it(api: Books):
    told = api.post("customers", {"name": "Ann", "k" * 100_000: 1}, expect=422)
    assert told["param"] == f"/{'k' * 100}…"
    assert len(told["detail"]) < 300


def test_elements_are_counted_before_they_are_read(api: Books):
    told = api.post("payment_requests/bulk/post", {"elements": [{"key": 1}] * 50_000}, expect=422)
    assert (told["code"], told["param"]) == ("too_many_elements", "/elements")


@pytest.mark.parametrize("query", ["key{}=1", "limit=x{}", "expand[]=key{}", "posted_on[key{}]=1"])
def test_a_query_of_endless_parameters_is_refused(api: Books, query: str):
    asked = api.request("GET", "invoices?" + "&".join(query.format(at) for at in range(1_001)))
    assert (asked.status_code, asked.json()["code"]) == (422, "invalid_request")
    assert "more than 1000 parameters" in asked.json()["detail"]
