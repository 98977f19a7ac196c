"""Which events a filter takes, and what follows from answers: trying again, leaving alone, giving up."""

from __future__ import annotations

import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from standardwebhooks import Webhook

from subledger.platform.rooms import event_types
from subledger.webhooks.rules import retries
from subledger.webhooks.rules.answers import EndpointResponse, Verdict
from subledger.webhooks.rules.filters import is_filter, like_patterns, like_sql, nearest, takes
from subledger.webhooks.rules.retries import Following, Health, after, next_attempt
from subledger.webhooks.rules.signatures import SECRET_BYTES, hint_of, secret_of, signature, signed_headers
from subledger.webhooks.states import DisabledReason

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
GOOD, BAD, GONE = EndpointResponse(200), EndpointResponse(500), EndpointResponse(410)
DAY = timedelta(days=1)


def in_the_middle() -> float:
    return 0.5


def follows(health: Health, *answers: EndpointResponse) -> Following:
    return after(health, answers, NOW, in_the_middle)


@pytest.mark.wide
def test_failures_are_counted_from_the_last_that_arrived():
    assert follows(Health(), BAD, BAD).health == Health(2, NOW)
    assert follows(Health(3, NOW - DAY / 2), GOOD).health == Health()
    assert follows(Health(3, NOW - DAY / 2), BAD, GOOD, BAD).health == Health(1, NOW)
    since = NOW - DAY / 2
    assert follows(Health(1, since), BAD).health == Health(2, since)


def test_it_is_left_alone_from_the_fifth_failure_on_and_as_long_as_it_asks():
    assert follows(Health(3, NOW), BAD).health.paused_until is None
    assert follows(Health(4, NOW), BAD).health.paused_until == NOW + timedelta(seconds=5)
    assert follows(Health(5, NOW), BAD).health.paused_until == NOW + timedelta(seconds=60)
    assert follows(Health(40, NOW), BAD).health.paused_until == NOW + retries.LONGEST_PAUSE
    asked = EndpointResponse(503, retry_after="90")
    assert follows(Health(), asked).health.paused_until == NOW + timedelta(seconds=90)
    assert follows(Health(4, NOW), asked, BAD).health.paused_until == NOW + timedelta(seconds=90)


def test_it_is_back_where_it_was_left_alone_and_something_arrives():
    paused = Health(7, NOW - DAY / 2, NOW)
    assert follows(paused, GOOD) == Following(Health(), None, True)
    assert follows(Health(2, NOW), GOOD).is_back is False
    assert follows(paused, BAD).is_back is False


@pytest.mark.parametrize(
    ("since", "answers", "reason"),
    [
        (NOW - DAY, [BAD], DisabledReason.FAILING),
        (NOW - DAY + timedelta(seconds=1), [BAD], None),
        (NOW - DAY, [GOOD], None),
        (None, [GONE], DisabledReason.GONE),
        (NOW - DAY, [GOOD, GONE], DisabledReason.GONE),
    ],
)
def test_what_nothing_reached_for_a_day_is_disabled_and_what_is_gone_at_once(since, answers, reason):
    assert follows(Health(9, since), *answers).disabled is reason


