"""What closing the books comes to, told by every room, and by every door the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.endings import close_books, reopen_books
from tests.factories import Ledger, day

from subledger.gateways.models import Provider, UnbookedFact
from subledger.journal.closure import closing_of, reopening
from subledger.journal.errors import PeriodInvalid, PeriodNotClear, ReopeningUnseen
from subledger.journal.models import PeriodClose
from subledger.journal.queries import closed_through
from subledger.journal.services import close_period, reopen_period
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def words(through: str) -> list[str]:
    return [one.words for one in closing_of(day(through)).unfinished]


def test_a_day_with_nothing_unfinished_is_closed_without_a_question(ledger: Ledger):
    invoice = ledger.invoice(10, on="01/05")
    ledger.payment(10, on="02/05", to=[invoice])
    found = closing_of(day("10/05"))
    assert (found.unfinished, found.asks, found.last_posting_on) == ([], False, day("02/05"))
    assert found.first_open_on == day("11/05")
    assert close_period(through=day("10/05"), actor="ana").through == day("10/05")


def test_drafts_dated_inside_and_suspense_ask_and_unapplied_credit_is_told(ledger: Ledger):
    save_drafts(new=[replace(ledger.new(C.PAYMENT, 3), issued_on=on) for on in (day("02/05"), day("12/05"))], actor="t")
    ledger.payment(7, on="03/05")
    assert words("10/05") == [
        "1 draft dated 2026-05-10 or earlier, to be posted on a later day",
        "7.00 EUR of unapplied credit, 1 open item",
    ]
    ledger.payment(20, on="04/05", account=ledger.system("suspense"))
    assert "20.00 EUR in suspense, 1 open item" in words("10/05")
    with pytest.raises(PeriodNotClear, match=r"Inside there is 20\.00 EUR in suspense") as asked:
        close_period(through=day("10/05"), actor="ana")
    assert closed_through() is None
    close_period(through=day("10/05"), expected_outcome=asked.value.outcome, actor="ana")
    assert closed_through() == day("10/05")


def test_unapplied_credit_alone_asks_nothing(ledger: Ledger):
    ledger.payment(7, on="03/05")
    assert close_period(through=day("10/05"), actor="ana").through == day("10/05")


@pytest.mark.parametrize(("booked_on", "is_inside"), [("10/05", True), ("11/05", False), (None, False)])
def test_what_a_bank_said_inside_and_is_in_no_books_asks(ledger: Ledger, booked_on, is_inside):
    provider = Provider.objects.create(company_id=current_company_id(), kind="generic", code="bank", name="Bank")
    UnbookedFact.objects.create(
        provider=provider, company_id=provider.company_id, key="1", source="camt", said="Paid", code="x", reason="y",
        booked_on=day(booked_on), created_at=clock.now(),
    )  # fmt: skip
    assert words("10/05") == (["1 unbooked fact of banks and gateways"] if is_inside else [])
    assert closing_of(day("10/05")).asks is is_inside
    UnbookedFact.objects.update(resolved_at=clock.now())
    assert words("10/05") == []


def test_what_was_shown_of_another_state_of_the_books_closes_nothing(ledger: Ledger):
    shown = closing_of(day("10/05")).outcome
    ledger.payment(1, on="09/05")
    with pytest.raises(
        PeriodNotClear, match=r"The last posting is on 2026-05-09, and the first open day is 2026-05-11"
    ):
        close_period(through=day("10/05"), expected_outcome=shown, actor="ana")
    assert closed_through() is None


def test_reopening_always_says_which_closing_was_shown(ledger: Ledger):
    close_books(through=day("31/03"))
    close_books(through=day("30/04"))
    shown = reopening().outcome
    for unseen in ("", "0" * 32):
        with pytest.raises(ReopeningUnseen, match=r"closed through 2026-04-30\. Once it is reopened they are closed"):
            reopen_period(reason="late", expected_outcome=unseen, actor="ana")
    reopen_period(reason="late", expected_outcome=shown, actor="ana")
    with pytest.raises(ReopeningUnseen, match=r"closed through 2026-03-31\. Once it is reopened nothing is closed"):
        reopen_period(reason="late", expected_outcome=shown, actor="bob")
    assert closed_through() == day("31/03")


@pytest.mark.parametrize("reason", ["", " ", "\t\n", "\u200b\u200b", "\u00a0", "\u2800", "\u3164"])
def test_a_reason_that_says_nothing_is_none(ledger: Ledger, reason):
    close_books(through=day("30/04"))
    with pytest.raises(DomainError) as refused:
        reopen_books(reason=reason)
    assert (refused.value.status, refused.value.param) == (422, "/reason")
    assert closed_through() == day("30/04")


def test_closed_again_on_the_same_day_it_is_another_closing(ledger: Ledger):
    close_books(through=day("30/04"))
    shown = reopening().outcome
    reopen_books()
    close_books(through=day("30/04"))
    with pytest.raises(ReopeningUnseen):
        reopen_period(reason="late", expected_outcome=shown, actor="ana")


def test_nothing_is_shown_of_what_cannot_be_closed(ledger: Ledger):
    with pytest.raises(PeriodInvalid, match=r"has not come yet"):
        closing_of(date(2026, 5, 21))
    with pytest.raises(PeriodInvalid, match=r"Nothing is closed"):
        reopening()


def test_the_api_shows_closing_and_reopening_first(doors):
    save_drafts(new=[replace(doors.ledger.new(C.PAYMENT, 3), issued_on=date(2026, 5, 2))], actor="test")
    shown = doors.api.get("periods/closing", through="2026-05-10")
    assert (shown["unfinished"], shown["first_open_on"]) == (
        ["1 draft dated 2026-05-10 or earlier, to be posted on a later day"],
        "2026-05-11",
    )
    refused = doors.api.post("periods/close", {"through": "2026-05-10"}, expect=409)
    assert (refused["code"], refused["outcome"]) == ("period_not_clear", shown["outcome"])
    doors.api.post("periods/close", {"through": "2026-05-10", "expected_outcome": shown["outcome"]})
    back = doors.api.get("periods/reopening")
    assert (back["through"], back["then_closed_through"]) == ("2026-05-10", None)
    unseen = doors.api.post("periods/reopen", {"reason": "late"}, expect=409)
    assert (unseen["code"], unseen["outcome"]) == ("reopening_unseen", back["outcome"])
    blank = {"reason": " ", "expected_outcome": back["outcome"]}
    assert doors.api.post("periods/reopen", blank, expect=422)["param"] == "/reason"
    doors.api.post("periods/reopen", {"reason": "late", "expected_outcome": back["outcome"]})
    assert PeriodClose.objects.get().reopened_at is not None
