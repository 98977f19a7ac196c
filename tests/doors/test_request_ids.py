"""From a line of the log to what its request did: every event carries the id of the request that made it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db.transaction import atomic
from tests.factories import Ledger, company_at_work

from subledger.platform.events import add_note
from subledger.platform.models import Event
from subledger.platform.tracing import traced

GIVEN = "proxy-0123456789abcdef"


def made_by(ident: str) -> set[str]:
    return set(Event.objects.filter(request_id=ident).values_list("type", flat=True))


def test_what_the_api_posts_and_notes_is_told_with_its_request(doors):
    account = doors.ledger.account.public_id
    body = {"account": account, "amount": 100, "state": "posted"}
    for key in ({}, {"Idempotency-Key": "k-1"}):
        given = f"{GIVEN}-{len(key)}"
        answer = doors.api.request("POST", "payments", body, **{"X-Request-Id": given}, **key)
        assert (answer.status_code, answer["X-Request-Id"]) == (201, given)
        assert made_by(given) == {"payment.posted"}
    doors.api.request("POST", f"accounts/{account}/notes", {"text": "Called."}, **{"X-Request-Id": GIVEN})
    [note] = doors.api.get("events", request_id=GIVEN)["data"]
    assert (note["type"], note["request_id"]) == ("account.noted", GIVEN)


def test_what_a_page_does_is_shown_and_found_by_its_request(doors):
    answer = doors.page.post(
        f"/accounts/{doors.ledger.account.public_id}/note/", {"note": "Seen."}, headers={"X-Request-Id": GIVEN}
    )
    assert answer["X-Request-Id"] == GIVEN
    assert made_by(GIVEN) == {"account.noted"}
    shown = doors.page.get("/configuration/events/", {"q": GIVEN}).content.decode()
    assert shown.count(GIVEN) >= 2  # what was searched for, and what was found
    assert "Seen." in shown
    assert "Seen." not in doors.page.get("/configuration/events/", {"q": "another-request-id"}).content.decode()


@pytest.mark.parametrize("nested", [False, True])
def test_the_id_lasts_no_longer_than_its_request(committed_db, nested):
    with company_at_work():
        ledger = Ledger()
        with traced(GIVEN), atomic() if nested else nullcontext():
            ledger.payment(1)
        ledger.payment(2)  # of a worker or a command, on the same connection
        add_note(object_type="account", object_id=ledger.account.pk, text="x", actor="test")
        told = list(Event.objects.filter(type__in=("payment.posted", "account.noted")).order_by("pk"))
    assert [event.request_id for event in told] == [GIVEN, "", ""]