def test_a_delivery_is_tried_by_the_ladder_later_where_it_is_asked_and_given_up_after_three_days():
    def tried(attempts: int, answer: EndpointResponse, *, first_at: datetime = NOW) -> datetime | None:
        return next_attempt(attempts, first_at, answer, NOW, in_the_middle)

    assert tried(1, BAD) == NOW + timedelta(seconds=5)
    assert tried(2, BAD) == NOW + timedelta(seconds=60)
    assert tried(99, BAD) == NOW + timedelta(hours=8)
    assert tried(1, EndpointResponse(429, retry_after="600")) == NOW + timedelta(seconds=600)
    assert tried(3, EndpointResponse(429, retry_after="1")) == NOW + timedelta(minutes=5)
    assert tried(9, BAD, first_at=NOW - 3 * DAY + timedelta(seconds=1)) is not None
    assert tried(9, BAD, first_at=NOW - 3 * DAY) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("", None), ("soon", None), ("60", 60), ("-5", None), ("99999999999", 8 * 3600), ("0", 0),
     ("Mon, 1 Jan 2020 00:00:00 +9999999999999999999", None), ("Mon, 1 Jan 99999999999999999999 00:00:00 GMT", None),
     ("Mon, 1 Jan 2020 00:00:00 -2359", 0), ("Fri, 31 Dec 9999 23:59:59 -2359", 8 * 3600), ("\u0663", None),
     ("Wed, 20 May 2026 12:10:00 GMT", 600), ("Wed, 20 May 2026 11:00:00 GMT", 0)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_within_bounds(header, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert retries.retry_after(header, NOW) == expected


@pytest.mark.parametrize(
    ("status", "verdict", "why"),
    [
        (199, Verdict.FAILED, "It answered 199."),
        (200, Verdict.DELIVERED, ""),
        (299, Verdict.DELIVERED, ""),
        (300, Verdict.FAILED, "It answered 300: redirects are not followed. Give the address it leads to."),
        (399, Verdict.FAILED, "It answered 399: redirects are not followed. Give the address it leads to."),
        (400, Verdict.FAILED, "It answered 400."),
        (410, Verdict.GONE, "It answered 410."),
        (500, Verdict.FAILED, "It answered 500."),
    ],
)
def test_what_an_answer_means_and_why(status, verdict, why):
    assert (EndpointResponse(status).verdict, EndpointResponse(status).why) == (verdict, why)
    assert EndpointResponse(status, error="It was cut off.").why == "It was cut off."


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("*", True),
        ("invoice.*", True),
        ("a" * 100, True),
        ("a" * 101, False),
        ("", False),
        ("a..b", False),
        ("A", False),
    ],
)
def test_what_a_filter_is(text, is_one):
    assert is_filter(text) is is_one


def test_a_filter_is_a_pattern_of_sql():
    assert like_patterns(["*", "payment_request.*"]) == ["%", r"payment\_request.%"]


FILTERS = (
    "*",
    "invoice.posted",
    "invoice.*",
    "*.posted",
    "payment_request.*",
    "credit_note.*",
    "*_*",
    "paymentXrequest.*",
    "*i*posted",
    "invoice.posted*posted",
    "**e.*",
    "*e*e*o*",
)


def test_a_filter_takes_the_same_in_python_and_in_sql(db):
    """By the patterns that the program makes, and by those that `check` makes in the database."""
    types = [*event_types(), "paymentxrequest.posted", "invoices.posted", "creditxnote.posted"]
    statement = f"""
        SELECT f.filter, t.type, t.type LIKE f.pattern, t.type LIKE {like_sql("f.filter")}
          FROM unnest(%s::text[], %s::text[]) f (filter, pattern) CROSS JOIN unnest(%s::text[]) t (type)
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(FILTERS), like_patterns(FILTERS), types])
        rows = cursor.fetchall()
    assert len(rows) == len(FILTERS) * len(types)
    assert [row for row in rows if not takes(row[0], row[1]) == row[2] == row[3]] == []


def test_filters_of_many_stars_are_answered_at_once():
    began = time.monotonic()
    filters = ["*" * 99 + "z", "*a" * 50, "*." * 49 + "z", "*_*" * 33]
    assert [nearest(one, event_types()) for one in filters if is_filter(one)] == [""] * 4
    assert time.monotonic() - began < 20


def test_a_filter_that_takes_nothing_is_found_with_the_type_that_it_is_like():
    types = ["invoice.posted", "payment.posted", "run.failed"]
    assert [nearest(one, types) for one in ("*", "invoice.*", "*.failed", "run.failed")] == [None] * 4
    assert nearest("invioce.posted", types) == "invoice.posted"
    assert nearest("zebra", types) == ""


# -- signatures ------------------------------------------------------------------------------------------------------


def test_a_signature_is_that_of_standard_webhooks():
    secret = secret_of(bytes(range(SECRET_BYTES)))
    assert secret == f"whsec_{b64encode(bytes(range(SECRET_BYTES))).decode()}"
    assert signature(secret, "msg_1", int(NOW.timestamp()), b'{"a":1}') == Webhook(secret).sign("msg_1", NOW, '{"a":1}')


def test_a_message_carries_a_signature_for_each_secret_the_newest_first():
    new, old = secret_of(b"n" * SECRET_BYTES), secret_of(b"o" * SECRET_BYTES)
    assert signed_headers([new, old], "msg_1", 1_700_000_000, b"{}") == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": " ".join(signature(each, "msg_1", 1_700_000_000, b"{}") for each in (new, old)),
    }


def test_a_hint_tells_the_last_four_letters_of_a_secret():
    assert hint_of("whsec_abcdefgh") == "whsec_…efgh"
