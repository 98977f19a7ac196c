"""What closing and reopening the books comes to is shown first, and done as it was shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from tests.endings import close_books
from tests.factories import Ledger
from tests.pages.test_gateways import text_of

from subledger.journal.models import PeriodClose
from subledger.journal.queries import closed_through
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def reviewed(answer) -> str:
    found = re.search(r'name="reviewed" value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def test_what_closing_comes_to_is_shown_and_then_done(desk, ledger: Ledger):
    ledger.payment(10, on="12/05")
    close = reverse("backoffice:period_close")
    shown = desk.post(close, {"through": "2026-05-20"})
    page = text_of(shown)
    assert shown.status_code == 200
    assert "nothing more can be posted, cancelled or refunded until tomorrow" in page
    assert "First open day 21 May 2026" in page
    assert "Last posting inside 12 May 2026" in page
    assert "10.00 EUR of unapplied credit" in page
    assert not PeriodClose.objects.exists()
    done = desk.post(close, {"through": "2026-05-20", "reviewed": reviewed(shown)})
    assert (done.status_code, done["Location"]) == (302, reverse("backoffice:periods"))
    assert PeriodClose.objects.get().through == date(2026, 5, 20)


def test_another_day_than_the_one_shown_is_shown_first(desk):
    close = reverse("backoffice:period_close")
    shown = desk.post(close, {"through": "2026-04-30"})
    other = desk.post(close, {"through": "2026-03-31", "reviewed": reviewed(shown)})
    assert (other.status_code, "Close the books through 31 Mar 2026" in text_of(other)) == (200, True)
    assert not PeriodClose.objects.exists()
    assert desk.post(close, {"through": "2026-03-31", "reviewed": reviewed(other)}).status_code == 302


def test_a_draft_that_came_meanwhile_is_shown_before_its_days_are_closed(desk, ledger: Ledger):
    close = reverse("backoffice:period_close")
    shown = desk.post(close, {"through": "2026-05-19"})
    save_drafts(new=[replace(ledger.new(C.PAYMENT, 10), issued_on=date(2026, 5, 4))], actor="test")
    again = desk.post(close, {"through": "2026-05-19", "reviewed": reviewed(shown)})
    assert (again.status_code, "1 draft dated 19 May 2026 or earlier" in text_of(again)) == (409, True)
    assert not PeriodClose.objects.exists()
    assert desk.post(close, {"through": "2026-05-19", "reviewed": reviewed(again)}).status_code == 302


def test_two_presses_take_back_one_closing(desk):
    close_books(through=date(2026, 3, 31))
    close_books(through=date(2026, 4, 30))
    reopen = reverse("backoffice:period_reopen")
    page = desk.get(reopen)
    assert "Closed through once it is reopened 31 Mar 2026" in text_of(page)
    sent = {"reason": "a late invoice", "reviewed": reviewed(page)}
    assert [desk.post(reopen, sent).status_code for _ in range(2)] == [302, 409]
    assert closed_through() == date(2026, 3, 31)


@pytest.mark.parametrize("typed", ["tomorrow", "2026-02-30", "30/04/2026"])
def test_what_is_no_day_is_told_how_days_are_written(desk, typed):
    refused = desk.post(reverse("backoffice:period_close"), {"through": typed})
    assert refused.status_code == 422
    assert "That is no day. Write it as 2026-12-31." in refused.content.decode()
    assert "valid date" not in refused.content.decode()


def test_what_posts_a_draft_says_its_amount_once(desk, ledger: Ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="test")
    page = desk.get(reverse("backoffice:transaction_action", args=[draft.pk, "post"])).content.decode()
    assert page.count(">Amount<") == 1


def test_what_cannot_be_done_to_a_posted_one_is_said_in_words(desk, ledger: Ledger):
    payment = ledger.payment(10)
    page = desk.get(reverse("backoffice:transaction_action", args=[payment.id, "reject"])).content.decode()
    assert "Cannot reject what is posted" in page
    assert "the state is" not in page
