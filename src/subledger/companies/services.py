from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from itertools import chain, count
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.transaction import atomic

from subledger.kernel.countries import is_country
from subledger.kernel.currencies import normalise
from subledger.kernel.errors import CurrencyUnknown, NotFound
from subledger.kernel.sentences import said, say
from subledger.kernel.text import plain_name
from subledger.kernel.texts import check_texts
from subledger.page_kit.translation import in_language
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import company_scope, current_company_id
from subledger.platform.versions import check_version, version_of

from .errors import CompanyInvalid, LastAdministrator, ScopeInvalid
from .formats import check_page_language
from .models import ApiKey, Company, Membership, Role
from .permissions import CREATES_COMPANIES, MANAGES_PEOPLE, READY_ROLES, granted, permissions, scope_permissions

LONGEST_NAME = 200
CREATION, NEW_COMPANIES = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", "new companies"


def administrator_named(username: str) -> Any:
    """The person of this company who is to administer a new one. CompanyInvalid where there is none of that name."""
    demand(CREATES_COMPANIES)
    member = Membership.objects.select_related("user").filter(user__username=username).first()
    if member is None or not member.user.is_active:
        raise CompanyInvalid(
            say("There is no {username!r} among the people of this company. Name one of them.", username=username),
            param="/administrator",
        )
    return member.user


@atomic
def create_company(
    *,
    code: str,
    name: str,
    base_currency: str,
    time_zone: str = "UTC",
    country: str = "",
    language: str = "",
    actor: str,
) -> Company:
    """A legal entity with the ready roles and nothing else; `set_up_company` adds the rest of a default.

    ``language`` is that of its pages, and of the names that it begins with. Without a ``code`` it gets one of its name.
    """
    demand(CREATES_COMPANIES)
    check_texts({"code": code, "name": name})
    name = plain_name(name)
    if not name or len(name) > LONGEST_NAME:
        raise CompanyInvalid(
            say("A company needs a name of 1 to {longest_name} characters. Give one.", longest_name=LONGEST_NAME),
            param="/name",
        )
    if time_zone not in available_timezones():
        raise CompanyInvalid(
            say("{time_zone!r} is not a time zone. Use an IANA name such as 'Europe/Rome'.", time_zone=time_zone),
            param="/time_zone",
        )
    if code and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", code):
        raise CompanyInvalid(
            say("{code!r} cannot be a code: use small letters, digits, - and _.", code=code), param="/code"
        )
    if country and not is_country(country.upper()):
        raise CompanyInvalid(
            say(
                "{country!r} is not the code of a country. Use its two letters of ISO 3166, such as 'IT'.",
                country=country,
            ),
            param="/country",
        )
    check_page_language(language)
    try:
        currency = normalise(base_currency)
    except CurrencyUnknown:
        raise CurrencyUnknown(base_currency, param="/base_currency") from None
    with connection.cursor() as cursor:  # two who choose one code at once: one makes it, the other is told
        cursor.execute(CREATION, [NEW_COMPANIES])
    code = code or _free_code(name)
    if Company.objects.filter(code=code).exists():
        raise CompanyInvalid(
            say("A company with code {code!r} exists already. Choose another code.", code=code), param="/code"
        )
    company = Company.objects.create(
        code=code,
        name=name,
        base_currency=currency,
        time_zone=time_zone,
        country=country.upper(),
        language=language,
        provided=[f"permission {name}" for name in permissions()],
        created_at=clock.now(),
    )
    with company_scope(company.pk), in_language(language):
        Role.objects.bulk_create(
            Role(company=company, code=role, name=said(title), permissions=list(granted(role)))
            for role, title in READY_ROLES.items()
        )
        record_events([NewEvent("company.created", "company", company.pk, {"name": name})], actor=actor)
    return company


