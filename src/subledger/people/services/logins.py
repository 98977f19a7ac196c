"""What changes passwords, sessions and invitations, and who is let in.

A password is set by its owner alone; forms check it (`AUTH_PASSWORD_VALIDATORS`) before it comes here. A session is no
proof of who sits at it: whatever opens a login the next time asks for the password, or for a code, and what is wrong
is counted as at the login. A count outlives the refusal: what proves is called outside of transactions.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db.transaction import atomic
from django.http import HttpRequest

from subledger.companies.errors import CompanyInvalid
from subledger.companies.models import Membership, Role
from subledger.companies.permissions import MANAGES_PEOPLE
from subledger.companies.queries import memberships_of_anybody
from subledger.companies.services import add_member, create_user
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.people import errors
from subledger.people.models import Invitation, Login, Session
from subledger.people.queries import INVITATION_GOOD_FOR, belongs_here_alone, has_second_factor, invitation_by_token
from subledger.people.sessions import key_hash
from subledger.people.throttle import count_failure, let_in_again, refuse_guessing
from subledger.people.trail import record_user_event
from subledger.platform import clock
from subledger.platform.callers import as_follows, demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import company_scope, current_company_id


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of(user: Any) -> str:
    return f"user:{user.get_username()}"


# -- passwords -------------------------------------------------------------------------------------------------------


@atomic
def have_password_changed(*, user: Any, actor: str) -> None:
    """Somebody else knows the present password: nothing is shown to the person before they change it."""
    demand(MANAGES_PEOPLE)
    Login.objects.update_or_create(user=user, defaults={"must_change_password": True})
    record_user_event(user, "must_change_password", actor=actor)


@atomic
def set_password(*, user: Any, password: str, how: str, keep_session: str | None = None) -> None:
    """The person's own new password; every other session of theirs ends. ``how``: changed or reset, "" when
    what follows tells of it. Who did not need the old one for it is let in again, whoever guessed at it before."""
    user.set_password(password)
    user.save(update_fields=["password"])
    Login.objects.update_or_create(user=user, defaults={"must_change_password": False, "reset_asked_at": None})
    end_sessions(user=user, keep=keep_session)
    if how != "changed":
        let_in_again(user.get_username())
    if how:
        record_user_event(user, f"password_{how}", actor=actor_of(user))


def change_password(
    *, user: Any, old_password: str, password: str, request: HttpRequest, keep_session: str | None = None
) -> None:
    """`set_password` by a person within a session.

    Raises:
        PasswordWrong; GuessedTooOften.
    """
    prove_password(user=user, password=old_password, param="/old_password", request=request)
    set_password(user=user, password=password, how="changed", keep_session=keep_session)


def prove_password(*, user: Any, password: str, param: str = "/password", request: HttpRequest) -> None:
    """Take the present password. It is half a proof where a second factor stands: then what was wrong stays counted.

    Raises:
        PasswordWrong; GuessedTooOften.
    """
    name = user.get_username()
    refuse_guessing(request, name)
    if not user.check_password(password):
        count_failure(request, name)
        raise errors.PasswordWrong(param)
    if not has_second_factor(user):
        let_in_again(name)


@atomic
def end_sessions(*, user: Any, keep: str | None = None) -> int:
    """End the sessions of a person, but the one with the key ``keep``; how many."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=key_hash(keep) if keep else "").delete()
    return ended


@atomic
def end_session(*, user: Any, hashed_key: str) -> None:
    """End one session of one's own. NotFound."""
    ended, _ = Session.objects.filter(user=user, session_key=hashed_key).delete()
    if not ended:
        raise NotFound("login", hashed_key[:6])
    record_user_event(user, "session_ended", actor=actor_of(user))


# -- who is let in ---------------------------------------------------------------------------------------------------


def demand_say_over(user: Any, *, actor: str) -> None:
    """What an administrator decides of a login asks for no password of it: so never of one's own, nor of one that is
    another company's too.

    Raises:
        PersonInvalid: one's own. LoginShared.
    """
    demand(MANAGES_PEOPLE)
    if actor == actor_of(user):
        raise errors.PersonInvalid(say("This is your own login. Have another administrator do it."))
    if not belongs_here_alone(user, current_company_id()):
        raise errors.LoginShared(user.get_username())


