"""What changes logins: passwords, second factors, deactivation, invitations.

A password is set by its owner alone; forms check it (`AUTH_PASSWORD_VALIDATORS`) before it comes here.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import b32decode, b32encode
from typing import Any

from django.db.transaction import atomic
from django_otp.oath import TOTP

from subledger.companies.errors import CompanyInvalid
from subledger.companies.models import Company, Membership, Role
from subledger.companies.permissions import MANAGES_PEOPLE
from subledger.companies.queries import memberships_of_anybody
from subledger.companies.services import add_member, create_user
from subledger.kernel.errors import NotFound
from subledger.platform import clock
from subledger.platform.callers import as_follows, demand
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import company_scope, current_company_id
from subledger.platform.sealing import seal, unseal

from . import errors
from .models import Invitation, Login, RecoveryCode, Session
from .queries import INVITATION_GOOD_FOR, belongs_here_alone, invitation_by_token, needs_second_factor
from .rules import ALPHABET, GROUPS, LETTERS, grouped, spelt
from .sessions import key_hash
from .trail import tell

RECOVERY_CODES = 8
TOLERANCE = 1  # steps of 30 seconds before and after: clocks differ


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
    tell(user, "must_change_password", actor=actor)


@atomic
def set_password(*, user: Any, password: str, how: str, keep_session: str | None = None) -> None:
    """The person's own new password; every other session of theirs ends. ``how``: changed or reset, "" when
    what follows tells of it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    Login.objects.update_or_create(user=user, defaults={"must_change_password": False, "reset_asked_at": None})
    end_sessions(user=user, keep=keep_session)
    if how:
        tell(user, f"password_{how}", actor=actor_of(user))


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
    tell(user, "session_ended", actor=actor_of(user))


# -- second factor ---------------------------------------------------------------------------------------------------


def new_totp_key() -> str:
    """A key for an app that shows codes, as apps take it: 160 bits in base 32."""
    return b32encode(secrets.token_bytes(20)).decode()


