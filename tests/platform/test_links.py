"""Signed links say what they open and until when; whoever changes a character has no link any more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.platform import clock
from subledger.platform.links import SignedLink, read, sign

NOW = datetime(2026, 5, 20, 12, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=23)
IDENT = 2**62 + 12345


class Bad(Exception):
    pass


class Late(Exception):
    pass


def opened(token: str, at: datetime = NOW) -> SignedLink:
    with clock.frozen(at):
        return read(token, invalid=Bad, expired=Late)


def token(**fields) -> str:
    return sign("pay", **{"company_id": IDENT, "object_ids": [IDENT + 1], "expires_at": LATER, **fields})


def test_a_link_says_what_it_opens():
    assert opened(token()) == SignedLink("pay", IDENT, (IDENT + 1,), LATER)
    assert opened(token(object_ids=[])).object_ids == ()
    assert opened(token(object_ids=[3, 1, 2])).object_ids == (3, 1, 2)


def test_a_link_is_short_and_stands_in_a_url_as_it_is():
    assert re.fullmatch(r"[A-Za-z0-9_.~-]{60,95}", token())


def test_a_link_is_good_until_its_time_and_not_a_second_longer():
    assert opened(token(), LATER - timedelta(seconds=1)).expires_at == LATER
    with pytest.raises(Late) as late:
        opened(token(), LATER)
    assert late.value.args == (LATER,)


def test_every_character_counts():
    good = token()
    for at, character in enumerate(good):
        for other in "0aA~.":
            if other != character:
                with pytest.raises(Bad):
                    opened(good[:at] + other + good[at + 1 :])
        with pytest.raises(Bad):
            opened(good[:at])


def test_a_tampered_link_that_is_also_late_is_tampered():
    with pytest.raises(Bad):
        opened(token(expires_at=NOW) + "x")


@given(st.text(max_size=200))
def test_no_text_is_a_link_by_chance(text):
    with pytest.raises(Bad):
        opened(text)


def test_another_installation_does_not_read_it(settings):
    link = token()
    settings.SECRET_KEY = "another"
    with pytest.raises(Bad):
        opened(link)


def test_a_changed_secret_key_keeps_links_that_are_out(settings):
    link = token()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert opened(link).company_id == IDENT


@pytest.mark.parametrize("kind", ["", "pay~0", "pay.", "pày", "pay link"])
def test_a_kind_that_would_break_the_link_is_a_mistake(kind):
    with pytest.raises(ValueError, match="kind"):
        sign(kind, company_id=1, object_ids=[], expires_at=LATER)
