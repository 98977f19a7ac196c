from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model

from subledger.companies.queries import memberships_of_anybody
from subledger.platform import clock

from .models import Invitation, Login, RecoveryCode, Session

INVITATION_GOOD_FOR = timedelta(days=7)


def login_of(user: Any) -> Login:
    """The row, or the defaults of one that has none."""
    return Login.objects.filter(user=user).first() or Login(user=user)


def has_second_factor(user: Any) -> bool:
    return bool(login_of(user).sealed_totp_key)


def recovery_codes_left(user: Any) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def needs_second_factor(user: Any) -> str:
    """The name of a company of theirs that asks for a second factor; "" where none does."""
    return next((m.company.name for m in memberships_of_anybody(user) if m.company.requires_second_factor), "")


def belongs_here_alone(user: Any, company_id: int) -> bool:
    """Whether a person's login is this one company's matter: who works for two is nobody's to lock out."""
    return {m.company_id for m in memberships_of_anybody(user)} == {company_id} and not user.is_superuser


def user_named(username: str) -> Any:
    return get_user_model().objects.filter(username=username).first()


def invitation_by_token(token: str) -> Invitation | None:
    """An open invitation, of whatever company: this is how the company becomes known."""
    found = Invitation.unscoped.filter(
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=clock.now(),
    )
    return found.select_related("company", "role").first()


def open_invitations() -> Any:
    """Of the company in scope, those that are still good."""
    waiting = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())
    return waiting.select_related("role").order_by("-pk")


def sessions_of(user: Any) -> list[Session]:
    """Where somebody is logged in now, the latest first."""
    return list(Session.objects.filter(user=user, expire_date__gt=clock.now()).order_by("-created_at"))
