"""The way in: guessed passwords are slowed down, everything is told, a second factor is asked for, sessions end."""

from __future__ import annotations

import re
import time
from base64 import b32decode
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import TOTP
from tests.factories import make_company
from tests.pages.conftest import PASSWORD, member, seat

from subledger.companies.models import Company, Membership
from subledger.companies.services import add_member
from subledger.messages.models import Message
from subledger.messages.services.delivery import deliver
from subledger.people import throttle
from subledger.people.errors import (
    CodeWrong,
    LoginShared,
    PersonInvalid,
    SecondFactorNeeded,
)
from subledger.people.jobs import send_reset_links
from subledger.people.models import Login, RecoveryCode, Session
from subledger.people.queries import has_second_factor, recovery_codes_left
from subledger.people.services import (
    add_second_factor,
    change_active,
    have_password_changed,
    new_totp_key,
    prove_second_factor,
    remove_own_second_factor,
    require_second_factor,
    set_active,
    sweep_sessions,
)
from subledger.people.sessions import key_hash
from subledger.platform.models import Event
from subledger.platform.scope import company_scope

LOGIN = "/login/"


def log_in(client: Client, user: Any, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"username": user.get_username(), "password": password}, **more)


def code_of(key: str, *, steps: int = 0) -> str:
    totp = TOTP(b32decode(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def told(kind: str) -> list[Event]:
    return list(Event.objects.filter(type=f"person.{kind}").order_by("pk"))


def asking(address: str = "10.7.7.7") -> Any:
    """A request of somebody at an address, for services that count what is wrong."""
    return RequestFactory().post("/", REMOTE_ADDR=address)


def add(user: Any, key: str, **typed: str) -> list[str]:
    given = {"code": code_of(key, steps=-1), "password": PASSWORD, **typed}
    return add_second_factor(user=user, key=key, request=asking(), **given)


@pytest.fixture
def ana(company: Company) -> Any:
    return member(company, "administrator")


@pytest.fixture
def factor(ana: Any) -> tuple[str, list[str]]:
    """Ana's second factor: its key and her recovery codes."""
    key = new_totp_key()
    return key, add(ana, key)


# -- the trail -------------------------------------------------------------------------------------------------------


def test_login_failed_login_and_logout_stand_on_the_trail(ana):
    client = Client()
    log_in(client, ana, "wrong")
    log_in(client, ana)
    client.post("/logout/")
    kinds = [event.type for event in Event.objects.filter(type__startswith="person.log").order_by("pk")]
    assert kinds == ["person.login_failed", "person.logged_in", "person.logged_out"]
    [failed] = told("login_failed")
    assert (failed.actor, failed.data) == ("anonymous", {"user": ana.username, "address": "127.0.0.1"})
    assert told("logged_in")[0].actor == f"user:{ana.username}"


def test_a_name_that_nobody_has_is_told_nowhere_and_answered_alike(ana):
    known = log_in(Client(), ana, "wrong").content.decode()
    unknown = Client().post(LOGIN, {"username": "nobody-here", "password": "wrong"}).content.decode()

    def plain(page: str, name: str) -> str:
        return re.sub(r'value="[^"]*"', "", page).replace(name, "")

    assert plain(known, ana.username) == plain(unknown, "nobody-here")
    assert len(told("login_failed")) == 1


# -- guessing --------------------------------------------------------------------------------------------------------


def test_a_name_is_locked_after_ten_wrong_passwords_before_anything_is_hashed(ana, monkeypatch):
    for at in range(9):
        assert log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}").status_code == 200
    tenth = log_in(Client(), ana, "wrong", REMOTE_ADDR="10.0.0.99")
    assert (tenth.status_code, tenth["Retry-After"]) == (429, "900")
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.authenticate", lambda *_, **__: 1 / 0)
    right = log_in(Client(), ana, REMOTE_ADDR="10.0.1.1")
    assert right.status_code == 429
    assert "Wait a while" in right.content.decode()
    [locked] = told("locked_out")
    assert locked.data["address"] == "10.0.0.99"
    assert len(told("login_failed")) <= 10


def test_an_address_is_locked_whatever_names_it_tries(ana, company):
    for at in range(10):
        Client().post(LOGIN, {"username": f"guess-{at}", "password": "wrong"}, REMOTE_ADDR="10.9.9.9")
    assert log_in(Client(), ana, REMOTE_ADDR="10.9.9.9").status_code == 429
    assert log_in(Client(), ana, REMOTE_ADDR="10.9.9.10").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(ana):
    for _ in range(3):
        for at in range(6):
            log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}")
        assert log_in(Client(), ana, REMOTE_ADDR="10.0.0.50").status_code == 302


