"""Nobody is added to a company: they are invited, and accept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from tests.factories import make_company
from tests.pages.conftest import PASSWORD, member, seat

from subledger.companies.models import Company, Membership
from subledger.companies.queries import memberships_of
from subledger.messages.errors import NotSentAgain
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.services.delivery import deliver
from subledger.messages.services.outbox import resend
from subledger.people.errors import InvitationInvalid
from subledger.people.jobs import send_reset_links
from subledger.people.models import Invitation
from subledger.people.services import accept_invitation, invite, withdraw_invitation
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.platform.scope import company_scope


@pytest.fixture
def ana(company: Company) -> Any:
    return member(company, "administrator")


def invited(desk: Client, **typed: str) -> str:
    role = re.search(r'<option value="(\d+)"[^>]*>Agent', desk.get("/configuration/people/new/").content.decode())[1]
    answer = desk.post("/configuration/people/new/", {"role": role, **typed})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    return re.search(r"https?://[^/]+(/invitation/[^\"\s]+)", answer.content.decode())[1]


def test_an_invited_person_chooses_name_and_password(ana, company, settings):
    link = invited(seat(ana), name="Bea Rossi", email="bea@example.com")
    page = Client().get(link).content.decode()
    assert company.name in page
    assert 'value="bea"' in page
    typed = {"username": "bea", "name": "Bea Rossi", "password": PASSWORD, "again": PASSWORD}
    assert Client().post(link, {**typed, "again": "x"}).status_code == 422
    assert Client().post(link, {**typed, "password": "short", "again": "short"}).status_code == 422
    assert Client().post(link, {**typed, "username": ana.username}).status_code == 422
    assert not get_user_model().objects.filter(username="bea").exists()
    assert Client().post(link, typed)["Location"] == "/login/"
    bea = get_user_model().objects.get(username="bea")
    assert [(m.company_id, m.role.code) for m in memberships_of(bea)] == [(company.pk, "agent")]
    assert bea.email == "bea@example.com"
    client = Client()
    client.post("/login/", {"username": "bea", "password": PASSWORD})
    assert client.get("/").status_code == 200
    assert Client().get(link).status_code == 410
    assert mail.outbox == []  # no mail server is set: the link is handed over


def test_the_invitation_is_mailed_where_mail_goes_out(ana, settings):
    settings.MAIL_GOES_OUT = True
    link = invited(seat(ana), name="Bea", email="bea@example.com")
    assert mail.outbox == []  # a worker sends it
    [kept] = Message.objects.all()
    assert (kept.kind, kept.object_type) == ("invitation", "invitation")
    assert "/invitation/" not in kept.body + kept.sealed, "the link stands in the mail alone"
    assert deliver()[0]["sent"] == 1
    [sent] = mail.outbox
    assert sent.to == ["bea@example.com"]
    assert link in sent.body
    assert Message.objects.get().sealed == ""
    with pytest.raises(NotSentAgain, match="new link"):
        resend(message_id=kept.pk, actor="test")


def test_nobody_words_the_mail_that_lets_somebody_in(ana, company, settings):
    """Also where a template of that kind stands from before."""
    settings.MAIL_GOES_OUT = True
    settings.PUBLIC_URL = "https://books.example.com"
    get_user_model().objects.filter(pk=ana.pk).update(email="ana@example.com")
    for kind, tag in (("password_link", "PASSWORD_LINK"), ("invitation", "INVITATION_LINK")):
        MessageTemplate.objects.create(
            company=company,
            code=kind,
            name=kind,
            kind=kind,
            subject="x",
            body=f"https://evil.example/#{tag}",
            is_default=True,
        )
    invited(seat(ana), name="Bea", email="bea@example.com")
    Client().post("/password/", {"email": "ana@example.com"}, HTTP_HOST="127.0.0.1:4444")
    send_reset_links()
    assert deliver()[0]["sent"] == 2
    for sent, path in zip(sorted(mail.outbox, key=lambda one: one.to), ("password", "invitation"), strict=True):
        assert "evil" not in sent.body
        assert "4444" not in sent.body
        assert f"\nhttps://books.example.com/{path}/" in sent.body


def test_somebody_known_elsewhere_joins_as_who_they_are_and_is_not_told_to_anybody(ana, company):
    other = make_company()
    bob = member(other, "agent")
    link = invited(seat(ana), name="Bob")
    assert [m.company_id for m in memberships_of(bob)] == [other.pk], "nobody is added by name"
    desk = seat(bob)
    assert f"logged in as {bob.username}" in desk.get(link).content.decode()
    assert desk.post(link)["Location"] == "/"
    assert {m.company_id for m in memberships_of(bob)} == {company.pk, other.pk}
    joined = Event.objects.get(type="member.added", object_id=Membership.objects.get(user=bob).pk)
    assert joined.actor == f"user:{bob.username}"


def test_an_invitation_is_good_once_for_a_week_and_until_it_is_withdrawn(ana, company):
    bob, bea = member(make_company(), "agent"), member(make_company(), "agent")
    with company_scope(company.pk):
        _, token = invite(role="agent", actor="test")
        accept_invitation(token=token, user=bob)
        with pytest.raises(InvitationInvalid):
            accept_invitation(token=token, user=bea)
        late, late_token = invite(role="agent", actor="test")
        with clock.frozen(late.expires_at + timedelta(seconds=1)), pytest.raises(InvitationInvalid):
            accept_invitation(token=late_token, user=bea)
        gone, gone_token = invite(role="agent", actor="test")
        withdraw_invitation(invitation_id=gone.pk, actor="test")
        with pytest.raises(InvitationInvalid):
            accept_invitation(token=gone_token, user=bea)
    assert not Membership.objects.filter(user=bea).exists()


def test_whoever_works_there_already_is_given_no_other_role_by_a_link(ana, company):
    bob = member(company, "auditor")
    link = invited(seat(ana))
    assert seat(bob).post(link).status_code == 422
    assert Membership.objects.get(user=bob).role.code == "auditor"
    assert Invitation.objects.get().accepted_at is None


def test_invitations_that_wait_are_listed_and_withdrawn(ana):
    desk = seat(ana)
    link = invited(desk, name="Bea Rossi")
    page = desk.get("/configuration/invitations/").content.decode()
    assert "Bea Rossi" in page
    desk.post(re.search(r'href="(/configuration/invitations/[^"]+/withdraw/)"', page)[1])
    assert Client().get(link).status_code == 410
    assert "Bea Rossi" not in desk.get("/configuration/invitations/").content.decode()


def test_a_link_to_set_a_new_password_is_handed_over_by_an_administrator(ana, company):
    bob = member(company, "agent")
    place = Membership.objects.get(user=bob)
    answer = seat(ana).post(f"/configuration/people/{place.public_id}/password/")
    link = re.search(r"http://testserver(/password/[^\"\s]+)", answer.content.decode())[1]
    client = Client()
    form = client.get(link, follow=True)
    new = "another long password"
    client.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    bob.refresh_from_db()
    assert bob.check_password(new)
    assert Event.objects.filter(type="person.password_link_made", actor=f"user:{ana.username}").count() == 1
