"""Each resource: list, retrieve, create, update, and the actions of its own."""

from __future__ import annotations

import pytest

from .client import Books, Refused

CONFIGURATION = {
    "tax_rates": ({"percent": "7.5"}, {"percent": "8"}),
    "product_groups": ({}, {"name": "Media"}),
    "ledger_accounts": ({"kind": "income"}, {"kind": "expense"}),
    "payment_methods": ({"ledger_account": "ledger_accounts"}, {"is_active": False}),
    "refund_methods": ({"ledger_account": "ledger_accounts"}, {"is_active": False}),
    "categories": ({}, {"description": "Of the season"}),
    "credit_reasons": ({}, {"description": "Sold twice"}),
    "reasons": ({}, {"description": "Typed twice"}),
    "account_classifications": ({}, {"name": "Gold"}),
    "credit_ratings": ({}, {"name": "AAA"}),
    "payment_preferences": ({"is_default": True}, {"is_default": False}),
    "presentment_preferences": ({"is_default": True}, {"name": "Fax"}),
    "account_definitions": ({"days": 14, "proximity_days": 3, "proximity_operator": "minus"}, {"days": 10}),
    "dunning_plans": ({"is_default": True}, {"rank": 5}),
    "wallet_transaction_types": ({"kind": "debit"}, {"is_default": True}),
    "retry_plans": ({"days": [2, 4], "paydays": [1, 15]}, {"hours": [2], "only_automatic": True}),
}


def first(api: Books, path: str, **filters: str) -> str:
    ident: str = api.get(path, **filters)["data"][0]["id"]
    return ident


@pytest.mark.few(7)
@pytest.mark.parametrize("path", CONFIGURATION)
def test_configuration_is_listed_created_retrieved_and_changed(api: Books, path: str):
    def resolved(fields: dict) -> dict:
        return {
            name: first(api, value) if isinstance(value, str) and value in CONFIGURATION else value
            for name, value in fields.items()
        }

    new, changes = CONFIGURATION[path]
    body = {"code": "xmas", "name": "Christmas", **resolved(new)}
    made = api.post(path, body, expect=201)
    assert {name: made[name] for name in body} == body
    assert made["metadata"] == {}
    changes = resolved(changes)
    changed = api.patch(f"{path}/{made['id']}", changes)
    assert {**made, **changes} == changed
    assert api.get(f"{path}/{made['id']}") == changed
    assert api.get(path)["data"][0] == changed
    assert api.get(path, code="xmas")["data"] == [changed]
    again = api.post(path, body, expect=422)
    assert again["code"] == "code_taken"
    event = api.get("events", limit=100)["data"]
    assert any(one["object_id"] == made["id"] for one in event)


def test_types_allow_methods_and_categories(api: Books):
    cash, bank = (first(api, "payment_methods", code=code) for code in ("cash", "bank_transfer"))
    category = api.post("categories", {"code": "shop", "name": "Shop"})["id"]
    kind = api.post(
        "transaction_types",
        {
            "code": "till", "name": "Till", "classification": "payment", "payment_methods": [cash],
            "default_payment_method": cash, "categories": [category], "is_default": True,
        },
        expect=201,
    )  # fmt: skip
    assert (kind["payment_methods"], kind["categories"], kind["is_default"]) == ([cash], [category], True)
    others = api.get("transaction_types", classification="payment", limit=100)["data"]
    assert [one["id"] for one in others if one["is_default"]] == [kind["id"]]

    payment = api.get(f"payments/{api.payment(10, category=category)}", **{"expand[]": "type"})
    assert (payment["type"]["code"], payment["method"], payment["category"]) == ("till", cash, category)
    body = {"account": api.account, "state": "posted", "amount": 100}
    assert api.post("payments", {**body, "method": bank}, expect=422)["code"] == "method_not_allowed"
    assert api.patch(f"transaction_types/{kind['id']}", {"payment_methods": [cash, bank]})["payment_methods"]
    assert api.post("payments", {**body, "method": bank})["method"] == bank


def test_posting_rules_decide_where_the_journal_goes(api: Books):
    other = api.post("ledger_accounts", {"code": "4050", "name": "Service revenue", "kind": "income"})["id"]
    [rule] = [
        r
        for r in api.get("posting_rules", classification="invoice", role="customer")["data"]
        if r["component"] == "net"
    ]
    assert api.patch(f"posting_rules/{rule['id']}", {"credit": other})["credit"] == other
    invoice = api.invoice(10)
    [entry] = api.get("journal_entries", transaction=invoice)["data"]
    assert entry["source"] == "transaction"
    assert entry["source_id"] == invoice
    assert {(line["ledger_account"], line["debit"], line["credit"]) for line in entry["lines"]} == {
        (rule["debit"], 1000, 0), (other, 0, 1000)
    }  # fmt: skip
    assert api.get(f"journal_entries/{entry['id']}") == entry
    kind = first(api, "transaction_types", code="invoice")
    own = {"classification": "invoice", "type": kind, "component": "total", "debit": rule["debit"], "credit": other}
    assert api.post("posting_rules", own, expect=201)["type"] == kind


