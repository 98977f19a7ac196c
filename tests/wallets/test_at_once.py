"""Many at once on wallets: what is taken was there, nothing is lost, and nobody waits in a circle."""

from __future__ import annotations

from typing import Any

import pytest
from tests.factories import at_once, company_at_work
from tests.wallets.conftest import Wallets, broken_invariants

from subledger.accounts.models import Account
from subledger.kernel.errors import DomainError
from subledger.wallets.errors import InsufficientFunds
from subledger.wallets.models import Wallet
from subledger.wallets.services import checks


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_debits_of_one_wallet_never_take_what_is_gone(committed_db: None, guard: str, monkeypatch: Any):
    if guard == "guard off":
        monkeypatch.setattr(checks, "lock_accounts", lambda idents: None)
    with company_at_work():
        books = Wallets()
        books.top_up(10, on="01/05")
        answers = at_once(*[lambda: books.debit(4, on="02/05") for _ in range(6)])
        refused = [one for one in answers if isinstance(one, InsufficientFunds)]
        done = [one for one in answers if not isinstance(one, Exception)]
        if guard == "guard off":
            assert len(done) > 2, "several took the same money"
            return
        assert (len(done), len(refused), books.in_wallet()) == (2, 4, 2)
        assert broken_invariants() == []


def test_transfers_both_ways_top_ups_and_cancellations_wait_in_no_circle(committed_db: None):
    with company_at_work():
        books = Wallets()
        other = books.open("Bea")
        first = books.top_up(100, on="01/05")
        books.top_up(100, account=other, on="01/05")
        answers = at_once(
            *[lambda: books.transfer(5, books.account, other, on="02/05") for _ in range(3)],
            *[lambda: books.transfer(5, other, books.account, on="02/05") for _ in range(3)],
            lambda: books.top_up(7, on="02/05"),
            lambda: books.cancel(first, on="02/05"),
            lambda: books.debit(50, account=other, on="02/05"),
        )
        wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, DomainError)]
        assert not wrong, wrong
        assert broken_invariants() == []


def test_a_wallet_is_opened_once(committed_db: None):
    with company_at_work():
        books = Wallets()
        answers = at_once(*[lambda: books.grant(1, on="01/05") for _ in range(5)])
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert Wallet.objects.filter(account=Account.objects.get(pk=books.account.pk)).count() == 1
        assert books.in_wallet() == 5
