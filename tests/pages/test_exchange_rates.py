"""The page of exchange rates: listed, entered in either direction, asked about where a rate is odd."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from subledger.journal.models import ExchangeRate

TYPED = {"currency": "usd", "on": "2026-05-01", "rate": "0.8"}


def enter(desk, **typed: str):
    return desk.post(reverse("backoffice:rate_new"), {**TYPED, **typed})


def rates() -> dict[date, Decimal]:
    return dict(ExchangeRate.objects.values_list("on", "rate"))


def test_rates_are_listed_the_newest_first(desk):
    empty = desk.get(reverse("backoffice:rates")).content.decode()
    assert "Enter a rate before posting in another currency" in empty
    enter(desk)
    enter(desk, on="2026-05-02", rate="0.81")
    listed = desk.get(reverse("backoffice:rates")).content.decode()
    assert "EUR for one unit of the other currency" in listed
    assert -1 < listed.index("0.81") < listed.index("0.80")


def test_a_rate_is_entered_in_either_direction(desk):
    entered = enter(desk, direction="inverse", rate="1.25")
    assert entered.status_code == 302
    assert entered["Location"] == reverse("backoffice:rates")
    assert rates() == {date(2026, 5, 1): Decimal("0.8")}


@pytest.mark.parametrize(("odd", "guess"), [("1.25", True), ("8", False)])
def test_a_rate_far_from_the_one_before_is_asked_about(desk, odd: str, guess: bool):
    enter(desk)
    shown = desk.get(reverse("backoffice:rate_new")).content.decode()
    assert 'type="checkbox" name="confirm_rate"' not in shown
    asked = enter(desk, on="2026-05-02", rate=odd)
    page = asked.content.decode()
    assert (asked.status_code, asked.refusal_code) == (409, "exchange_rate_implausible")
    assert "is far from the rate of 1 May 2026" in page
    assert ("It looks like the other direction" in page) == guess
    assert 'type="checkbox" name="confirm_rate"' in page
    assert len(rates()) == 1
    assert enter(desk, on="2026-05-02", rate=odd, confirm_rate="on").status_code == 302
    assert rates()[date(2026, 5, 2)] == Decimal(odd)


def test_who_may_not_enter_rates_is_not_asked_to(sit):
    auditor = sit("auditor")
    assert "Enter a rate" not in auditor.get(reverse("backoffice:rates")).content.decode().replace("Enter a rate b", "")
    assert auditor.post(reverse("backoffice:rate_new"), TYPED).status_code == 403
    assert rates() == {}
