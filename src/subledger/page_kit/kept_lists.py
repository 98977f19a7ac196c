"""How people keep lists: columns that somebody chose, and views with a name. Whoever stores them tells the pages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, QueryDict

from subledger.page_kit.tallies import ASKED

__all__ = ["EVERYTHING", "KeptList", "KeptView", "lasting", "list_name"]

VIEW = "view"  # the parameter of an address that says which view it is of
EVERYTHING = "all"  # its value for no view, where the list would open with one
PASSING = frozenset({VIEW, "after", "before", "export", "arrange", ASKED})  # what of an address is of one look alone


@dataclass(frozen=True, slots=True)
class KeptView:
    ident: int
    public_id: str
    name: str
    query: str
    columns: tuple[str, ...]
    is_shared: bool
    may_change: bool

    @property
    def address(self) -> str:
        """All that the view says, so that the address is understood without it."""
        return f"?{urlencode([*parse_qsl(self.query), (VIEW, self.public_id)])}"


@dataclass(frozen=True, slots=True)
class KeptList:
    """What is kept of a list for a person: own views before the company's."""

    columns: tuple[str, ...] = ()
    opens_with: str = ""
    views: tuple[KeptView, ...] = ()
    may_share: bool = False

    def view(self, public_id: str) -> KeptView | None:
        return next((view for view in self.views if view.public_id == public_id), None)


def list_name(request: HttpRequest) -> str:
    """What a list is called wherever it stands: that of an account is the same for each account."""
    match = request.resolver_match
    if match is None:
        return ""
    return ":".join([match.url_name or "", *(value for value in match.kwargs.values() if isinstance(value, str))])


def lasting(asked: QueryDict) -> str:
    """Criteria and sort of an address, without what is of one look alone."""
    return urlencode(
        [(name, value) for name, values in asked.lists() if name not in PASSING for value in values if value]
    )
