"""What the shell of every staff page shows: the menu, the companies of the user, and the actions of a page.

Usage
-----
* The menu is made of the entries of all rooms' faces. An entry names a url and the permission it needs; one whose
  url does not exist yet, or that the user may not see, is left out, and so is a group left empty.
* A middleware puts a `Staff` on the request as ``request.staff``; the context processor
  ``subledger.page_kit.navigation.shell`` hands it to ``base.html`` as ``shell``.
* A page passes ``actions``, ``crumbs`` and ``tabs``: lists of `Action`, `Crumb` and `Tab`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.platform.callers import demand

from .actions import Action, Crumb, Tab
from .faces import Entry, gathered

__all__ = [
    "Action",
    "Crumb",
    "Entry",
    "Group",
    "Staff",
    "Tab",
    "linked",
    "may",
    "menu_for",
    "navigation",
    "require",
    "shell",
]


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


@cache
def navigation() -> tuple[Group, ...]:
    """The menu of all rooms' entries; a group stands where its first entry does."""
    groups: dict[str, list[Entry]] = {}
    for entry in sorted(gathered("menu"), key=lambda entry: entry.position):
        groups.setdefault(entry.group, []).append(entry)
    return tuple(Group(label, tuple(entries)) for label, entries in groups.items())


class Staff(Protocol):
    """Who is looking, at which company's books, and what they may do there."""

    company: Any  # has .name and .public_id
    companies: Sequence[Any]  # every company the user belongs to, for the switcher

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    icon: str
    active: bool
    folded: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    label: str
    items: tuple[MenuItem, ...]
    pinned: bool = False

    @property
    def first(self) -> tuple[MenuItem, ...]:
        """What is in sight at once."""
        return tuple(item for item in self.items if not item.folded)

    @property
    def more(self) -> tuple[MenuItem, ...]:
        """What is folded away."""
        return tuple(item for item in self.items if item.folded)

    @property
    def is_unfolded(self) -> bool:
        return any(item.active for item in self.more)


def menu_for(
    staff: Staff, path: str, groups: Iterable[Group] | None = None, *, crumbs: Iterable[Crumb] = ()
) -> list[MenuGroup]:
    """The menu ``staff`` may see. Active is the entry that the way to the page begins with, as its crumbs say; else the
    one whose url is the longest beginning of ``path``."""
    groups = navigation() if groups is None else tuple(groups)
    reachable = [
        (group, entry, url)
        for group in groups
        for entry in group.entries
        if staff.may(entry.permission) and (url := _url_of(entry.url_name))
    ]
    known = {url for _, _, url in reachable}
    here = next((crumb.url for crumb in crumbs if crumb.url in known), "") or max(
        (url for url in known if _is_under(path, url)), key=len, default=""
    )
    menu = []
    for group in groups:
        items = tuple(
            MenuItem(entry.label, url, entry.icon, active=url == here, folded=entry.folded)
            for owner, entry, url in reachable
            if owner is group
        )
        if items:
            menu.append(MenuGroup(group.label, items, pinned=any(entry.pinned for entry in group.entries)))
    return menu


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the user has ``permission`` in the company they are looking at."""
    staff: Staff | None = getattr(request, "staff", None)
    return staff is not None and staff.may(permission)


def require(request: HttpRequest, permission: str) -> None:
    """Refuse the page (403) unless the user has ``permission``."""
    demand(permission)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell.menu``, ``shell.company`` and ``shell.companies`` for ``base.html``."""
    staff: Staff | None = getattr(request, "staff", None)
    if staff is None:
        return {"shell": None}
    return {
        "shell": {
            "menu": menu_for(staff, request.path, crumbs=getattr(request, "crumbs", ())),
            "company": staff.company,
            "companies": staff.companies,
        }
    }


def _url_of(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def linked(text: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)
