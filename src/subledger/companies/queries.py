from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model

from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fetch

from .models import ApiKey, Company, Membership


def is_first_for(user: Any) -> bool:
    """Whether somebody is to make the first company: there is none, and they administer the installation."""
    return bool(user.is_superuser) and not Company.objects.exists()


def companies() -> list[Company]:
    return list(Company.objects.all())


def company_zone() -> ZoneInfo:
    """The time zone of the company in scope: in it an instant is a day."""
    return clock.zone_of(Company.objects.values_list("time_zone", flat=True).get(pk=current_company_id()))


def today_of_company() -> date:
    """The business day of the company in scope."""
    return clock.now().astimezone(company_zone()).date()


def key_by_secret(secret: str) -> ApiKey | None:
    """The live key behind a bearer token, of whatever company: this is how the company becomes known."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return ApiKey.unscoped.filter(secret_hash=digest, revoked_at=None).select_related("company").first()


class LiveKey(NamedTuple):
    """What every request to the API asks of its key and of the key's company."""

    id: int
    hint: str
    scopes: list[str]
    company_id: int
    company_code: str
    time_zone: str


# Asked at every request, so that a key that is revoked is refused from then on.
LIVE_KEY = """
    SELECT k.id, k.hint, k.scopes, k.company_id, c.code, c.time_zone
      FROM companies_apikey k JOIN companies_company c ON c.id = k.company_id
     WHERE k.secret_hash = %s AND k.revoked_at IS NULL
"""


def live_key(secret: str) -> LiveKey | None:
    """What `key_by_secret` finds, as far as a request needs it."""
    rows = fetch(LIVE_KEY, [hashlib.sha256(secret.encode()).hexdigest()])
    return LiveKey(*rows[0]) if rows else None


def memberships_of(user: Any) -> list[Membership]:
    """The companies a person may enter, by name."""
    found = Membership.unscoped.filter(user=user, user__is_active=True).select_related("company", "role", "user")
    return list(found.order_by("company__name"))


# Rooms above put in here when something happened last in the books of these companies.
life: list[Callable[[Sequence[int]], Mapping[int, date]]] = []


def liveliest(memberships: Sequence[Membership]) -> Membership:
    """The company in whose books something happened last; the first of them where nothing ever did."""
    idents = [membership.company_id for membership in memberships]
    latest = {ident: day for tell in life for ident, day in tell(idents).items()}
    return max(memberships, key=lambda one: latest.get(one.company_id, date.min))


def memberships_of_anybody(user: Any) -> list[Membership]:
    """The companies of a person, also of one who may not log in."""
    found = Membership.unscoped.filter(user=user).select_related("company", "role", "user")
    return list(found.order_by("company__name"))


# Who has no name of their own.
NAMELESS = {"system": say("system"), "customer": say("customer")}


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Who events say did something, as people call them: ``user:ana`` is Ana Bianchi, or ana who gave no name."""
    parsed = {actor: actor.partition(":")[::2] for actor in actors}
    users = get_user_model().objects.filter(username__in={name for kind, name in parsed.values() if kind == "user"})
    full = {user.get_username(): user.get_full_name() for user in users}
    words = {"user": lambda name: full.get(name) or name, "key": lambda hint: say("API key {hint}", hint=hint)}
    return {
        actor: words[kind](name) if kind in words else NAMELESS.get(actor, actor)
        for actor, (kind, name) in parsed.items()
    }
