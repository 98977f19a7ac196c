"""A session alone opens no login anew: what is asked for within it is counted as at the login, and locked alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from tests.pages.conftest import PASSWORD, member, seat
from tests.people.test_logins import add, asking, code_of, log_in, told

from subledger.companies.models import Company, Membership
from subledger.people.errors import CodeWrong, FirstCodeWrong, GuessedTooOften, PasswordWrong, PersonInvalid
from subledger.people.models import Login, Session
from subledger.people.queries import has_second_factor
from subledger.people.services import (
    allow_reset_link,
    change_password,
    make_recovery_codes,
    new_totp_key,
    prove_second_factor,
    remove_own_second_factor,
    remove_second_factor,
    set_password,
)
from subledger.people.sessions import CREATED, key_hash

pytestmark = pytest.mark.sampled(3)

NEW = "another long password"


@pytest.fixture
def ana(company: Company) -> Any:
    return member(company, "administrator")


@pytest.fixture
def factor(ana: Any) -> tuple[str, list[str]]:
    key = new_totp_key()
    return key, add(ana, key)


def sealed(user: Any) -> str:
    return str(Login.objects.get(user=user).sealed_totp_key)


# -- what a session alone cannot do ----------------------------------------------------------------------------------


def test_a_second_factor_is_replaced_by_who_has_the_password_and_the_old_one(ana, factor):
    _, codes = factor
    stood, other = sealed(ana), new_totp_key()
    for typed in ({"password": "wrong", "old_code": codes[0]}, {"password": ""}):
        with pytest.raises(PasswordWrong):
            add(ana, other, **typed)
    for old_code in ("", "000000", code_of(other)):
        with pytest.raises(CodeWrong) as refused:
            add(ana, other, old_code=old_code)
        assert refused.value.param == "/old_code"
    assert sealed(ana) == stood
    add(ana, other, old_code=codes[0])
    prove_second_factor(user=ana, code=code_of(other), request=asking())
    assert sealed(ana) != stood


def test_a_code_of_the_app_in_use_replaces_it_too(ana, factor):
    other = new_totp_key()
    add(ana, other, old_code=code_of(factor[0]))
    prove_second_factor(user=ana, code=code_of(other), request=asking())


def test_a_wrong_first_code_of_the_new_app_costs_no_recovery_code(ana, factor):
    _, codes = factor
    for _ in range(12):
        with pytest.raises(FirstCodeWrong, match="new app"):
            add(ana, new_totp_key(), code="000000", old_code=codes[0])
    add(ana, new_totp_key(), old_code=codes[0])


def test_the_page_that_replaces_a_second_factor_asks_for_both(ana, factor):
    key, codes = factor
    desk = seat(ana)
    page = desk.get("/me/second-factor/").content.decode()
    assert 'name="password"' in page
    assert 'name="old_code"' in page
    fresh = desk.session["new_totp_key"]
    stood = sealed(ana)
    alone = desk.post("/me/second-factor/", {"code": code_of(fresh)})
    wrong = desk.post("/me/second-factor/", {"code": code_of(fresh), "password": PASSWORD, "old_code": "000000"})
    assert [alone.status_code, wrong.status_code] == [422, 422]
    assert sealed(ana) == stood
    done = desk.post("/me/second-factor/", {"code": code_of(fresh), "password": PASSWORD, "old_code": codes[1]})
    assert done.status_code == 200
    assert sealed(ana) != stood


def test_administrators_do_nothing_to_their_own_login_without_proof(ana, factor):
    place = Membership.objects.get(user=ana)
    with pytest.raises(PersonInvalid):
        remove_second_factor(user=ana, actor=f"user:{ana.username}")
    with pytest.raises(PersonInvalid):
        allow_reset_link(membership_id=place.pk, actor=f"user:{ana.username}")
    desk = seat(ana)
    for verb in ("password", "factor"):
        assert desk.post(reverse("backoffice:person_action", args=[place.pk, verb])).status_code == 422, verb
    assert has_second_factor(ana)
    assert told("password_link_made") == []


# -- guessing within a session ---------------------------------------------------------------------------------------


def pages_that_ask(desk: Client) -> dict[str, dict[str, str]]:
    """What is posted to each page of one's own login that asks for a proof, with a wrong one."""
    desk.get("/me/second-factor/")
    fresh = code_of(desk.session["new_totp_key"])
    return {
        "/me/second-factor/": {"code": fresh, "password": PASSWORD, "old_code": "000000"},
        "/me/second-factor/remove/": {"code": "000000"},
        "/me/recovery-codes/": {"code": "000000"},
        "/me/password/": {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW},
    }


PAGES = ["/me/second-factor/", "/me/second-factor/remove/", "/me/recovery-codes/", "/me/password/"]


@pytest.mark.few(2)
@pytest.mark.parametrize("path", PAGES)
def test_ten_wrong_proofs_within_a_session_lock_the_name(ana, factor, path):
    desk = seat(ana)
    typed = pages_that_ask(desk)[path]
    answers = [desk.post(path, typed) for _ in range(11)]
    assert [each.status_code for each in answers] == [422] * 9 + [429] * 2
    assert answers[-1]["Retry-After"] == "900"
    elsewhere = log_in(Client(), ana, REMOTE_ADDR="10.3.3.3")
    assert elsewhere.status_code == 429, "the same lock as at the login"
    assert len(told("locked_out")) == 1


