"""An event as others read it: the same object in the API and in webhooks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps

from subledger.kernel import ids
from subledger.platform.models import Event


def event_object(row: Event) -> dict[str, Any]:
    """The event with public ids, ready to be serialised."""
    return {
        "id": row.public_id, "object": "event", "created_at": row.at, "type": row.type, "actor": row.actor,
        "object_type": row.object_type, "object_id": public_id(row.object_type, row.object_id),
        "data": _public(row.data), "request_id": row.request_id, "metadata": {},
    }  # fmt: skip


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    """The id prefix of each kind of object that events speak of."""
    known = {str(model._meta.model_name): str(model.PREFIX) for model in apps.get_models() if hasattr(model, "PREFIX")}
    return {**known, "period": known["periodclose"]}


def public_id(object_type: str, ident: int) -> str:
    return ids.encode(_prefixes().get(object_type.replace("_", ""), "obj"), ident)


def _public(data: dict[str, Any]) -> dict[str, Any]:
    """References in an event's data as public ids: ``account_id`` becomes ``account``."""
    serialised = dict(data)
    for name in [name for name in data if name.endswith("_id") and isinstance(data[name], int)]:
        serialised[name.removesuffix("_id")] = public_id(name.removesuffix("_id"), serialised.pop(name))
    return serialised
