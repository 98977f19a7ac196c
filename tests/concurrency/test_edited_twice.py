"""Two people save the same draft at once: with the guard one is told, without it one's work is gone in silence."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
from tests.api.client import books
from tests.factories import Ledger, at_once, company_at_work

from subledger.platform.versions import ChangedMeanwhile
from subledger.transactions.api import items
from subledger.transactions.models import Transaction
from subledger.transactions.services import drafts
from subledger.transactions.services.draft_versions import items_of_draft, version_of_draft
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification as C


@pytest.fixture(params=["guard off", "guard on"])
def guarded(request, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "guard off":
        monkeypatch.setattr(drafts, "check_version", lambda *shown, **named: None)
    return request.param == "guard on"


def test_two_who_save_what_they_were_shown(committed_db, guarded: bool):
    with company_at_work():
        ledger = Ledger()
        [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 1)], actor="test")
        shown = version_of_draft(Transaction.objects.get(pk=draft.pk), items_of_draft(draft))

        def save(amount: int) -> Any:
            return lambda: update_draft(
                transaction_id=draft.pk, new=ledger.new(C.PAYMENT, amount), version=shown, actor="test"
            )

        answers = at_once(save(2), save(3))
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        draft.refresh_from_db()
        if guarded:
            assert [type(answer) for answer in refused] == [ChangedMeanwhile]
            [kept] = [answer for answer in answers if not isinstance(answer, Exception)]
            assert draft.amount_minor == kept.amount_minor
        else:
            assert refused == [], "both were told that it is saved"
            assert sorted(answer.amount_minor for answer in answers) == [200, 300]
            assert draft.amount_minor in (200, 300), "and one of them is not"


def test_two_requests_that_change_different_fields_both_count(committed_db, monkeypatch, guarded: bool):
    """What a PATCH leaves out stays as it is: as it is when it is kept, not as it was when it was read."""
    api = books()
    draft = api.post("payments", {"account": api.account, "amount": 700})
    gate, reading = threading.Barrier(2), items.items_of_draft

    def meet(row: Transaction) -> Any:
        found = reading(row)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=2 if guarded else 20)
            gate.abort()  # the second time nobody waits
        return found

    monkeypatch.setattr(items, "items_of_draft", meet)
    change = [{"received_by": "desk 1"}, {"back_office_code": "PO-1"}]
    answers = at_once(*[lambda one=one: api.patch(f"payments/{draft['id']}", one) for one in change])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    told = api.get(f"payments/{draft['id']}")
    kept = [told["received_by"] == "desk 1", told["back_office_code"] == "PO-1"]
    assert kept == [True, True] if guarded else sorted(kept) == [False, True], kept
