"""The kinds of gateways there are: ours, and those that installed packages declare as ``subledger.gateways``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from .declines import DeclineClass, class_among
from .errors import GatewayKindUnknown
from .generic.kind import GENERIC
from .kind import GatewayKind
from .stripe import STRIPE


@cache
def kinds() -> Mapping[str, GatewayKind]:
    """Every kind by name. A package cannot take the name of one of ours."""
    found = {kind.name: kind for kind in (point.load() for point in entry_points(group="subledger.gateways"))}
    return {**found, GENERIC.name: GENERIC, STRIPE.name: STRIPE}


@cache
def taken_back_codes() -> frozenset[str]:
    return frozenset().union(*(kind.taken_back for kind in kinds().values()))


def kind_named(name: str) -> GatewayKind:
    try:
        return kinds()[name]
    except KeyError:
        raise GatewayKindUnknown(name, sorted(kinds())) from None


def decline_class(code: str, kind: str) -> DeclineClass:
    """What a code of a kind of gateway means; a soft decline where nobody knows it."""
    return class_among(kind_named(kind).declines, code) or DeclineClass.SOFT
