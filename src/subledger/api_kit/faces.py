"""What a room says of itself to the API: frozen values, found by the room's name and composed by `config.api`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from ninja import Router

from .parts import AddedField


@dataclass(frozen=True, kw_only=True)
class Mount:
    """The operations of a router, below an address of the API."""

    path: str = ""
    router: Router


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A status that only some operations may be refused with: the writes that have one of the ``tags``."""

    words: str
    tags: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Path:
    """A door of the room beside the API, in the form of Django's paths: ``<str:kind>/<str:provider>``."""

    address: str
    view: Callable[..., HttpResponse]
    name: str


@dataclass(frozen=True, kw_only=True)
class ApiFace:
    """A room's face in the API.

    ``parts`` are fields that the room adds to objects of lower ones. ``summaries`` are of operations whose id says too
    little, by their ids. ``examples`` say what a field of a name is likely to hold, and ``welcome`` which fields make
    an example worth reading though they need not be sent. ``problem_members`` are what only problems of this room have,
    each with its sentence. ``paths`` are addresses beside the API.
    """

    mounts: Sequence[Mount] = ()
    parts: Sequence[AddedField] = ()
    paths: Sequence[Path] = ()
    summaries: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    welcome: frozenset[str] = frozenset()
    refusals: Mapping[int, Refusal] = field(default_factory=dict)
    problem_members: Mapping[str, str] = field(default_factory=dict)


def merged(faces: Sequence[ApiFace], name: str) -> dict[Any, Any]:
    """What all faces say under ``name``, as one; said twice, it is refused."""
    whole: dict[Any, Any] = {}
    for face in faces:
        serialised = getattr(face, name)
        twins = whole.keys() & serialised.keys()
        if twins:
            raise ValueError(f"Two rooms declare {name} of {', '.join(map(str, sorted(twins)))}. Keep one.")
        whole.update(serialised)
    return whole
