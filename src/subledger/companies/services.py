from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.db.transaction import atomic

from subledger.kernel.currencies import normalise
from subledger.platform import clock
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import company_scope, current_company_id

from .errors import CompanyInvalid, PermissionDenied, ScopeInvalid
from .models import ApiKey, Company, Membership, Role
from .permissions import PERMISSIONS, READY_ROLES

SCOPE = re.compile(r"^(?:[a-z_]+:)?(?:read|write)$")


@atomic
def create_company(
    *, code: str, name: str, base_currency: str, time_zone: str = "UTC", country: str = "", actor: str
) -> Company:
    """A legal entity with the ready roles and nothing else; `set_up_company` adds the rest of a default."""
    if time_zone not in available_timezones():
        raise CompanyInvalid(
            f"{time_zone!r} is not a time zone. Use an IANA name such as 'Europe/Rome'.", param="/time_zone"
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", code):
        raise CompanyInvalid(f"{code!r} cannot be a code: use small letters, digits, - and _.", param="/code")
    if Company.objects.filter(code=code).exists():
        raise CompanyInvalid(f"A company with code {code!r} exists already. Choose another code.", param="/code")
    company = Company.objects.create(
        code=code,
        name=name,
        base_currency=normalise(base_currency),
        time_zone=time_zone,
        country=country.upper(),
        created_at=clock.now(),
    )
    with company_scope(company.pk):
        Role.objects.bulk_create(
            Role(company=company, code=role, name=title, permissions=granted)
            for role, (title, granted) in READY_ROLES.items()
        )
        record_events([Fact("company.created", "company", company.pk, {"name": name})], actor=actor)
    return company


@atomic
def create_user(*, username: str, password: str, email: str = "", is_superuser: bool = False) -> Any:
    """A person who can log in; `add_member` lets them into a company."""
    users = get_user_model().objects
    if users.filter(username=username).exists():
        raise CompanyInvalid(f"A user named {username!r} exists already. Choose another name.", param="/username")
    return users.create_user(username, email, password, is_superuser=is_superuser, is_staff=is_superuser)


@atomic
def add_member(*, user: Any, role: str, actor: str) -> Membership:
    """Let a person into the company in scope with a role, or change the role they have."""
    granted = Role.objects.filter(code=role).first()
    if granted is None:
        known = ", ".join(Role.objects.order_by("code").values_list("code", flat=True))
        raise CompanyInvalid(f"There is no role {role!r}. Choose one of: {known}.", param="/role")
    membership, _ = Membership.objects.update_or_create(
        user=user, company_id=current_company_id(), defaults={"role": granted}
    )
    record_events(
        [Fact("member.added", "membership", membership.pk, {"user": user.username, "role": role})],
        actor=actor,
    )
    return membership


@atomic
def create_api_key(*, name: str, scopes: Sequence[str] = ("read", "write"), actor: str) -> tuple[ApiKey, str]:
    """A key to the company in scope; the secret is returned once and kept only as a hash."""
    for scope in scopes:
        if not SCOPE.match(scope):
            raise ScopeInvalid(
                f"{scope!r} is not a scope. Use read, write, or one resource's such as invoices:write.",
                param="/scopes",
            )
    secret = "sk_" + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        company_id=current_company_id(),
        name=name,
        hint=f"sk_…{secret[-4:]}",
        scopes=list(scopes),
        created_at=clock.now(),
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
    )
    record_events([Fact("api_key.created", "api_key", key.pk, {"name": name, "scopes": list(scopes)})], actor=actor)
    return key, secret


@atomic
def revoke_api_key(*, key: ApiKey, actor: str) -> None:
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        record_events([Fact("api_key.revoked", "api_key", key.pk, {"name": key.name})], actor=actor)


def require(membership: Membership, permission: str) -> None:
    """PermissionDenied unless the member's role grants ``permission``."""
    if permission not in membership.role.permissions:
        raise PermissionDenied(permission, title=PERMISSIONS[permission])
