"""The second factor of a login: codes of an app (TOTP), and recovery codes. Wrong ones count as at the login."""

from __future__ import annotations

import secrets
import time
from base64 import b32decode, b32encode
from typing import Any

from django.db.transaction import atomic
from django.http import HttpRequest
from django_otp.oath import TOTP

from subledger.companies.models import Company
from subledger.companies.permissions import MANAGES_PEOPLE
from subledger.people import errors
from subledger.people.models import Login, RecoveryCode
from subledger.people.queries import has_second_factor, needs_second_factor
from subledger.people.rules import ALPHABET, GROUPS, LETTERS, grouped, spelt
from subledger.people.throttle import count_failure, let_in_again, refuse_guessing
from subledger.people.trail import record_user_event
from subledger.platform import clock
from subledger.platform.callers import as_follows, demand
from subledger.platform.encryption import seal, unseal
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .logins import actor_of, demand_say_over, end_sessions, hashed, prove_password

RECOVERY_CODES = 8
TOLERANCE = 1  # steps of 30 seconds before and after: clocks differ


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


def add_second_factor(
    *,
    user: Any,
    key: str,
    code: str,
    password: str,
    old_code: str = "",
    request: HttpRequest,
    keep_session: str | None = None,
) -> list[str]:
    """Ask this person for codes of an app from now on, as its first code proves; their recovery codes, this once.

    Whoever replaces a second factor proves the one that stands, by a code of it or a recovery code.

    Raises:
        FirstCodeWrong; PasswordWrong; CodeWrong; GuessedTooOften.
    """
    step = _step_of(key, code.replace(" ", ""), after=-1)
    if step is None:
        raise errors.FirstCodeWrong  # nobody guesses at a key that they were just given
    prove_password(user=user, password=password, request=request)
    if has_second_factor(user):
        prove_second_factor(user=user, code=old_code, param="/old_code", request=request)
    return _ask_for_second_factor(user=user, key=key, step=step, keep_session=keep_session)


@atomic
def _ask_for_second_factor(*, user: Any, key: str, step: int, keep_session: str | None) -> list[str]:
    Login.objects.update_or_create(
        user=user, defaults={"sealed_totp_key": seal(key), "totp_since": clock.now(), "totp_last_step": step}
    )
    end_sessions(user=user, keep=keep_session)
    record_user_event(user, "second_factor_added", actor=actor_of(user))
    return _new_recovery_codes(user=user)


def make_recovery_codes(*, user: Any, code: str, request: HttpRequest) -> list[str]:
    """New recovery codes in place of the old ones, told this once.

    Raises:
        CodeWrong; GuessedTooOften.
    """
    prove_second_factor(user=user, code=code, request=request)
    return _new_recovery_codes(user=user)


@atomic
def _new_recovery_codes(*, user: Any) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [grouped("".join(secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS))) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=hashed(spelt(code))) for code in codes)
    record_user_event(user, "recovery_codes_made", actor=actor_of(user))
    return codes


def prove_second_factor(*, user: Any, code: str, param: str = "/code", request: HttpRequest) -> None:
    """Take a code of the app, or a recovery code; each is good once.

    Raises:
        CodeWrong; GuessedTooOften.
    """
    name = user.get_username()
    refuse_guessing(request, name)
    if not _take_code(user=user, code=code):
        count_failure(request, name)
        raise errors.CodeWrong(param)
    let_in_again(name)


@atomic
def _take_code(*, user: Any, code: str) -> bool:
    login = Login.objects.select_for_update(of=("self",)).filter(user=user).exclude(sealed_totp_key="").first()
    if login is None:
        return False
    step = _step_of(unseal(login.sealed_totp_key), code.replace(" ", ""), after=login.totp_last_step)
    if step is not None:
        login.totp_last_step = step
        login.save(update_fields=["totp_last_step"])
        return True
    spare = RecoveryCode.objects.filter(user=user, code_hash=hashed(spelt(code)), used_at=None)
    if not spare.update(used_at=clock.now()):
        return False
    record_user_event(user, "recovery_code_used", actor=actor_of(user))
    return True


def remove_own_second_factor(*, user: Any, code: str, request: HttpRequest, keep_session: str | None = None) -> None:
    """By the person, where no company of theirs asks for one.

    Raises:
        SecondFactorNeeded; CodeWrong; GuessedTooOften.
    """
    asks = needs_second_factor(user)
    if asks:
        raise errors.SecondFactorNeeded(asks)
    prove_second_factor(user=user, code=code, request=request)
    with as_follows():
        forget_second_factor(user=user, actor=actor_of(user), keep_session=keep_session)


@atomic
def remove_second_factor(*, user: Any, actor: str) -> None:
    """By an administrator, for somebody who lost theirs.

    Raises:
        LoginShared: an administrator of one company, a person of two. PersonInvalid: one's own.
    """
    demand_say_over(user, actor=actor)
    with as_follows():
        forget_second_factor(user=user, actor=actor)


@atomic
def forget_second_factor(*, user: Any, actor: str, keep_session: str | None = None) -> None:
    """The same without a question: by whoever runs the installation."""
    demand(MANAGES_PEOPLE)
    Login.objects.filter(user=user).update(sealed_totp_key="", totp_since=None, totp_last_step=-1)
    RecoveryCode.objects.filter(user=user).delete()
    end_sessions(user=user, keep=keep_session)
    record_user_event(user, "second_factor_removed", actor=actor)


@atomic
def require_second_factor(*, is_required: bool, actor: str) -> Company:
    """Whether the company in scope asks everybody for a second factor before it shows them anything."""
    demand(MANAGES_PEOPLE)
    company: Company = Company.objects.select_for_update().get(pk=current_company_id())
    if company.requires_second_factor != is_required:
        company.requires_second_factor = is_required
        company.save(update_fields=["requires_second_factor"])
        changed = {"requires_second_factor": [str(not is_required), str(is_required)]}
        record_events([NewEvent("company.changed", "company", company.pk, changed)], actor=actor)
    return company
