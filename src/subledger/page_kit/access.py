"""Who may see a page: logged in, a member of the company looked at, with the permission the page names.

Usage
-----
`config.pages` wraps every view in `staff_page`. Inside, ``request.staff`` says who and where, `today` is the company's
business date, `actor` the name that events carry, and a DomainError that a view lets through becomes an error page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.page_kit.formats import UNSAID, USUAL, Formats, formats_in_use
from subledger.page_kit.rendering import render
from subledger.page_kit.staff import Staff, desk, first_step
from subledger.page_kit.translation import asked_for, in_language
from subledger.platform import clock
from subledger.platform.callers import Caller, calling, demand
from subledger.platform.rooms import prefixes
from subledger.platform.scope import ScopedManager, company_scope

__all__ = [
    "AT_LOGIN",
    "COMPANY_KEY",
    "Staff",
    "actor",
    "at_work",
    "day_of",
    "may_open",
    "person_page",
    "refused",
    "staff_page",
    "today",
    "visitors_page",
]

COMPANY_KEY = "company"  # session: public id of the company looked at
AT_LOGIN = "at_login"  # session: somebody has just logged in, and has seen no page yet

PUBLIC_ID = re.compile(r"<(\w{3}):(\w+)>")  # in a route

View = Callable[..., HttpResponseBase]


class NoCompany(DomainError):
    code, status = "no_company", 403

    def __init__(self, username: str) -> None:
        super().__init__(
            say(
                "{username} belongs to no company yet. Ask an administrator to add you under Configuration, People.",
                username=username,
            )
        )


def person_page(view: View) -> View:
    """``view`` for everybody who is logged in, whatever they may do: their own login."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        memberships = desk().memberships_of(request.user)
        nothing = Caller(actor(request), frozenset(), lambda one: NoCompany(request.user.get_username()))
        zone, speech, said = "UTC", asked_for(request), UNSAID
        if memberships:
            membership = _looked_at(memberships, request.session.get(COMPANY_KEY))
            request.staff = Staff(  # type: ignore[attr-defined]
                membership, [m.company for m in memberships], desk().caller_of(membership)
            )
            zone, speech, said = membership.company.time_zone, language_of(membership), _formats_of(membership)
        with timezone.override(zone), calling(nothing), in_language(speech), formats_in_use(said):
            try:
                response = view(request, *args, **kwargs)
            except DomainError as error:
                return refused(request, error)
        response["Cache-Control"] = "no-store"
        return response

    answer.is_own = True  # type: ignore[attr-defined]
    return answer


def staff_page(view: View, permission: str) -> View:
    """``view`` for members of a company whose role grants ``permission``, inside that company's scope."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        memberships = desk().memberships_of(request.user)
        step = first_step(request.user, memberships)
        if step:
            return redirect(step)
        if not memberships:
            with in_language(asked_for(request)):
                return refused(request, NoCompany(request.user.get_username()))
        membership = _looked_at(memberships, request.session.get(COMPANY_KEY))
        caller = desk().caller_of(membership)
        request.staff = Staff(membership, [m.company for m in memberships], caller)  # type: ignore[attr-defined]
        with at_work(membership, caller):
            try:
                demand(permission)
                response = view(request, *args, **kwargs)
                response.headers.setdefault("Cache-Control", "no-store")
                return response
            except NotFound as error:
                return refused(request, error, elsewhere=_elsewhere(request, memberships, membership, kwargs))
            except DomainError as error:
                return refused(request, error)
            except PermissionDenied as error:
                return refused(request, error, status=403)
            except Http404:
                return refused(
                    request, say("Nothing is at this address. Check it, or search for what you want."), status=404
                )

    answer.permission = permission  # type: ignore[attr-defined]
    return answer


@contextmanager
def at_work(membership: Any, caller: Caller) -> Iterator[None]:
    """What a member looks at is that company's, in its time zone and their formats, with what they may do."""
    with (
        company_scope(membership.company_id),
        timezone.override(membership.company.time_zone),
        in_language(language_of(membership)),
        formats_in_use(_formats_of(membership)),
        calling(caller),
    ):
        yield


def may_open(request: HttpRequest, permission: str) -> bool:
    """Whether these headers are of somebody who may open a page of that permission; their body need not be here."""
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    memberships = desk().memberships_of(user) if user.is_authenticated else []
    if not memberships:
        return False
    if first_step(user, memberships):
        return False
    return desk().caller_of(_looked_at(memberships, request.session.get(COMPANY_KEY))).may(permission)


def _looked_at(memberships: Sequence[Any], wanted: str | None) -> Any:
    """The company that was chosen; where none was, the one with the latest life in its books."""
    chosen = next((m for m in memberships if m.company.public_id == wanted), None)
    return chosen or (memberships[0] if len(memberships) == 1 else desk().liveliest(memberships))


def _elsewhere(request: HttpRequest, memberships: Sequence[Any], here: Any, named: Mapping[str, Any]) -> Any:
    """The other company of this person that has what an address names: a link may lead into it."""
    wanted = [(model, named[name]) for name, model in _models_of(request).items() if name in named]
    for membership in memberships:
        if membership.pk == here.pk:
            continue
        with company_scope(membership.company_id):
            if wanted and all(model.objects.filter(pk=ident).exists() for model, ident in wanted):
                return membership.company
    return None


def _models_of(request: HttpRequest) -> dict[str, Any]:
    """What the public ids of an address are of, by the names that the view has for them."""
    route = request.resolver_match.route if request.resolver_match else ""
    tables = prefixes()
    found = {name: tables[prefix] for prefix, name in PUBLIC_ID.findall(route) if prefix in tables}
    return {name: table for name, table in found.items() if isinstance(table._default_manager, ScopedManager)}


def visitors_page(view: View) -> View:
    """``view`` for people who are not logged in: in the language that their browser asks for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with in_language(asked_for(request)):
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()  # here, where the language is known
            return response

    return answer


def language_of(membership: Any) -> str:
    """The language of pages: the person's own, else the company's."""
    return membership.language or membership.company.language or ENGLISH


def _formats_of(membership: Any) -> Formats:
    """The person's own; else the company's; else those of the language that the page is in."""
    company, usual = membership.company, USUAL.get(language_of(membership), UNSAID)
    return Formats.of(
        numbers=(membership.number_format, company.number_format, usual.number or ""),
        days=(membership.date_format, company.date_format, usual.day or ""),
    )


def actor(request: HttpRequest) -> str:
    """The name under which events are recorded."""
    return f"user:{request.user.get_username()}"


def today() -> date:
    """The business date of the company looked at, whose time zone is the active one."""
    return clock.today(timezone.get_current_timezone_name())


def day_of(instant: datetime) -> date:
    """The business date on which something happened, in the same time zone."""
    return timezone.localtime(instant).date()


TITLES = {403: say("Not allowed"), 404: say("Not found")}


def refused(
    request: HttpRequest, error: Exception | str, status: int = 0, *, elsewhere: Any = None
) -> HttpResponseBase:
    """A refusal as a page; ``elsewhere`` is the person's other company that has what was asked for."""
    status = status or getattr(error, "status", 409)
    context = {
        "page_title": TITLES.get(status, say("This cannot be done")),
        "error": error,
        "status": status,
        "elsewhere": elsewhere,
    }
    response = render(request, "page_kit/error.html", context, status=status)
    response.refusal_code = getattr(error, "code", "refused")  # type: ignore[attr-defined]  # for who counts them
    return response