@atomic
def set_active(*, membership_id: int, is_active: bool, actor: str) -> Membership:
    """Deactivate a person's login at once, or let them in again. What they did stays.

    Raises:
        NotFound; LoginShared; PersonInvalid: one's own.
    """
    demand(MANAGES_PEOPLE)
    found = Membership.objects.select_related("user", "role").filter(pk=membership_id).first()
    if found is None:
        raise NotFound(Membership, membership_id, noun=say("person"))
    user = found.user
    demand_say_over(user, actor=actor)
    change_active(user=user, is_active=is_active, actor=actor)
    return found


@atomic
def change_active(*, user: Any, is_active: bool, actor: str) -> None:
    """The same without a company: by whoever runs the installation."""
    demand(MANAGES_PEOPLE)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        end_sessions(user=user)
    record_user_event(user, "reactivated" if is_active else "deactivated", actor=actor)


@atomic
def invite(*, role: str, email: str = "", name: str = "", actor: str) -> tuple[Invitation, str]:
    """A place in the company in scope for whoever opens the link with this token, told this once.

    Raises:
        CompanyInvalid: there is no such role. CardNumberRefused, TextInvalid: of the name or the address.
    """
    demand(MANAGES_PEOPLE)
    check_texts({"email": email, "name": name})
    granted = Role.objects.filter(code=role).first()
    if granted is None:
        raise CompanyInvalid(say("There is no role {role!r}. Choose one of the list.", role=role), param="/role")
    token, at = secrets.token_urlsafe(32), clock.now()
    invitation: Invitation = Invitation.objects.create(
        company_id=current_company_id(),
        role=granted,
        email=email,
        name=name,
        token_hash=hashed(token),
        invited_by=actor,
        created_at=at,
        expires_at=at + INVITATION_GOOD_FOR,
    )
    data = {"email": email, "name": name, "role": granted.code}
    record_events([NewEvent("person.invited", "invitation", invitation.pk, data)], actor=actor)
    return invitation, token


@atomic
def withdraw_invitation(*, invitation_id: int, actor: str) -> None:
    """NotFound: no such invitation is open in this company."""
    demand(MANAGES_PEOPLE)
    waiting = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=clock.now()):
        raise NotFound(Invitation, invitation_id)
    record_events([NewEvent("person.invitation_withdrawn", "invitation", invitation_id, {})], actor=actor)


@atomic
def accept_invitation(*, token: str, user: Any) -> Membership:
    """The person takes the place that was meant for them. InvitationInvalid: it is open no more."""
    invitation = invitation_by_token(token)
    if invitation is None:
        raise errors.InvitationInvalid
    with company_scope(invitation.company_id), as_follows():
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
        if not taken.update(accepted_at=clock.now()):
            raise errors.InvitationInvalid
        if any(m.company_id == invitation.company_id for m in memberships_of_anybody(user)):
            raise errors.PersonInvalid(
                say(
                    "You work for {name} already. An administrator can give you another role.",
                    name=invitation.company.name,
                )
            )
        membership = add_member(user=user, role=invitation.role.code, actor=actor_of(user))
    return membership


@atomic
def accept_as_somebody_new(*, token: str, username: str, password: str, name: str) -> Membership:
    """The same by somebody without a login: it is made on the way, with a password that they alone know.

    Raises:
        InvitationInvalid; CompanyInvalid: the name is taken.
    """
    invitation = invitation_by_token(token)
    if invitation is None:
        raise errors.InvitationInvalid
    with as_follows():
        user = create_user(username=username, password=password, email=invitation.email, name=name)
    return accept_invitation(token=token, user=user)


@atomic
def may_ask_for_reset(*, user: Any) -> bool:
    """Whether a link to set a new password is sent now: one in five minutes, however often it is asked for."""
    login, _ = Login.objects.select_for_update(of=("self",)).get_or_create(user=user)
    at = clock.now()
    if login.reset_asked_at and (at - login.reset_asked_at).total_seconds() < 300:
        return False
    login.reset_asked_at = at
    login.save(update_fields=["reset_asked_at"])
    record_user_event(user, "password_reset_asked", actor="anonymous")
    return True


@atomic
def sweep_sessions() -> int:
    """Delete sessions whose time is over; how many."""
    sessions, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return int(sessions)


def allow_reset_link(*, membership_id: int, actor: str) -> Any:
    """The person whose link to set a new password an administrator hands over, where no mail goes out.

    Raises:
        NotFound; LoginShared; PersonInvalid: one's own.
    """
    demand(MANAGES_PEOPLE)
    found = Membership.objects.select_related("user").filter(pk=membership_id).first()
    if found is None:
        raise NotFound(Membership, membership_id, noun=say("person"))
    demand_say_over(found.user, actor=actor)
    record_user_event(found.user, "password_link_made", actor=actor)
    return found.user