def test_a_definition_that_no_due_date_follows_from_is_refused(api: Books):
    body = {"code": "x", "name": "X", "credit_rule": "on_n_day_x_months_after", "nth": 0, "months": 1}
    assert api.post("account_definitions", body, expect=422)["code"] == "credit_rule_invalid"
    good = api.post("account_definitions", {**body, "nth": 15}, expect=201)
    before = api.get("account_definitions", is_active="true")["data"]
    assert api.post(f"account_definitions/{good['id']}/activate")["is_active"]
    after = api.get("account_definitions", is_active="true")["data"]
    assert ([one["code"] for one in before], [one["code"] for one in after]) == (["standard"], ["x"])


def test_the_transaction_definition_is_one(api: Books):
    definition = api.get("transaction_definition")
    refund = {"account": api.account, "state": "posted", "amount": 100}
    assert api.post("refunds", refund, expect=409)["code"] == "refund_needs_credit_balance"
    assert api.patch("transaction_definition", {"refund_needs_credit_balance": False}) == {
        **definition, "refund_needs_credit_balance": False,
    }  # fmt: skip
    api.patch(f"accounts/{api.account}", {"credit_limit": 50})
    assert api.post("refunds", refund, expect=409)["code"] == "credit_limit_exceeded"
    assert api.post("refunds", {**refund, "confirm_credit_limit": True})["state"] == "posted"


def test_customers(api: Books):
    made = api.post("customers", {"name": "Zoë", "code": "Z-1", "country": "it", "metadata": {"crm": "42"}}, expect=201)
    assert (made["object"], made["country"], made["metadata"]) == ("customer", "IT", {"crm": "42"})
    assert made["created_at"] == "2026-05-20T12:30:00Z"
    changed = api.patch(f"customers/{made['id']}", {"email": "zoe@example.com", "name": "Zoë B."})
    assert changed == {**made, "email": "zoe@example.com", "name": "Zoë B."}
    assert api.get(f"customers/{made['id']}") == changed
    assert api.get("customers", code="Z-1")["data"] == [changed]
    assert api.post("customers", {"name": "Other", "code": "Z-1"}, expect=422)["code"] == "code_taken"
    assert api.post("customers", {"name": "Other", "country": "Italy"}, expect=422)["param"] == "/country"
    assert api.patch(f"customers/{made['id']}", {"name": None}, expect=422)["param"] == "/name"


def test_products(api: Books):
    made = api.post(
        "products", {"code": "sms", "name": "SMS", "unit_amount_decimal": "0.35", "currency": "eur"}, expect=201
    )
    assert (made["unit_amount_decimal"], made["currency"], made["tax_rate"]) == ("0.35", "eur", None)
    rate = api.post("tax_rates", {"code": "r", "name": "R", "percent": "10"})
    changed = api.patch(f"products/{made['id']}", {"tax_rate": rate["id"], "is_active": False})
    assert changed == {**made, "tax_rate": rate["id"], "is_active": False}
    assert api.get(f"products/{made['id']}", **{"expand[]": "tax_rate"})["tax_rate"] == rate
    draft = {"account": api.account, "items": [{"product": made["id"], "quantity": "1000"}]}
    assert api.post("invoices", draft, expect=422)["code"] == "not_in_use"
    api.patch(f"products/{made['id']}", {"is_active": True})
    assert api.post("invoices", draft)["amount"] == 385
    assert api.patch(f"products/{made['id']}", {"currency": None}, expect=422)["param"] == "/currency"
    assert api.patch(f"products/{made['id']}", {"unit_amount_decimal": None})["unit_amount_decimal"] is None
    assert api.post("invoices", draft, expect=422)["param"] == "/items/0/unit_amount"
    assert api.post("products", {"code": "sms", "name": "SMS"}, expect=422)["code"] == "code_taken"


