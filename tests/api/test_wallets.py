"""Wallets by program: opened, credited, debited, transferred, given back, voided."""

from __future__ import annotations

from typing import Any

from .client import ApiClient, Books, books


def topped_up(api: Books, euros: int, *, on: str = "2026-05-05", **fields: Any) -> str:
    kind = api.get("transaction_types", code="wallet_top_up")["data"][0]["id"]
    return api.payment(euros, on=on, type=kind, **fields)


def wallet(api: Books, account: str | None = None) -> Any:
    [found] = api.get("wallets", account=account or api.account)["data"]
    return found


def test_a_top_up_a_debit_and_what_paid_for_it(api: Books):
    payment = topped_up(api, 40)
    held = wallet(api)
    assert (held["object"], held["state"], held["currency"], held["account"]) == (
        "wallet", "effective", "eur", api.account,
    )  # fmt: skip
    assert [held[name] for name in ("balance", "left", "short", "unconditional", "paid")] == [
        40_00,
        40_00,
        0,
        40_00,
        40_00,
    ]
    path = f"wallets/{held['id']}"
    granted = api.post(
        f"{path}/credit", {"amount": 10_00, "expires_on": "2026-06-30", "posted_on": "2026-05-06"}, expect=201
    )
    assert (granted["kind"], granted["amount"], granted["paid_amount"], granted["paid_by"]) == ("credit", 10_00, 0, [])
    debit = api.post(f"{path}/debit", {"amount": 25_00, "note": "Film", "metadata": {"order": "7"}}, expect=201)
    assert (debit["kind"], debit["amount"], debit["paid_amount"], debit["metadata"]) == (
        "debit",
        -25_00,
        -15_00,
        {"order": "7"},
    )
    assert [(one["credit"], one["amount"], one["paid_amount"]) for one in debit["paid_by"]] == [
        (granted["id"], 10_00, 0), (api.get("wallet_transactions", source=payment)["data"][0]["id"], 15_00, 15_00),
    ]  # fmt: skip
    assert (debit["net_amount"], debit["discount_amount"], debit["tax_amount"]) == (25_00, 10_00, 0)
    assert wallet(api)["balance"] == 25_00
    lots = api.get(f"{path}/lots")["data"]
    assert [(lot["amount"], lot["left"], lot["paid_left"]) for lot in lots] == [(10_00, 0, 0), (40_00, 25_00, 25_00)]
    assert len(api.get(f"{path}/lots", **{"left[gt]": 0})["data"]) == 1
    assert api.get(f"{path}/balance", as_of="2026-05-05")["balance"] == 40_00
    assert api.get(f"{path}/balance")["balance"] == 25_00
    told = api.get(f"wallet_transactions/{debit['id']}", **{"expand[]": ["wallet", "type"]})
    assert (told["wallet"]["id"], told["type"]["code"]) == (held["id"], "debit")
    kinds = [one["kind"] for one in api.get("wallet_transactions", wallet=held["id"])["data"]]
    assert kinds == ["debit", "credit", "credit"]
    assert len(api.get("wallet_transactions", **{"posted_on[lt]": "2026-05-06", "kind": "credit"})["data"]) == 1


def test_a_void_gives_back_and_both_say_so(api: Books):
    topped_up(api, 40)
    held = wallet(api)
    debit = api.post(f"wallets/{held['id']}/debit", {"amount": 25_00}, expect=201)
    void = api.post(f"wallet_transactions/{debit['id']}/void", {"note": "Not watched"}, expect=201)
    assert (void["kind"], void["amount"], void["voids"], void["note"]) == ("void", 25_00, debit["id"], "Not watched")
    told = api.get(f"wallet_transactions/{debit['id']}")
    assert (told["state"], told["voided_by"], wallet(api)["balance"]) == ("voided", void["id"], 40_00)
    assert api.post(f"wallet_transactions/{debit['id']}/void", {}, expect=409)["code"] == "transition_not_allowed"
    assert api.post(f"wallet_transactions/{void['id']}/void", {}, expect=409)["code"] == "not_voidable"


def test_account_to_wallet_and_back_tell_both_balances(api: Books):
    api.payment(30)
    made = api.post(f"accounts/{api.account}/transfer_to_wallet", {"amount": 20_00}, expect=201)
    assert (made["amount"], made["account_balance"], made["wallet_balance"]) == (20_00, -10_00, 20_00)
    assert api.get(f"invoices/{made['transaction']}")["unsettled_amount"] == 0
    back = api.post(f"wallets/{made['wallet']}/reimburse", {"amount": 5_00}, expect=201)
    assert (back["kind"], back["account_balance"], back["wallet_balance"]) == ("reimburse", -15_00, 15_00)
    refused = api.post(f"accounts/{api.account}/transfer_to_wallet", {"amount": 15_01}, expect=409)
    assert (refused["code"], refused["param"]) == ("not_enough_credit", "/amount")


