"""What rooms declare that files may be attached to: ``Room.attachable`` lists `Attachable`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.platform.declarations import AttachableDeclaration
from subledger.platform.rooms import declared

__all__ = ["Attachable", "attachable_named", "attachables", "named_by"]


def _is_none(row: Any) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Attachable(AttachableDeclaration):
    """``name`` is what events call such a record, ``resource`` its address in the API, ``prefix`` that of its ids.
    ``read`` raises NotFound; ``evidence_of`` says why files of a record are not removed any more, or ""."""

    name: str
    resource: str
    prefix: str
    read: Callable[[int], Any]
    evidence_of: Callable[[Any], str] = _is_none


@cache
def attachables() -> Mapping[str, Attachable]:
    """By name, those of the lowest floor first."""
    return {one.name: one for one in declared(Attachable)}


def attachable_named(name: str) -> Attachable:
    found = attachables().get(name)
    if found is None:
        raise NotFound("record", name)
    return found


def named_by(public_id: str, *, param: str | None = None) -> tuple[Attachable, int]:
    """The kind of record that a public id is of, and its number. NotFound."""
    prefix = public_id.rpartition("_")[0]
    kind = next((one for one in attachables().values() if one.prefix == prefix), None)
    try:
        if kind is not None:
            return kind, ids.decode(prefix, public_id)
    except ValueError:
        pass
    raise NotFound("record", public_id, param=param)