def test_accounts_live_their_life(api: Books):
    customer = api.post("customers", {"name": "Ann"})["id"]
    rating, label = first(api, "credit_ratings"), first(api, "account_classifications")
    made = api.post(
        "accounts",
        {"customer": customer, "currency": "jpy", "credit_limit": 5000, "credit_rating": rating, "code": "A-7"},
        expect=201,
    )
    assert (made["currency"], made["credit_limit"], made["name"], made["state"]) == ("jpy", 5000, "Ann", "active")
    url = f"accounts/{made['id']}"
    changed = api.patch(url, {"classification": label, "credit_limit": None, "name": "Ann's yen"})
    assert (changed["classification"], changed["credit_limit"], changed["name"]) == (label, None, "Ann's yen")
    assert changed["credit_rating"] == rating
    assert api.get(url, **{"expand[]": ["customer", "credit_rating"]})["customer"]["name"] == "Ann"
    assert api.patch(url, {"currency": "eur"}, expect=422)["param"] == "/currency"

    assert api.post(f"{url}/suspend", {"reason": "Late"})["state"] == "suspended"
    invoice = {"account": made["id"], "state": "posted", "items": [{"description": "Services", "unit_amount": 5}]}
    assert api.post("invoices", invoice, expect=409)["code"] == "account_suspended"
    assert api.post(f"{url}/suspend", expect=409)["code"] == "transition_not_allowed"
    assert api.post(f"{url}/reactivate")["state"] == "active"
    assert api.post(f"{url}/terminate")["state"] == "terminated"
    assert api.post("invoices", invoice, expect=409)["code"] == "account_terminated"
    history = [one["data"] for one in api.get("events", object_id=made["id"], type="account.state_changed")["data"]]
    assert history[-1] == {"from": "active", "to": "suspended", "reason": "Late"}


def test_balance_and_statement_as_of_a_day(api: Books):
    invoice = api.invoice(100, on="2026-04-01")
    api.payment(30, on="2026-05-02", allocate_to=[invoice])
    url = f"accounts/{api.account}"
    assert api.get(f"{url}/balance", as_of="2026-05-01") == {
        "object": "balance", "account": api.account, "as_of": "2026-05-01", "currency": "eur", "balance": 10000,
        "unsettled": 10000, "unallocated": 0, "outstanding": 0, "children": None,
    }  # fmt: skip
    assert api.get(f"{url}/balance")["outstanding"] == 7000
    assert api.get(f"invoices/{invoice}")["outstanding_amount"] == 7000
    statement = api.get(f"{url}/statement", **{"from": "2026-05-01", "to": "2026-05-31"})
    assert (statement["from"], statement["opening"], statement["closing"]) == ("2026-05-01", 10000, 7000)
    [line] = statement["lines"]
    assert (line["posted_on"], line["classification"], line["credit"], line["balance"]) == (
        "2026-05-02",
        "payment",
        3000,
        7000,
    )
    assert [one["debit"] for one in api.get(f"{url}/statement")["lines"]] == [10000, 0]


def test_allocation_on_its_own_finds_nothing_left_to_do_after_posting(api: Books):
    api.invoice(10)
    api.payment(5)
    assert api.post(f"accounts/{api.account}/allocate")["allocations_made"] == 0


def test_payment_preferences_of_an_account(api: Books):
    kind = first(api, "payment_preferences", code="direct_debit")
    url = f"accounts/{api.account}/payment_preferences"
    one = api.post(url, {"preference": kind, "details": {"iban": "IT60X0542811101000000123456"}}, expect=201)
    two = api.post(url, {"preference": kind, "is_default": True}, expect=201)
    assert api.get(url)["data"] == [two, one]
    assert api.post(f"{url}/{one['id']}/default")["is_default"]
    assert [row["is_default"] for row in api.get(url)["data"]] == [False, True]
    assert api.get(url, **{"expand[]": "preference"})["data"][0]["preference"]["code"] == "direct_debit"
    payment = api.payment(10, payment_preference=one["id"])
    assert api.get(f"payments/{payment}")["payment_preference"] == one["id"]
    body = {"account": api.new_account(), "amount": 100, "payment_preference": one["id"]}
    assert api.post("payments", body, expect=404)["param"] == "/payment_preference"
    assert api.delete(f"{url}/{two['id']}") is None
    assert [row["id"] for row in api.get(url)["data"]] == [one["id"]]
    api.delete(f"{url}/{two['id']}", expect=404)
    api.post(f"accounts/{body['account']}/payment_preferences/{one['id']}/default", expect=404)


def test_notes_on_transactions_come_newest_first_page_by_page(api: Books):
    url = f"transactions/{api.invoice(10)}/notes"
    made = [api.post(url, {"text": f"Note {i}"}, expect=201) for i in range(3)]
    page = api.get(url, limit=2)
    assert ([one["text"] for one in page["data"]], page["has_more"]) == (["Note 2", "Note 1"], True)
    assert api.get(url, starting_after=page["data"][-1]["id"])["data"] == [made[0]]


def test_events_tell_public_ids(api: Books):
    invoice = api.invoice(10)
    [event] = api.get("events", type="invoice.posted")["data"]
    assert (event["object_type"], event["object_id"]) == ("transaction", invoice)
    assert event["data"] == {"amount": 1000, "currency": "eur", "account": api.account}
    assert api.get(f"events/{event['id']}") == event