def test_between_wallets_each_names_the_other(api: Books):
    topped_up(api, 40)
    other = api.new_account()
    opened = api.post("wallets", {"account": other}, expect=201)
    assert (opened["balance"], opened["account"]) == (0, other)
    assert api.post("wallets", {"account": other}, expect=409)["code"] == "wallet_exists"
    body = {"amount": 15_00, "to_wallet": opened["id"]}
    left = api.post(f"wallets/{wallet(api)['id']}/transfer", body, expect=201)
    [entered] = api.get("wallet_transactions", wallet=opened["id"])["data"]
    assert (left["amount"], entered["amount"]) == (-15_00, 15_00)
    assert (left["counterpart"], entered["counterpart"]) == (entered["id"], left["id"])
    assert (wallet(api)["balance"], wallet(api, other)["balance"]) == (25_00, 15_00)


def test_what_moves_nothing_names_its_field(api: Books):
    topped_up(api, 40)
    path = f"wallets/{wallet(api)['id']}"
    credit_type = api.get("wallet_transaction_types", kind="credit")["data"][0]["id"]
    for action, body, param, status in (
        ("debit", {"amount": 40_01}, "/amount", 409),
        ("debit", {"amount": 0}, "/amount", 422),
        ("debit", {"amount": -1}, "/amount", 422),
        ("debit", {"amount": 2**53}, "/amount", 422),
        ("debit", {"amount": 1.5}, "/amount", 422),
        ("debit", {}, "/amount", 422),
        ("debit", {"amount": 1, "type": credit_type}, "/type", 422),
        ("debit", {"amount": 1, "product": "prd_0000000000000"}, "/product", 404),
        ("debit", {"amount": 1, "posted_on": "2027-01-01"}, "/posted_on", 422),
        ("debit", {"amount": 1, "note": "4242 4242 4242 4242"}, "/note", 422),
        ("debit", {"amount": 1, "note": "a\0b"}, "/note", 422),
        ("debit", {"amount": 1, "metadata": {"card": "4242424242424242"}}, "/metadata", 422),
        ("debit", {"amount": 1, "price": 1}, "/price", 422),
        ("credit", {"amount": 1, "expires_on": "2026-05-01"}, "/expires_on", 422),
        ("transfer", {"amount": 1, "to_wallet": path.partition("/")[2]}, "/to_wallet", 422),
        ("transfer", {"amount": 1, "to_wallet": "wal_0000000000000"}, "/to_wallet", 404),
        ("reimburse", {"amount": 40_01}, "/amount", 409),
    ):
        refused = api.post(f"{path}/{action}", body, expect=status)
        assert (refused["param"] or "").startswith(param), (action, body, refused)
    assert wallet(api)["balance"] == 40_00
    assert api.post("wallets", {"account": "acc_0000000000000"}, expect=404)["param"] == "/account"


def test_a_key_and_a_dry_run(api: Books):
    topped_up(api, 40)
    path = f"wallets/{wallet(api)['id']}/debit"
    shown = api.request("POST", f"{path}?dry_run=true", {"amount": 10_00})
    assert (shown.status_code, shown.headers["Dry-Run"], wallet(api)["balance"]) == (201, "true", 40_00)
    first, again = (api.post(path, {"amount": 10_00}, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert (first, wallet(api)["balance"]) == (again, 30_00)


def test_a_scope_allows_its_own_deeds(api: Books):
    topped_up(api, 40)
    held = wallet(api)
    narrow = ApiClient(api.company, scopes=("wallets:read", "wallet_transactions:write"))
    assert narrow.get(f"wallets/{held['id']}")["balance"] == 40_00
    assert narrow.post(f"wallets/{held['id']}/debit", {"amount": 1}, expect=403)["code"]
    of_wallets = ApiClient(api.company, scopes=("wallets:write", "wallet_transactions:read"))
    debit = of_wallets.post(f"wallets/{held['id']}/debit", {"amount": 1_00}, expect=201)
    assert of_wallets.post(f"wallet_transactions/{debit['id']}/void", {}, expect=403)["code"]
    assert narrow.post(f"wallet_transactions/{debit['id']}/void", {}, expect=201)["amount"] == 1_00


def test_an_account_s_wallet_of_another_company_is_not_found(api: Books):
    topped_up(api, 40)
    other = books()
    for path in ("", "/balance", "/lots"):
        assert other.get(f"wallets/{wallet(api)['id']}{path}", expect=404)["code"] == "not_found"
    assert other.get("wallets")["data"] == []
    assert other.post("wallets", {"account": api.account}, expect=404)["param"] == "/account"
