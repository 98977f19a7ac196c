"""Those who ask, as `platform.callers` wants them: a person by their role, a program by its key's scopes."""

from __future__ import annotations

from subledger.platform.callers import Caller

from .errors import PermissionDenied
from .models import ApiKey, Membership
from .permissions import permissions_of, scopes_with, title_of


def member_caller(membership: Membership) -> Caller:
    """A person in a company. The membership's user and role are read already."""
    return Caller(
        actor=f"user:{membership.user.get_username()}",
        permissions=frozenset(membership.role.permissions),
        refusal=lambda permission: PermissionDenied(permission, title=title_of(permission)),
    )


def key_caller(key: ApiKey) -> Caller:
    """A program with an API key."""
    return Caller(
        actor=f"key:{key.hint}",
        permissions=permissions_of(key.scopes),
        refusal=lambda permission: PermissionDenied(
            permission, title=title_of(permission), scopes=scopes_with(permission)
        ),
    )