def test_periods_close_and_reopen(api: Books):
    closed = api.post("periods/close", {"through": "2026-04-30"}, expect=201)
    assert (closed["through"], closed["state"], closed["reopened_by"]) == ("2026-04-30", "closed", None)
    body = {"account": api.account, "state": "posted", "amount": 100, "posted_on": "2026-04-30"}
    assert api.post("payments", body, expect=409)["code"] == "period_closed"
    assert api.post("periods/close", {"through": "2026-05-31"}, expect=422)["code"] == "period_invalid"
    late = {"reason": "Late invoice", "expected_outcome": api.get("periods/reopening")["outcome"]}
    assert api.post("periods/reopen", late)["state"] == "reopened"
    assert api.get(f"periods/{closed['id']}")["reopened_by"]
    assert api.post("payments", body)["state"] == "posted"
    assert api.post("periods/reopen", late, expect=422)["code"] == "period_invalid"


def test_a_refused_field_of_configuration_has_the_name_that_was_sent(api: Books):
    plan = api.post("dunning_plans", {"code": "strict", "name": "Strict"}, expect=201)["id"]
    level = {"plan": plan, "number": 1, "name": "One", "days": 3, "fee_decimal": "0.5", "currency": "eur"}
    least = {"plan": plan, "amount_decimal": "0", "currency": "eur"}
    refused = [
        api.patch(f"dunning_plans/{plan}", {"interest_percent": "101"}, expect=422),
        api.post("dunning_rates", {"plan": plan, "from_on": "2026-01-01", "percent": "101"}, expect=422),
        api.post("dunning_minimums", least, expect=422),
        api.post("dunning_levels", level, expect=422),
        api.post("products", {"code": "a", "name": "A", "unit_amount_decimal": "1"}, expect=422),
    ]
    assert [one["param"] for one in refused] == [
        "/interest_percent", "/percent", "/amount_decimal", "/fee_decimal", "/currency"
    ]  # fmt: skip


def test_exchange_rates(api: Books):
    rate = api.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.9"}, expect=201)
    assert (rate["currency"], rate["rate"]) == ("usd", "0.9")
    corrected = api.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.8"})
    assert corrected == {**rate, "rate": "0.8"}
    dollars = api.new_account(currency="usd")
    assert api.get(f"payments/{api.payment(100, account=dollars)}")["base_amount"] == 8000
    early = {"account": dollars, "state": "posted", "amount": 1, "posted_on": "2026-04-30"}
    assert api.post("payments", early, expect=409)["code"] == "exchange_rate_missing"
    assert (
        api.post("exchange_rates", {"currency": "eur", "on": "2026-05-01", "rate": "1"}, expect=422)["param"]
        == "/currency"
    )
    assert api.get("exchange_rates", **{"on[gte]": "2026-05-01", "currency": "usd"})["data"] == [corrected]


def test_people_and_keys_are_told_without_secrets(api: Books):
    assert {role["code"] for role in api.get("roles")["data"]} >= {"agent", "auditor"}
    assert api.get("members")["data"] == []
    [key] = api.get("api_keys")["data"]
    assert (key["name"], key["scopes"], key["hint"]) == ("tests", ["read", "write"], f"sk_…{api.secret[-4:]}")
    assert api.secret not in str(key)


def test_reports_as_json_and_as_files(api: Books):
    api.invoice(100, on="2026-01-01")
    names = [one["name"] for one in api.get("reports")["data"]]
    assert {"aged-receivables", "statement", "trial-balance"} <= set(names)
    report = api.get("reports/aged-receivables", as_of="2026-05-20")
    [row] = report["rows"]
    assert (row["currency"], row["days_91_120"], row["total"]) == ("eur", 10000, 10000)
    statement = api.get("reports/statement", account=api.account, **{"from": "2026-01-01", "to": "2026-12-31"})
    assert [line["debit"] for line in statement["rows"]] == [10000]
    for headers, query in (({"Accept": "text/csv"}, ""), ({}, "?format=csv")):
        response = api.request("GET", f"reports/aged-receivables{query}", **headers)
        assert response["Content-Type"].startswith("text/csv")
        assert b"days_91_120" in response.getvalue()
    assert api.request("GET", "reports/aged-receivables?format=xlsx").getvalue()[:2] == b"PK"
    assert api.get("reports/nothing", expect=404)["code"] == "not_found"
    assert api.get("reports/statement", expect=422)["code"] == "report_parameter_invalid"
    assert api.get("reports/trial-balance", expect=422, colour="red")["code"] == "invalid_request"


def test_what_the_client_here_expects_is_checked(api: Books):
    with pytest.raises(Refused):
        api.get("customers/cus_0000000000001")
