"""Those who ask, as `platform.callers` wants them: a person by their role, a program by its key's scopes."""

from __future__ import annotations

from subledger.api_kit.callers import ApiCaller
from subledger.platform.callers import Caller

from .errors import PermissionDenied
from .models import Membership
from .permissions import READS, permissions_of, scopes_with, title_of
from .queries import LiveKey, live_key


def member_caller(membership: Membership) -> Caller:
    """A person in a company. The membership's user and role are read already."""
    return Caller(
        actor=f"user:{membership.user.get_username()}",
        permissions=frozenset(membership.role.permissions),
        refusal=lambda permission: PermissionDenied(permission, title=title_of(permission)),
    )


def key_caller(key: LiveKey) -> Caller:
    """A program with an API key."""
    return Caller(
        actor=f"key:{key.hint}",
        permissions=permissions_of(key.scopes),
        refusal=lambda permission: PermissionDenied(
            permission, title=title_of(permission), scopes=scopes_with(permission)
        ),
    )


def api_caller(secret: str) -> ApiCaller | None:
    """Who comes to the API with a secret; None: no live key is behind it."""
    key = live_key(secret)
    if key is None:
        return None
    caller = key_caller(key)
    return ApiCaller(
        key_id=key.id,
        company_id=key.company_id,
        company_code=key.company_code,
        time_zone=key.time_zone,
        caller=caller,
        only_reads=all(permission.partition(":")[0] in READS for permission in caller.permissions),
    )
