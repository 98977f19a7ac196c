"""Rows under their lock, for whoever changes them."""

from __future__ import annotations

from typing import Any

from subledger.kernel.errors import NotFound


def locked(model: Any, ident: int) -> Any:
    """A row of the company in scope under its lock; NotFound where there is none.

    The lock is the one that posting takes, too: it lets others refer to the row meanwhile. Two who put each account
    under the other would wait in a circle if either kept the other's parent from being referred to.
    """
    row = model.objects.select_for_update(of=("self",), no_key=True).filter(pk=ident).first()
    if row is None:
        raise NotFound(model, ident)
    return row
