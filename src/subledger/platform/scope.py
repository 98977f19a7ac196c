"""Where companies are kept apart: one context variable and one manager.

Interfaces enter ``company_scope(company_id)`` once they know whose request it is. Every table that belongs to
a company reads through `ScopedManager`, so another company's id is simply not found, and a query outside any
scope is refused rather than answered for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault

from .row_copies import FEWEST, copy_in
from .statements import fresh_ids

_company: ContextVar[int | None] = ContextVar("company", default=None)


class NoCompanyScope(RuntimeError):
    """A company's table was read with no company in scope: a programming error, never a user's."""


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Work for one company; scopes may be nested (an operator's command walks all of them)."""
    token = _company.set(company_id)
    try:
        yield
    finally:
        _company.reset(token)


def current_company_id() -> int:
    company_id = _company.get()
    if company_id is None:
        raise NoCompanyScope("no company in scope: wrap the call in company_scope(company_id)")
    return company_id


class RecordQuerySet(models.QuerySet[Any]):
    """Gives ids before a bulk insert: Django takes an unset database default for an id that is known. Many rows are
    copied in (`row_copies`)."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        unset = [row for row in rows if isinstance(row.pk, DatabaseDefault)]
        for row, ident in zip(unset, fresh_ids(len(unset)), strict=True):
            row.pk = ident
        if not args and not options and len(rows) >= FEWEST:
            self._for_write = True
            if copy_in(rows, using=self.db):
                return rows
        return super().bulk_create(rows, *args, **options)


class ScopedManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Rows of the company in scope, and no others. ``path`` names the way to the company id."""

    def __init__(self, path: str = "company_id") -> None:
        super().__init__()
        self.scope_path = path

    def get_queryset(self) -> models.QuerySet[Any]:
        # Django makes related managers without our argument; the model's own manager knows the way.
        path = self.model._default_manager.scope_path
        return super().get_queryset().filter(**{path: current_company_id()})
