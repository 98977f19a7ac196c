"""Whoever asks learns nothing of who is known here from how long an answer takes: the same work is done for both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.test import Client
from tests.factories import make_company
from tests.pages.conftest import PASSWORD, member
from tests.people.test_logins import add, told

from subledger.companies.models import Company
from subledger.companies.services import add_member, create_api_key
from subledger.people.models import Invitation, ResetRequest
from subledger.people.services import change_active, invite, new_totp_key
from subledger.people.throttle import let_in_again
from subledger.platform import clock
from subledger.platform.scope import company_scope

TRIES = 100
SAVEPOINT = re.compile(r'"s\d+_x\d+"')  # each has a name of its own
NAMES = 10  # of each kind, so that none is locked before it is let in again


@pytest.fixture
def statements(monkeypatch) -> list[str]:
    """Every statement that reaches PostgreSQL, whatever sends it."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        sent.append(SAVEPOINT.sub("one", " ".join(str(query).split())))
        return execute(cursor, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return sent


@contextmanager
def noting(statements: list[str]) -> Iterator[list[str]]:
    statements.clear()
    found: list[str] = []
    yield found
    found += statements


@pytest.mark.wide
def test_a_wrong_password_costs_the_same_whether_or_not_the_name_is_known(company, statements):
    known = [member(company, "administrator") for _ in range(NAMES)]
    other = make_company()
    with company_scope(other.pk):
        add_member(user=known[1], role="administrator", actor="test")  # of two companies
    change_active(user=known[2], is_active=False, actor="test")
    add(known[3], new_totp_key())
    known[4].set_unusable_password()
    known[4].save()
    work: dict[bool, list[tuple[str, ...]]] = {True: [], False: []}
    for at in range(TRIES):
        is_known, place = at % 2 == 0, at // 2 % NAMES
        name = known[place].get_username() if is_known else f"nobody-{place}"
        if at % (2 * NAMES) == 0:
            for each in range(NAMES):
                let_in_again(known[each].get_username())
                let_in_again(f"nobody-{each}")
        with noting(statements) as sent:
            answer = Client().post(
                "/login/", {"username": name, "password": "wrong"}, REMOTE_ADDR=f"10.{at % 2}.{at // 2 // 250}.{at}"
            )
        assert answer.status_code == 200
        work[is_known].append(tuple(sent))
    assert len(work[True]) == len(work[False]) == TRIES // 2
    assert all(work[True])
    assert work[True] == work[False]
    assert len(told("login_failed")) >= TRIES // 2 - TRIES // 20  # it did what it is for


def test_a_forgotten_password_costs_the_same_whether_or_not_the_address_is_known(company, statements):
    ana = member(company, "administrator")
    ana.email = "ana@example.org"
    ana.save()
    work = []
    for at, email in enumerate(["ana@example.org", "nobody@example.org"]):
        cache.clear()
        with noting(statements) as sent:
            answer = Client().post("/password/", {"email": email}, REMOTE_ADDR=f"10.9.0.{at}")
        work.append((answer.status_code, answer.get("Location"), sent))
    assert work[0] == work[1]
    assert ResetRequest.objects.count() == 2


def test_a_wrong_code_costs_the_same_whatever_is_wrong_with_it(company, statements):
    ana = member(company, "administrator")
    add(ana, new_totp_key())
    work = []
    for at, code in enumerate(["000000", "12345", "aaaaa-bbbbb-ccccc-ddddd-eeeee"]):
        client = Client()
        client.post("/login/", {"username": ana.get_username(), "password": PASSWORD}, REMOTE_ADDR=f"10.8.0.{at}")
        let_in_again(ana.get_username())
        with noting(statements) as sent:
            answer = client.post("/login/code/", {"code": code}, REMOTE_ADDR=f"10.8.0.{at}")
        work.append((answer.status_code, sent))
    assert work[0] == work[1] == work[2]


def test_an_invitation_that_is_over_costs_what_a_link_of_nobodys_does(company, statements):
    _, over = invite(role="administrator", email="a@example.org", actor="test")
    Invitation.objects.update(expires_at=clock.now() - timedelta(days=1))
    work = []
    for token in (over, "x" * len(over)):
        with noting(statements) as sent:
            answer = Client().get(f"/invitation/{token}")
        work.append((answer.status_code, sent))
    assert work[0] == work[1]


def test_a_revoked_api_key_costs_what_one_that_never_was_does(company: Company, statements):
    key, secret = create_api_key(name="old", actor="test")
    key.revoked_at = clock.now()
    key.save()
    work = []
    for given in (secret, secret[:-4] + "0000"):
        cache.clear()
        with noting(statements) as sent:
            answer = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {given}"})
        work.append((answer.status_code, sent))
    assert work[0][0] == 401
    assert work[0] == work[1]
