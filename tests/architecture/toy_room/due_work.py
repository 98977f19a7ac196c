"""Reads across companies: which shelves there are."""

from __future__ import annotations

from .models import Shelf


def shelves() -> list[tuple[int, int]]:
    return list(Shelf.unscoped.values_list("company_id", "pk"))
