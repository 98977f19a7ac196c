"""Keeping lists: views with a name, and the columns somebody chooses. Each form comes from a list and leads back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from subledger.companies.models import SavedView
from subledger.companies.saved_views import (
    change_view,
    choose_columns,
    delete_view,
    kept_list,
    open_with,
    save_view,
    seen_views,
)
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import PageView

__all__ = ["ColumnsForm", "SavedViewForm", "SavedViewsForm"]

SHORT = 100  # characters of a list's name


class _ListForm(PageView):
    permission = "view"

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        """What it came to, where it came from; a refusal stands over the list."""
        self.membership = request.staff.membership  # type: ignore[attr-defined]
        try:
            where = self.act(request, **named)
        except DomainError as error:
            messages.error(request, words_of(error))
            where = self.back(request)
        return HttpResponseRedirect(where)

    def act(self, request: HttpRequest, **named: Any) -> str:
        raise NotImplementedError

    def back(self, request: HttpRequest) -> str:
        where = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(where, allowed_hosts=None)
        return where if is_ours else redirect("backoffice:home").url

    def list_name(self, request: HttpRequest) -> str:
        return request.POST.get("list", "")[:SHORT]

    def address_of(self, request: HttpRequest, view: SavedView) -> str:
        kept = kept_list(self.membership, view.list_name).view(view.public_id)
        return f"{self.back(request).partition('?')[0]}{kept.address if kept else ''}"

    def opens(self, request: HttpRequest, view: SavedView) -> None:
        """Have the list open with a view, or no more."""
        is_opening = kept_list(self.membership, view.list_name).opens_with == view.public_id
        if bool(request.POST.get("opens")) != is_opening:
            ident = None if is_opening else view.pk
            open_with(membership=self.membership, list_name=view.list_name, view_id=ident)


class SavedViewsForm(_ListForm):
    """A list, kept as it is shown."""

    def act(self, request: HttpRequest, **named: Any) -> str:
        view = save_view(
            membership=self.membership,
            list_name=self.list_name(request),
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            columns=request.POST.getlist("columns"),
            is_shared=bool(request.POST.get("is_shared")),
            actor=actor(request),
        )
        self.opens(request, view)
        messages.success(request, say("The view {name} is saved.", name=view.name))
        return self.address_of(request, view)


class SavedViewForm(_ListForm):
    """Another name for a view, what it shows, who sees it; or its end."""

    def act(self, request: HttpRequest, **named: Any) -> str:
        view_id: int = named["view_id"]
        if request.POST.get("act") == "delete":
            delete_view(membership=self.membership, view_id=view_id, actor=actor(request))
            messages.success(request, say("The view is deleted. The list itself is as it was."))
            return self.back(request)
        view = seen_views(self.membership).filter(pk=view_id).first()
        if view is not None and "name" in request.POST:
            view = self.changed(request, view)
        if view is None:
            return self.back(request)
        self.opens(request, view)
        messages.success(request, say("The view {name} is saved.", name=view.name))
        return self.address_of(request, view)

    def changed(self, request: HttpRequest, view: SavedView) -> SavedView:
        posted, may_share = request.POST, kept_list(self.membership, view.list_name).may_share
        shown = {"query": posted.get("query", ""), "columns": posted.getlist("columns")}
        return change_view(
            membership=self.membership,
            view_id=view.pk,
            name=posted["name"],
            is_shared=bool(posted.get("is_shared")) if may_share else None,
            actor=actor(request),
            **(shown if posted.get("as_shown") else {}),  # type: ignore[arg-type]
        )


class ColumnsForm(_ListForm):
    """Which columns a list has, and in which order: of a view where one is shown, else for who looks."""

    def act(self, request: HttpRequest, **named: Any) -> str:
        posted = request.POST
        columns = [] if posted.get("reset") else _ordered(posted)
        view = self.view(request)
        if view is not None:
            change_view(membership=self.membership, view_id=view, columns=columns, actor=actor(request))
        else:
            choose_columns(membership=self.membership, list_name=self.list_name(request), columns=columns)
        return self.back(request) if posted.get("reset") or not _moved(posted) else _arranging(self.back(request))

    def view(self, request: HttpRequest) -> int | None:
        """The view whose columns are chosen; what somebody may not change has no columns of their own."""
        asked = request.POST.get("view", "")
        view = kept_list(self.membership, self.list_name(request)).view(asked) if asked else None
        return view.ident if view else None


def _ordered(posted: Any) -> list[str]:
    """The columns that are ticked, in their order, the one that was moved a place earlier or later."""
    order, shown = posted.getlist("order"), set(posted.getlist("shown"))
    for name, step in (("earlier", -1), ("later", 1)):
        moved = posted.get(name)
        if moved in order:
            at = order.index(moved)
            to = min(max(at + step, 0), len(order) - 1)
            order.insert(to, order.pop(at))
    return [key for key in order if key in shown]


def _moved(posted: Any) -> bool:
    return bool(posted.get("earlier") or posted.get("later"))


def _arranging(address: str) -> str:
    """The list with its columns still open to be moved on."""
    if "arrange=1" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}arrange=1"
