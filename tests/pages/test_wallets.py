"""Wallets as an agent on the phone handles them: what follows is shown first, and done once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from tests.doors.conftest import said
from tests.pages.conftest import reviewed
from tests.wallets.conftest import Wallets

from subledger.wallets.models import Wallet, WalletTransaction
from subledger.wallets.states import EntryKind, WalletState


def url(name: str, *arguments: Any) -> str:
    return reverse(f"backoffice:{name}", args=arguments)


def text(answer: Any) -> str:
    return said(answer).replace("\xa0", " ")


@pytest.fixture
def prepaid(company: Any, db: None) -> Wallets:
    """Books with a wallet of 100.00 that was paid for."""
    books = Wallets()
    books.top_up(100)
    return books


def test_a_debit_is_shown_with_its_tax_and_lots_and_done_once(desk, prepaid):
    wallet, product = prepaid.wallet(), prepaid.product("hours", percent=19)
    address = url("wallet_debit", wallet.pk)
    assert address in desk.get(url("wallet", wallet.pk)).content.decode()
    typed = {"product": product.pk, "amount": "11.90", "once": "a-token-of-one-form"}
    shown = desk.post(address, typed)
    told = text(shown)
    assert "11.90 EUR is taken from the wallet." in told
    assert "1.90 EUR of it is tax at 19 %." in told
    assert "11.90 EUR of prepaid credit" in told
    assert "Balance of the wallet after it: 88.10 EUR." in told
    assert not WalletTransaction.objects.filter(kind=EntryKind.DEBIT).exists()
    for _ in range(2):  # the same form again leads to the same page, and takes nothing
        assert reviewed(desk, address, typed, shown=shown).url == url("wallet", wallet.pk)
    assert prepaid.in_wallet() == Decimal("88.10")
    assert "88.10" in text(desk.get(url("wallet", wallet.pk)))
    shown = desk.post(address, {"amount": "10"})
    prepaid.debit(20)
    assert desk.post(address, {"amount": "10", "reviewed": "0123456789abcdef"}).status_code == 200
    refused = desk.post(address, {"amount": "500"})
    assert "was asked for" in refused.context["form"].errors["amount"][0]
    assert desk.post(address, {"amount": "1O"}).context["form"].errors["amount"]


def test_credit_is_granted_to_an_account_without_a_wallet(desk, ledger):
    account = ledger.account
    none = text(desk.get(url("account_wallet", account.pk)))
    assert "No wallet yet" in none
    address = url("wallet_grant", account.pk)
    typed = {"amount": "25", "expires_on": "2026-12-31"}
    shown = desk.post(address, typed)
    assert "nobody pays for it" in text(shown)
    assert "It can be used up to" in text(shown)
    assert not Wallet.objects.exists()
    reviewed(desk, address, typed, shown=shown)
    wallet = Wallet.objects.get()
    assert desk.get(url("account_wallet", account.pk)).url == url("wallet", wallet.pk)
    assert "Expires next" in text(desk.get(url("wallet", wallet.pk)))
    assert wallet.number in desk.get(url("wallets")).content.decode()
    assert url("wallet", wallet.pk) in desk.get(url("account", account.pk)).content.decode()
    assert desk.get(url("search"), {"q": wallet.number}).url == url("wallet", wallet.pk)
    before = desk.post(address, {"amount": "5", "expires_on": "2020-01-01"})
    assert before.context["form"].errors["expires_on"]


def test_what_was_debited_is_voided_and_both_say_so(desk, sit, prepaid):
    wallet, debit = prepaid.wallet(), prepaid.debit(30)
    page, address = url("wallet", wallet.pk), url("wallet_void", debit.pk)
    assert address in desk.get(page).content.decode()
    assert address not in sit("auditor").get(page).content.decode()
    shown = desk.post(address, {"note": "Not delivered."})
    assert "goes back to the very credit that paid" in text(shown)
    reviewed(desk, address, {"note": "Not delivered."}, shown=shown)
    assert prepaid.in_wallet() == Decimal("100.00")
    assert "Voided" in text(desk.get(page))
    assert address not in desk.get(page).content.decode()
    assert desk.get(address).status_code == 409


def test_money_goes_back_to_the_account_and_into_another_wallet(desk, prepaid):
    wallet, other = prepaid.wallet(), prepaid.open("Pia")
    prepaid.grant(10, account=other)
    typed = {"to_wallet": other.number, "amount": "40"}
    address = url("wallet_transfer", wallet.pk)
    assert "Last days and paid value go with it" in text(desk.post(address, typed))
    reviewed(desk, address, typed)
    assert prepaid.in_wallet(other) == Decimal("50.00")
    assert desk.post(address, {"to_wallet": "nobody", "amount": "1"}).context["form"].errors["to_wallet"]
    address = url("wallet_reimburse", wallet.pk)
    assert "becomes free credit of the account" in text(desk.post(address, {"amount": "20"}))
    reviewed(desk, address, {"amount": "20"})
    address = url("wallet_fund", prepaid.account.pk)
    assert "goes into the wallet, by an invoice" in text(desk.post(address, {"amount": "5"}))
    reviewed(desk, address, {"amount": "5"})
    assert prepaid.in_wallet() == Decimal("45.00")
    assert desk.post(address, {"amount": "500"}).context["form"].errors["amount"]


def test_a_top_up_says_what_becomes_of_it(desk, prepaid):
    credit = WalletTransaction.objects.get()
    for document in (credit.source_id, credit.document_id):
        assert "100.00 EUR of it is left" in text(desk.get(url("transaction", document)))
    asked = desk.get(url("transaction_action", credit.source_id, "cancel"))
    assert "is taken out of the wallet again" in text(asked)


def test_a_cancelled_wallet_offers_nothing(desk, prepaid):
    prepaid.debit(100)
    wallet = prepaid.wallet()
    assert url("wallet_debit", wallet.pk) not in desk.get(url("wallet", wallet.pk)).content.decode()
    Wallet.objects.update(state=WalletState.CANCELLED, cancelled_on=wallet.opened_on)
    page = desk.get(url("wallet", wallet.pk))
    assert "This wallet is cancelled" in text(page)
    assert url("wallet_grant", wallet.account_id) not in page.content.decode()
    assert desk.get(url("wallet_grant", wallet.account_id)).status_code == 409
