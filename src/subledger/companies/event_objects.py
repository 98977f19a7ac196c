"""An event as others read it: the same object in the API and in webhooks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.apps import apps

from subledger.kernel import ids
from subledger.platform.models import Event
from subledger.platform.rooms import event_references


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
    """References in an event's data as public ids: ``account_id`` becomes ``account``, in lists of things too."""
    kinds, serialised = event_references(), dict(data)
    for name, value in data.items():
        if name.endswith("_id") and isinstance(value, int):
            named = name.removesuffix("_id")
            serialised[named] = public_id(kinds.get(name, named), serialised.pop(name))
        elif isinstance(value, list):
            serialised[name] = [_public(each) if isinstance(each, dict) else each for each in value]
    return serialised
