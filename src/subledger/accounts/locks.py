"""Rows under their lock, for whoever changes them."""

from __future__ import annotations

from typing import Any

from subledger.kernel.errors import NotFound


def locked(model: Any, ident: int) -> Any:
    """A row of the company in scope under its lock; NotFound where there is none."""
    row = model.objects.select_for_update(of=("self",)).filter(pk=ident).first()
    if row is None:
        raise NotFound(model, ident)
    return row