def _step_of(key: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is; None where it is none, or was used before."""
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    totp = TOTP(b32decode(key))
    totp.time = time.time()
    return totp.t() if totp.verify(int(code), tolerance=TOLERANCE, min_t=after + 1) else None


@atomic
def add_second_factor(*, user: Any, key: str, code: str, keep_session: str | None = None) -> list[str]:
    """Ask this person for codes of an app from now on, as their first code proves; their recovery codes, this once.

    Raises:
        CodeWrong.
    """
    step = _step_of(key, code.replace(" ", ""), after=-1)
    if step is None:
        raise errors.CodeWrong
    Login.objects.update_or_create(
        user=user, defaults={"sealed_totp_key": seal(key), "totp_since": clock.now(), "totp_last_step": step}
    )
    end_sessions(user=user, keep=keep_session)
    tell(user, "second_factor_added", actor=actor_of(user))
    return make_recovery_codes(user=user)


@atomic
def make_recovery_codes(*, user: Any) -> list[str]:
    """New recovery codes in place of the old ones, told this once."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [grouped("".join(secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS))) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=hashed(spelt(code))) for code in codes)
    tell(user, "recovery_codes_made", actor=actor_of(user))
    return codes


@atomic
def prove_second_factor(*, user: Any, code: str) -> None:
    """Take a code of the app, or a recovery code; each is good once. CodeWrong."""
    login = Login.objects.select_for_update(of=("self",)).filter(user=user).exclude(sealed_totp_key="").first()
    if login is None:
        raise errors.CodeWrong
    step = _step_of(unseal(login.sealed_totp_key), code.replace(" ", ""), after=login.totp_last_step)
    if step is not None:
        login.totp_last_step = step
        login.save(update_fields=["totp_last_step"])
        return
    spare = RecoveryCode.objects.filter(user=user, code_hash=hashed(spelt(code)), used_at=None)
    if not spare.update(used_at=clock.now()):
        raise errors.CodeWrong
    tell(user, "recovery_code_used", actor=actor_of(user))


@atomic
def remove_second_factor(*, user: Any, actor: str, keep_session: str | None = None) -> None:
    """By the person, where no company of theirs asks for one; by an administrator, for somebody who lost theirs.

    Raises:
        SecondFactorNeeded; LoginShared: an administrator of one company, a person of two.
    """
    if actor == actor_of(user):
        asks = needs_second_factor(user)
        if asks:
            raise errors.SecondFactorNeeded(asks)
    else:
        _refuse_shared(user)
    with as_follows():
        forget_second_factor(user=user, actor=actor, keep_session=keep_session)


@atomic
def forget_second_factor(*, user: Any, actor: str, keep_session: str | None = None) -> None:
    """The same without a question: by whoever runs the installation."""
    demand(MANAGES_PEOPLE)
    Login.objects.filter(user=user).update(sealed_totp_key="", totp_since=None, totp_last_step=-1)
    RecoveryCode.objects.filter(user=user).delete()
    end_sessions(user=user, keep=keep_session)
    tell(user, "second_factor_removed", actor=actor)


@atomic
def require_second_factor(*, is_required: bool, actor: str) -> Company:
    """Whether the company in scope asks everybody for a second factor before it shows them anything."""
    demand(MANAGES_PEOPLE)
    company: Company = Company.objects.select_for_update().get(pk=current_company_id())
    if company.requires_second_factor != is_required:
        company.requires_second_factor = is_required
        company.save(update_fields=["requires_second_factor"])
        changed = {"requires_second_factor": [str(not is_required), str(is_required)]}
        record_events([Fact("company.changed", "company", company.pk, changed)], actor=actor)
    return company


# -- who is let in ---------------------------------------------------------------------------------------------------


def _refuse_shared(user: Any) -> None:
    """LoginShared where an administrator of one company would decide over another one's person."""
    demand(MANAGES_PEOPLE)
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
        raise NotFound("person", membership_id)
    user = found.user
    if actor == actor_of(user):
        raise errors.PersonInvalid("This is your own login. Have another administrator do it.")
    _refuse_shared(user)
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
    tell(user, "reactivated" if is_active else "deactivated", actor=actor)


@atomic
def invite(*, role: str, email: str = "", name: str = "", actor: str) -> tuple[Invitation, str]:
    """A place in the company in scope for whoever opens the link with this token, told this once.

    Raises:
        CompanyInvalid: there is no such role.
    """
    demand(MANAGES_PEOPLE)
    granted = Role.objects.filter(code=role).first()
    if granted is None:
        raise CompanyInvalid(f"There is no role {role!r}. Choose one of the list.", param="/role")
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
    told = {"email": email, "name": name, "role": granted.code}
    record_events([Fact("person.invited", "invitation", invitation.pk, told)], actor=actor)
    return invitation, token


@atomic
def withdraw_invitation(*, invitation_id: int, actor: str) -> None:
    """NotFound: no such invitation is open in this company."""
    demand(MANAGES_PEOPLE)
    waiting = Invitation.objects.filter(pk=invitation_id, accepted_at=None, withdrawn_at=None)
    if not waiting.update(withdrawn_at=clock.now()):
        raise NotFound("invitation", invitation_id)
    record_events([Fact("person.invitation_withdrawn", "invitation", invitation_id, {})], actor=actor)


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
                f"You work for {invitation.company.name} already. An administrator can give you another role."
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
    tell(user, "password_reset_asked", actor="anonymous")
    return True


@atomic
def sweep_sessions() -> int:
    """Delete sessions whose time is over; how many."""
    sessions, _ = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return int(sessions)


def allow_reset_link(*, membership_id: int, actor: str) -> Any:
    """The person whose link to set a new password an administrator hands over, where no mail goes out.

    Raises:
        NotFound; LoginShared.
    """
    demand(MANAGES_PEOPLE)
    found = Membership.objects.select_related("user").filter(pk=membership_id).first()
    if found is None:
        raise NotFound("person", membership_id)
    _refuse_shared(found.user)
    tell(found.user, "password_link_made", actor=actor)
    return found.user
