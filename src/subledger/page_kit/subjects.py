"""Pages about an object of another room: its tabs and its forms, framed as the object's own room frames them.

Usage
-----
::

    class AccountRequestsPage(SubjectTab, RequestsPage):
        subject = "account"          # the address has ``<acc:account_id>``; read as ``self.subject_row``
        tab = "account_requests"

    class CardLinkPage(SubjectForm):
        subject = "account"
"""

from __future__ import annotations

from typing import Any, ClassVar

from .faces import Subject, merged
from .navigation import Crumb
from .rendering import PageView
from .views import FormPage

__all__ = ["SubjectForm", "SubjectTab", "frame_of", "subject_named"]


def subject_named(name: str) -> Subject:
    found: Subject = merged("subjects")[name]
    return found


def frame_of(request: Any, name: str, row: Any, here: str) -> dict[str, Any]:
    """What the page of an object shows around the tab that is open."""
    return subject_named(name).frame(request, row, here)


class SubjectTab(PageView):
    """Mixed into list pages: a tab of the object that the address names."""

    subject: ClassVar[str]
    tab: ClassVar[str]
    subject_row: Any

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        self.read_subject(named.pop(f"{self.subject}_id"))
        return super().dispatch(request, *args, **named)

    def read_subject(self, ident: int) -> None:
        """NotFound."""
        self.subject_row = subject_named(self.subject).read(ident)

    def extra(self) -> dict[str, Any]:
        return frame_of(self.request, self.subject, self.subject_row, self.tab)


class SubjectForm(FormPage):
    """A form about one object: its crumbs, and where Back leads."""

    subject: ClassVar[str]
    subject_row: Any

    def prepare(self, **named: Any) -> None:
        self.subject_row = subject_named(self.subject).read(named[f"{self.subject}_id"])

    def extra(self) -> dict[str, Any]:
        subject = subject_named(self.subject)
        crumbs = [*subject.crumbs(self.subject_row), Crumb(self.title)]
        return {"crumbs": crumbs, "cancel_url": subject.url(self.subject_row)}