def _free_code(name: str) -> str:
    """``nordlicht-gmbh``, or with a number behind it where that is taken."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:30].rstrip("-") or "company"
    taken = set(Company.objects.filter(code__startswith=code).values_list("code", flat=True))
    return next(each for each in chain([code], (f"{code}-{at}" for at in count(2))) if each not in taken)


@atomic
def create_user(*, username: str, password: str, email: str = "", name: str = "", is_superuser: bool = False) -> Any:
    """A person who can log in; `add_member` lets them into a company. ``name`` is what others read."""
    check_texts({"username": username, "email": email, "name": name})
    users = get_user_model().objects
    if users.filter(username=username).exists():
        raise CompanyInvalid(
            say("A user named {username!r} exists already. Choose another name.", username=username), param="/username"
        )
    return users.create_user(
        username, email, password, first_name=name, is_superuser=is_superuser, is_staff=is_superuser
    )


@atomic
def add_member(*, user: Any, role: str, version: str = "", actor: str) -> Membership:
    """Let a person into the company in scope with a role, or change the role they have.

    Raises:
        CompanyInvalid: there is no such role.
        LastAdministrator: the person is the only one who may manage people, and the role may not.
        ChangedMeanwhile: their role is another one than the ``version`` of it that was shown.
    """
    demand(MANAGES_PEOPLE)
    granted = Role.objects.filter(code=role).first()
    if granted is None:
        known = ", ".join(Role.objects.order_by("code").values_list("code", flat=True))
        raise CompanyInvalid(
            say("There is no role {role!r}. Choose one of: {known}.", role=role, known=known), param="/role"
        )
    members = _locked_members()
    present = next((m for m in members if m.user_id == user.pk), None)
    if present is not None:
        check_version(version, version_of_member(present), thing="person")
    if present is not None and MANAGES_PEOPLE not in granted.permissions:
        _keep_an_administrator(members, without=present)
    membership, _ = Membership.objects.update_or_create(
        user=user, company_id=current_company_id(), defaults={"role": granted}
    )
    record_events(
        [NewEvent("member.added", "membership", membership.pk, {"user": user.username, "role": role})],
        actor=actor,
    )
    return membership


def version_of_member(row: Membership) -> str:
    return version_of(row, "role")


@atomic
def remove_member(*, membership_id: int, actor: str) -> None:
    """Take a person out of the company in scope; their login, and what they did here, stay.

    Raises:
        NotFound: no such membership in this company.
        LastAdministrator: nobody else may manage people.
    """
    demand(MANAGES_PEOPLE)
    members = _locked_members()
    membership = next((m for m in members if m.pk == membership_id), None)
    if membership is None:
        raise NotFound(Membership, membership_id, noun=say("person"))
    _keep_an_administrator(members, without=membership)
    membership.delete()
    facts = {"user": membership.user.get_username(), "role": membership.role.code}
    record_events([NewEvent("member.removed", "membership", membership_id, facts)], actor=actor)


def _locked_members() -> list[Membership]:
    """Everybody in the company, under lock: two administrators must not remove each other."""
    list(Membership.objects.select_for_update().order_by("pk").values_list("pk"))
    return list(Membership.objects.select_related("user", "role"))


def check_administrators(role: Role) -> None:
    """LastAdministrator where nobody may manage people any more, now that ``role`` is changed."""
    members = _locked_members()
    holder = next((m for m in members if m.role_id == role.pk and m.user.is_active), None)
    if holder and MANAGES_PEOPLE not in role.permissions and not any(_manages_people(m) for m in members):
        raise LastAdministrator(holder.user.get_username())


def _manages_people(member: Membership) -> bool:
    return member.user.is_active and MANAGES_PEOPLE in member.role.permissions


def _keep_an_administrator(members: Sequence[Membership], *, without: Membership) -> None:
    if _manages_people(without) and not any(_manages_people(m) for m in members if m is not without):
        raise LastAdministrator(without.user.get_username())


@atomic
def create_api_key(*, name: str, scopes: Sequence[str] = ("read", "write"), actor: str) -> tuple[ApiKey, str]:
    """A key to the company in scope; the secret is returned once and kept only as a hash."""
    demand(MANAGES_PEOPLE)
    for scope in scopes:
        if not scope_permissions(scope):
            raise ScopeInvalid(
                say(
                    "{scope!r} is not a scope. Use read, write, one resource's such as invoices:write, or a "
                    "permission such as transactions.refund.",
                    scope=scope,
                ),
                param="/scopes",
            )
    check_texts(name, param="/name")
    secret = "sk_" + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        company_id=current_company_id(),
        name=name,
        hint=f"sk_…{secret[-4:]}",
        scopes=list(scopes),
        created_at=clock.now(),
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
    )
    record_events([NewEvent("api_key.created", "api_key", key.pk, {"name": name, "scopes": list(scopes)})], actor=actor)
    return key, secret


@atomic
def revoke_api_key(*, key: ApiKey, actor: str) -> None:
    demand(MANAGES_PEOPLE)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        record_events([NewEvent("api_key.revoked", "api_key", key.pk, {"name": key.name})], actor=actor)
