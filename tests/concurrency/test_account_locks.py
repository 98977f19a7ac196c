"""Closing the books while late interest is drafted: nobody holds an account who still waits for the books."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.transaction import atomic
from tests.dunning.conftest import plan_of_levels
from tests.factories import NOW, Ledger, at_once, company_at_work, day

from subledger.accounts.locks import locked
from subledger.accounts.models import Account
from subledger.companies.locks import hold_books
from subledger.dunning.services import claims

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def somebody_waits_for_the_books() -> None:
    with connection.cursor() as cursor:
        for _ in range(6_000):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_an_account_is_locked_behind_the_books(committed_db: None, guard: str, monkeypatch: pytest.MonkeyPatch):
    if guard == "guard off":
        monkeypatch.setattr(claims, "lock_accounts", lambda idents: [locked(Account, one) for one in sorted(idents)])
    with company_at_work(now=NOW - timedelta(days=19)):  # a rate holds from the day it is entered
        ledger = Ledger()
        plan_of_levels(percent=9)
        invoice = ledger.invoice(1000, on="01/05", due="05/05")
        is_closing, is_seen = threading.Event(), threading.Event()

        def close() -> None:
            with atomic():
                hold_books()
                is_closing.set()
                assert is_seen.wait(60)

        def draft() -> Any:
            assert is_closing.wait(60)
            return claims.draft_interest(document_ids=[invoice.id], up_to=day("15/05"), actor="test")

        def look() -> str:
            assert is_closing.wait(60)
            try:
                somebody_waits_for_the_books()
                with atomic():
                    Account.objects.select_for_update(nowait=True, no_key=True).get(pk=ledger.account.pk)
                return "free"
            except OperationalError:
                return "held"
            finally:
                is_seen.set()

        _, drafted, stood = at_once(close, draft, look)
        assert drafted == {invoice.id: 247}
        assert stood == ("held" if guard == "guard off" else "free")