def test_an_operator_lets_a_name_in_again(ana):
    for at in range(11):
        log_in(Client(), ana, "wrong", REMOTE_ADDR=f"10.0.0.{at}")
    assert throttle.let_in_again(ana.username) > 0
    assert log_in(Client(), ana, REMOTE_ADDR="10.0.1.1").status_code == 302


# -- passwords -------------------------------------------------------------------------------------------------------


def test_a_password_is_changed_by_its_owner_and_ends_the_other_sessions(ana):
    here, there = seat(ana), seat(ana)
    new = "another long password"
    wrong = here.post("/me/password/", {"old_password": "x", "new_password1": new, "new_password2": new})
    assert wrong.status_code == 422
    short = here.post("/me/password/", {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"})
    assert short.status_code == 422
    done = here.post("/me/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert done.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert [event.actor for event in told("password_changed")] == [f"user:{ana.username}"]
    assert log_in(Client(), ana, new).status_code == 302


def test_a_password_that_somebody_else_knows_is_changed_before_anything_is_shown(ana):
    have_password_changed(user=ana, actor="cli")
    client = Client()
    log_in(client, ana)
    for path in ("/", "/customers/", "/configuration/"):
        assert client.get(path)["Location"] == "/me/password/"
    assert "Somebody else knows your present password" in client.get("/me/password/").content.decode()
    new = "another long password"
    client.post("/me/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert client.get("/customers/").status_code == 200


def test_a_forgotten_password_is_set_anew_by_a_mailed_link_once(ana):
    ana.email = "ana@example.com"
    ana.save()
    inside = seat(ana)
    answers = [Client().post("/password/", {"email": email}) for email in ("ana@example.com", "nobody@example.com")]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, "/password/sent/")] * 2
    assert mail.outbox == []
    assert send_reset_links() == {"asked": 2}
    [kept] = Message.objects.all()
    assert "/password/" not in kept.body + kept.sealed, "the link stands in the mail alone"
    deliver()
    [sent] = mail.outbox
    assert sent.to == ["ana@example.com"]
    path = re.search(r"http://testserver(/password/\S+)", sent.body)[1]
    client = Client()
    form = client.get(path, follow=True)
    assert path not in form.request["PATH_INFO"], "the token stays out of the address of the form"
    new = "another long password"
    client.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    assert inside.get("/").status_code == 302
    assert log_in(Client(), ana, new).status_code == 302
    assert "cannot be used" in Client().get(path, follow=True).content.decode()
    assert [len(told(kind)) for kind in ("password_reset_asked", "password_reset")] == [1, 1]


def test_nobody_is_flooded_with_mail(ana):
    ana.email = "ana@example.com"
    ana.save()
    for _ in range(5):
        Client().post("/password/", {"email": "ana@example.com"})
    send_reset_links()
    Client().post("/password/", {"email": "ana@example.com"})
    send_reset_links()
    deliver()
    assert len(mail.outbox) == 1


def test_the_page_does_the_same_work_for_an_address_that_nobody_has(ana):
    ana.email = "ana@example.com"
    ana.save()
    asked = []
    for email in ("ana@example.com", "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            Client().post("/password/", {"email": email})
        asked.append([each["sql"].partition(" VALUES ")[0] for each in queries])
    assert asked[0] == asked[1]
    assert not any("auth_user" in sql for sql in asked[0])
    assert told("password_reset_asked") == []


# -- second factor ---------------------------------------------------------------------------------------------------


def test_with_a_second_factor_the_password_alone_opens_nothing(ana, factor):
    key, _ = factor
    client = Client()
    assert log_in(client, ana)["Location"] == "/login/code/"
    assert client.get("/")["Location"].startswith("/login/")
    assert told("logged_in") == []
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    assert client.get("/")["Location"].startswith("/login/")
    assert client.post("/login/code/", {"code": code_of(key)})["Location"] == "/"
    assert client.get("/customers/").status_code == 200
    assert len(told("logged_in")) == 1


def test_a_code_is_good_once(ana, factor):
    key, codes = factor
    code = code_of(key)
    prove_second_factor(user=ana, code=f"{code[:3]} {code[3:]}", request=asking())
    with pytest.raises(CodeWrong):
        prove_second_factor(user=ana, code=code, request=asking())
    prove_second_factor(user=ana, code=codes[0].upper().replace("-", " "), request=asking())
    with pytest.raises(CodeWrong):
        prove_second_factor(user=ana, code=codes[0], request=asking())
    assert recovery_codes_left(ana) == len(codes) - 1
    assert len(told("recovery_code_used")) == 1


def test_codes_are_guessed_no_faster_than_passwords(ana, factor):
    key, _ = factor
    client = Client()
    log_in(client, ana)
    answers = [client.post("/login/code/", {"code": "000000"}).status_code for _ in range(10)]
    assert answers == [422] * 9 + [429]
    assert client.post("/login/code/", {"code": code_of(key)}).status_code == 429


def test_the_way_between_password_and_code_is_short(ana, factor, monkeypatch):
    client = Client()
    log_in(client, ana)
    monkeypatch.setattr("subledger.people.pages.session.HALF_GOOD_FOR", timedelta(seconds=-1))
    assert client.post("/login/code/", {"code": code_of(factor[0])})["Location"] == "/login/"


def test_neither_key_nor_recovery_codes_can_be_read_in_the_database(ana, factor):
    key, codes = factor
    login = Login.objects.get(user=ana)
    assert key not in login.sealed_totp_key
    assert not RecoveryCode.objects.filter(code_hash__in=codes).exists()


def test_a_person_adds_a_second_factor_by_the_page(ana):
    client, other = seat(ana), seat(ana)
    page = client.get("/me/second-factor/").content.decode()
    key = re.search(r"<code>([A-Z2-7 ]{39})</code>", page)[1].replace(" ", "")
    assert "<svg" in page
    assert client.post("/me/second-factor/", {"code": "123", "password": PASSWORD}).status_code == 422
    assert client.post("/me/second-factor/", {"code": code_of(key)}).status_code == 422
    assert client.post("/me/second-factor/", {"code": code_of(key), "password": "wrong"}).status_code == 422
    assert not has_second_factor(ana)
    shown = client.post("/me/second-factor/", {"code": code_of(key), "password": PASSWORD})
    assert shown["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([a-z0-9-]{29})</code>", shown.content.decode())
    assert len(codes) == 8
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    third = Client()
    log_in(third, ana)
    assert third.post("/login/code/", {"code": codes[3]})["Location"] == "/"


def test_a_company_that_asks_for_a_second_factor_shows_nothing_without(ana, company):
    require_second_factor(is_required=True, actor="test")
    client = seat(ana)
    for path in ("/", "/accounts/"):
        assert client.get(path)["Location"] == "/me/second-factor/"
    assert client.post("/customers/new/", {"name": "x"})["Location"] == "/me/second-factor/"
    key = new_totp_key()
    codes = add(ana, key)
    assert seat(ana).get("/").status_code == 200
    with pytest.raises(SecondFactorNeeded):
        remove_own_second_factor(user=ana, code=codes[0], request=asking())
    require_second_factor(is_required=False, actor="test")
    remove_own_second_factor(user=ana, code=codes[0], request=asking())
    assert not has_second_factor(ana)


# -- who is let in ---------------------------------------------------------------------------------------------------


def test_a_deactivated_login_ends_at_once(ana, company):
    bob = member(company, "agent")
    inside = seat(bob)
    place = Membership.objects.get(user=bob)
    set_active(membership_id=place.pk, is_active=False, actor=f"user:{ana.username}")
    bob.refresh_from_db()
    assert inside.get("/").status_code == 302
    assert not Session.objects.filter(user=bob).exists()
    assert log_in(Client(), bob).status_code == 200
    set_active(membership_id=place.pk, is_active=True, actor="test")
    assert log_in(Client(), bob).status_code == 302
    with pytest.raises(PersonInvalid, match="your own login"):
        set_active(membership_id=Membership.objects.get(user=ana).pk, is_active=False, actor=f"user:{ana.username}")


def test_an_administrator_of_one_company_decides_over_nobody_of_two(ana, company):
    bob = member(company, "agent")
    other = make_company()
    with company_scope(other.pk):
        add_member(user=bob, role="agent", actor="test")
    place = Membership.objects.get(user=bob)
    with pytest.raises(LoginShared):
        set_active(membership_id=place.pk, is_active=False, actor="test")
    desk = seat(ana)
    for verb in ("deactivate", "password", "factor"):
        answer = desk.post(reverse("backoffice:person_action", args=[place.pk, verb]))
        assert answer.status_code == 409, verb
    bob.refresh_from_db()
    assert bob.is_active


def test_the_operator_may(ana):
    change_active(user=ana, is_active=False, actor="cli")
    assert seat(ana).get("/").status_code == 302


# -- sessions --------------------------------------------------------------------------------------------------------


def test_no_key_of_a_session_stands_in_the_database(ana):
    client = Client()
    log_in(client, ana)
    key = client.cookies["subledger_session"].value
    row = Session.objects.get(user=ana)
    assert row.session_key == key_hash(key) != key
    assert not Session.objects.filter(session_key=key).exists()
    stolen = Client()
    stolen.cookies["subledger_session"] = row.session_key
    assert stolen.get("/").status_code == 302
    assert client.get("/customers/").status_code == 200
    cookie = client.cookies["subledger_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_logging_in_changes_the_key_and_logging_out_ends_it(ana):
    client = Client()
    client.get("/login/")
    log_in(client, ana)
    key = client.cookies["subledger_session"].value
    log_in(client, ana)
    client.post("/logout/")
    assert not Session.objects.filter(session_key=key_hash(key)).exists()
    late = Client()
    late.cookies["subledger_session"] = key
    assert late.get("/").status_code == 302


def test_people_see_and_end_their_logins(ana):
    here, there = Client(headers={"user-agent": "Here/1"}), Client(headers={"user-agent": "There/2"})
    for client in (here, there):
        log_in(client, ana)
    page = here.get("/me/").content.decode()
    assert "Here/1" in page
    assert "There/2" in page
    other = Session.objects.get(user=ana, device="There/2")
    here.post("/me/", {"end": other.session_key})
    assert there.get("/").status_code == 302
    assert here.get("/customers/").status_code == 200
    stranger = member(Company.objects.get(pk=Membership.objects.get(user=ana).company_id), "agent")
    mine = Session.objects.get(user=ana)
    assert seat(stranger).post("/me/", {"end": mine.session_key}).status_code == 404
    assert here.get("/customers/").status_code == 200


def test_sessions_whose_time_is_over_are_swept(ana):
    seat(ana)
    live = Session.objects.count()
    Session.objects.create(session_key="0" * 40, session_data="", expire_date="2020-01-01T00:00:00Z")
    assert sweep_sessions() == 1
    assert Session.objects.count() == live


def test_pages_are_kept_by_no_cache(ana):
    desk = seat(ana)
    for path in ("/", "/me/", "/customers/", "/login/"):
        assert "no-store" in desk.get(path).get("Cache-Control", "no-store"), path
    assert desk.get("/customers/")["Cache-Control"] == "no-store"


def test_no_administrator_ever_types_a_password(ana):
    page = seat(ana).get("/configuration/people/new/").content.decode()
    assert 'type="password"' not in page
    assert 'name="role"' in page
