"""Closing the books through today asks first: nothing can be posted until tomorrow then."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from tests.factories import Ledger

from subledger.journal.models import PeriodClose
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def test_closing_through_today_is_asked_for_and_then_done(desk):
    close = reverse("backoffice:period_close")
    asked = desk.post(close, {"through": "2026-05-20"})
    shown = asked.content.decode()
    assert asked.status_code == 409
    assert "nothing more can be posted, cancelled or refunded until tomorrow" in shown
    assert "Whoever may close periods can reopen it" in shown
    assert 'type="checkbox" name="confirm_through"' in shown
    assert not PeriodClose.objects.exists()
    done = desk.post(close, {"through": "2026-05-20", "confirm_through": "on"})
    assert (done.status_code, done["Location"]) == (302, reverse("backoffice:periods"))
    assert PeriodClose.objects.get().through == date(2026, 5, 20)


def test_a_day_that_has_passed_is_closed_without_a_question(desk):
    assert desk.post(reverse("backoffice:period_close"), {"through": "2026-04-30"}).status_code == 302


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