@pytest.mark.few(2)
@pytest.mark.parametrize("path", PAGES)
def test_a_name_that_is_locked_at_the_login_proves_nothing_within_a_session(ana, factor, path):
    _, codes = factor
    desk = seat(ana)
    typed = pages_that_ask(desk)[path]
    right = {name: codes[0] if value == "000000" else value for name, value in typed.items()}
    right = {name: PASSWORD if value == "wrong" else value for name, value in right.items()}
    for at in range(10):
        log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}")
    stood = sealed(ana)
    assert desk.post(path, right).status_code == 429
    assert sealed(ana) == stood
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_the_services_count_whatever_the_page(ana, factor):
    def wrong(at: int) -> None:
        request = asking(f"10.5.0.{at}")
        if at % 3 == 0:
            remove_own_second_factor(user=ana, code="000000", request=request)
        elif at % 3 == 1:
            make_recovery_codes(user=ana, code="000000", request=request)
        else:
            change_password(user=ana, old_password="wrong", password=NEW, request=request)

    for at in range(10):
        with pytest.raises((CodeWrong, PasswordWrong)):
            wrong(at)
    for at in range(10, 13):
        with pytest.raises(GuessedTooOften):
            wrong(at)


def test_a_right_proof_forgets_the_wrong_ones(ana, factor):
    _, codes = factor
    for spare in codes[:2]:
        for _ in range(8):
            with pytest.raises(CodeWrong):
                prove_second_factor(user=ana, code="000000", request=asking())
        prove_second_factor(user=ana, code=spare, request=asking())


def test_a_password_alone_forgets_no_wrong_codes(ana, factor):
    for at in range(9):
        with pytest.raises(CodeWrong):
            prove_second_factor(user=ana, code="000000", request=asking(f"10.6.0.{at}"))
    change_password(user=ana, old_password=PASSWORD, password=NEW, request=asking("10.6.1.1"))
    with pytest.raises(CodeWrong):
        prove_second_factor(user=ana, code="000000", request=asking("10.6.1.2"))
    with pytest.raises(GuessedTooOften):
        prove_second_factor(user=ana, code="000000", request=asking("10.6.1.3"))


def test_nothing_that_was_typed_is_kept_with_the_count(ana, factor):
    desk = seat(ana)
    desk.post("/me/password/", {"old_password": "almost my password", "new_password1": NEW, "new_password2": NEW})
    typed = pages_that_ask(desk)["/me/second-factor/"]
    desk.post("/me/second-factor/", {**typed, "old_code": "was-a-code"})
    [kept] = AccessAttempt.objects.filter(username=ana.username)
    for secret in ("almost my password", NEW, PASSWORD, "was-a-code", typed["code"]):
        assert secret not in kept.post_data


def test_a_wrong_password_on_the_way_to_an_invitation_keeps_no_invitation(db):
    way = "/invitation/a-whole-token-of-an-invitation"
    browser = Client()
    browser.post(f"/login/?next={way}", {"username": "ana", "password": "wrong", "next": way})
    [kept] = AccessAttempt.objects.filter(username="ana")
    assert way.rsplit("/", 1)[1] not in kept.get_data + kept.post_data + kept.path_info


# -- the way out of a lock -------------------------------------------------------------------------------------------


def link_for(user: Any) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("backoffice:new_password", args=[uid, default_token_generator.make_token(user)])


def test_a_link_to_set_a_password_lets_a_locked_name_in_again(ana):
    for at in range(11):
        log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}")
    assert log_in(Client(), ana, REMOTE_ADDR="10.1.1.1").status_code == 429
    client = Client()
    form = client.get(link_for(ana), follow=True, REMOTE_ADDR="10.1.1.1")
    typed = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(form.request["PATH_INFO"], typed, REMOTE_ADDR="10.1.1.1").status_code == 302
    for address in ("10.1.1.1", "10.1.1.2", "10.0.0.3"):
        assert log_in(Client(), ana, NEW, REMOTE_ADDR=address).status_code == 302, address


def test_a_password_that_the_operator_sets_lets_the_name_in_too(ana):
    for at in range(11):
        log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}")
    set_password(user=ana, password=NEW, how="")
    assert log_in(Client(), ana, NEW, REMOTE_ADDR="10.1.1.1").status_code == 302


# -- twelve hours ----------------------------------------------------------------------------------------------------


def test_a_session_ends_twelve_hours_after_its_login_however_much_it_is_used(ana, monkeypatch):
    client = Client()
    log_in(client, ana)
    key = client.cookies["subledger_session"].value
    row = Session.objects.get(user=ana)
    assert row.expire_date == row.created_at + timedelta(hours=12)
    later = row.created_at + timedelta(hours=11, minutes=59)
    monkeypatch.setattr("subledger.people.sessions.clock.now", lambda: later)
    client.get("/me/second-factor/")  # writes into the session
    row = Session.objects.get(user=ana)
    assert row.session_key == key_hash(key)
    assert row.expire_date == row.created_at + timedelta(hours=12)
    assert 0 < int(client.cookies["subledger_session"]["max-age"]) <= 60
    monkeypatch.setattr("subledger.people.sessions.clock.now", lambda: later + timedelta(minutes=2))
    late = Client()
    late.cookies["subledger_session"] = key
    assert late.get("/").status_code == 302


def test_a_changed_password_gives_its_session_no_more_time(ana, monkeypatch):
    client = Client()
    log_in(client, ana)
    began = Session.objects.get(user=ana).created_at
    monkeypatch.setattr("subledger.people.sessions.clock.now", lambda: began + timedelta(hours=6))
    done = client.post("/me/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert done.status_code == 302
    [row] = Session.objects.filter(user=ana)
    assert (row.created_at, row.expire_date) == (began, began + timedelta(hours=12))
    assert CREATED in client.session
