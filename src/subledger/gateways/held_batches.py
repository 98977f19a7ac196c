"""Requests that were made together and do not leave now."""

from __future__ import annotations

from collections.abc import Collection

from .models import RequestBatch
from .states import BatchState


def held_batches(idents: Collection[int | None]) -> set[int]:
    """Those of these batches whose requests do not leave now."""
    named = [ident for ident in idents if ident is not None]
    if not named:
        return set()
    held = RequestBatch.objects.filter(pk__in=named).exclude(state=BatchState.OPEN)
    return set(held.values_list("pk", flat=True))
