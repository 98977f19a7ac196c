"""Lists as people keep them: views with a name, for themselves or for the company, and the columns they choose.

Everybody keeps their own; what is shared with the company is changed by who may share.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.page_kit.faces import gathered
from subledger.page_kit.kept_lists import PASSING, KeptList, KeptView
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .callers import member_caller
from .errors import ViewInvalid
from .models import ListChoice, Membership, SavedView

__all__ = ["change_view", "choose_columns", "delete_view", "kept_list", "open_with", "save_view"]

SHARE = "views.share"
LONGEST_NAME, LONGEST_QUERY, MOST_COLUMNS, MOST_VIEWS, MOST_LISTS = 60, 2_000, 60, 50, 200


def kept_list(membership: Membership, list_name: str) -> KeptList:
    """What ``membership`` keeps of a list, and what the company shares of it."""
    may_share = member_caller(membership).may(SHARE)
    rows = SavedView.objects.filter(Q(owner=membership) | Q(owner=None), list_name=list_name).order_by("name")
    views = [
        KeptView(
            row.pk,
            row.public_id,
            row.name,
            row.query,
            tuple(row.columns),
            is_shared=row.owner_id is None,
            may_change=row.owner_id is not None or may_share,
        )
        for row in sorted(rows, key=lambda row: row.owner_id is None)
    ]
    choice = ListChoice.objects.filter(membership=membership, list_name=list_name).select_related("opens_with").first()
    opens_with = choice.opens_with.public_id if choice and choice.opens_with else ""
    return KeptList(tuple(choice.columns) if choice else (), opens_with, tuple(views), may_share)


@atomic
def save_view(
    *,
    membership: Membership,
    list_name: str,
    name: str,
    query: str,
    columns: Sequence[str] = (),
    is_shared: bool = False,
    actor: str,
) -> SavedView:
    """Keep a list as it is shown, under a name of its own.

    Raises:
        ViewInvalid: the name says nothing or is taken, or there is too much of anything.
        PermissionDenied: it is to be shared by somebody who may not.
    """
    if is_shared:
        demand(SHARE)
    _check_list(list_name)
    view = SavedView(company_id=current_company_id(), owner=None if is_shared else membership, list_name=list_name)
    view.name, view.query, view.columns = (
        _checked_name(membership, view, name),
        _checked_query(query),
        _checked(columns),
    )
    if _beside(view).count() >= MOST_VIEWS:
        raise ViewInvalid(
            say("There are {most_views} views of this list already. Delete one of them first.", most_views=MOST_VIEWS)
        )
    view.save()
    _tell("saved_view.saved", view, {"name": view.name, "list": list_name}, actor)
    return view


@atomic
def change_view(
    *,
    membership: Membership,
    view_id: int,
    name: str | None = None,
    query: str | None = None,
    columns: Sequence[str] | None = None,
    is_shared: bool | None = None,
    actor: str,
) -> SavedView:
    """Change what is given of a view.

    Raises:
        NotFound: no such view of this person or of the company.
        ViewInvalid: as for a new one. PermissionDenied: it is shared, or is to be, by somebody who may not.
    """
    view = _locked(membership, view_id)
    before = {"name": view.name, "query": view.query, "is_shared": view.owner_id is None}
    if is_shared is not None and is_shared != before["is_shared"]:
        demand(SHARE)
        view.owner = None if is_shared else membership
    if name is not None or is_shared is not None:
        view.name = _checked_name(membership, view, view.name if name is None else name)
    if query is not None:
        view.query = _checked_query(query)
    if columns is not None:
        view.columns = _checked(columns)
    view.save()
    if view.owner_id is not None:  # nobody else opens a list with what is not shared any more
        ListChoice.objects.filter(opens_with=view).exclude(membership=membership).update(opens_with=None)
    after = {"name": view.name, "query": view.query, "is_shared": view.owner_id is None}
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if before["is_shared"] or after["is_shared"]:
        record_events([NewEvent("saved_view.changed", "saved_view", view.pk, changed)], actor=actor)
    return view


@atomic
def delete_view(*, membership: Membership, view_id: int, actor: str) -> None:
    """Raises: NotFound, PermissionDenied."""
    view = _locked(membership, view_id)
    _tell("saved_view.deleted", view, {"name": view.name, "list": view.list_name}, actor)
    view.delete()


@atomic
def choose_columns(*, membership: Membership, list_name: str, columns: Sequence[str]) -> None:
    """Show these columns of a list to a person, in this order; none: as the list has them. ViewInvalid."""
    _choose(membership, list_name, columns=_checked(columns))


@atomic
def open_with(*, membership: Membership, list_name: str, view_id: int | None) -> None:
    """Open a list with a view from now on, or with everything. NotFound."""
    view = None if view_id is None else _seen(membership, view_id)
    if view and view.list_name != list_name:
        raise NotFound(SavedView, view.pk, noun=say("view"))
    _choose(membership, list_name, opens_with=view)


def _choose(membership: Membership, list_name: str, **chosen: object) -> None:
    _check_list(list_name)
    others = ListChoice.objects.filter(membership=membership).exclude(list_name=list_name)
    if others.count() >= MOST_LISTS:
        raise ViewInvalid(
            say("Columns and views are chosen for {most} lists already, and more are not kept.", most=MOST_LISTS),
            param="/list",
        )
    ListChoice.objects.update_or_create(membership=membership, list_name=list_name, defaults=chosen)


def _check_list(list_name: str) -> None:
    """ViewInvalid: no page of that name has a list, so nothing would ever be read of what is kept for it."""
    check_texts(list_name, param="/list")
    if list_name.partition(":")[0] not in {one.name for one in gathered("paths")}:
        raise ViewInvalid(say("There is no such list. Begin at the list that you want to keep."), param="/list")


def seen_views(membership: Membership) -> QuerySet[SavedView]:
    """A person's own, and those that are shared."""
    return SavedView.objects.filter(Q(owner=membership) | Q(owner=None))


def _seen(membership: Membership, view_id: int) -> SavedView:
    view = seen_views(membership).select_for_update(of=("self",)).filter(pk=view_id).first()
    if view is None:
        raise NotFound(SavedView, view_id, noun=say("view"))
    return view


def _locked(membership: Membership, view_id: int) -> SavedView:
    """A view that this person may change."""
    view = _seen(membership, view_id)
    if view.owner_id is None:
        demand(SHARE)
    return view


def _beside(view: SavedView) -> QuerySet[SavedView]:
    """The other views of the same list and the same owner."""
    return SavedView.objects.filter(owner=view.owner, list_name=view.list_name).exclude(pk=view.pk)


def _checked_name(membership: Membership, view: SavedView, name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ViewInvalid(
            say("A view needs a name of at most {longest_name} characters. Give it one.", longest_name=LONGEST_NAME),
            param="/name",
        )
    check_texts(name, param="/name")
    seen = seen_views(membership).filter(list_name=view.list_name).exclude(pk=view.pk)  # theirs and the company's
    if seen.filter(name=name).exists():
        raise ViewInvalid(
            say("There is a view {name!r} of this list already. Choose another name.", name=name), param="/name"
        )
    return name


def _checked_query(query: str) -> str:
    said = [(name, value) for name, value in parse_qsl(query) if name not in PASSING]
    kept = urlencode(said)
    if len(kept) > LONGEST_QUERY:
        raise ViewInvalid(say("The criteria are too long to keep. Clear some of them."), param="/query")
    check_texts(dict(said), param="/query")
    return kept


def _checked(columns: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(columns))
    if len(kept) > MOST_COLUMNS or any(not key or len(key) > 100 for key in kept):
        raise ViewInvalid(
            say("These are no columns of a list. Open the list again and choose from it."), param="/columns"
        )
    check_texts(kept, param="/columns")
    return kept


def _tell(type_: str, view: SavedView, facts: dict[str, str], actor: str) -> None:
    """What is shared concerns others, and stands in the audit trail."""
    if view.owner_id is None:
        record_events([NewEvent(type_, "saved_view", view.pk, facts)], actor=actor)
