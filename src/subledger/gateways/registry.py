"""The kinds of gateways there are: ours, and those that installed packages declare as ``subledger.gateways``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from .errors import GatewayKindUnknown
from .port import Gateway, ProviderSettings


@dataclass(frozen=True, slots=True)
class GatewayKind:
    """A kind of gateway. Without ``make`` it executes nothing itself: an integrator works its requests off."""

    name: str
    title: str
    make: Callable[[ProviderSettings], Gateway] | None = None
    api_versions: tuple[str, ...] = ()  # the first is the one that new providers get
    currencies: frozenset[str] | None = None  # None: any
    has_keys: bool = True
    checks_key: Callable[[str, str], str] | None = None  # (key, mode) -> what is wrong with it, or ""

    @property
    def executes(self) -> bool:
        return self.make is not None


@cache
def kinds() -> Mapping[str, GatewayKind]:
    """Every kind by name. A package cannot take the name of one of ours."""
    from .generic import GENERIC
    from .stripe import STRIPE

    found = {kind.name: kind for kind in (point.load() for point in entry_points(group="subledger.gateways"))}
    return {**found, GENERIC.name: GENERIC, STRIPE.name: STRIPE}


def kind_named(name: str) -> GatewayKind:
    try:
        return kinds()[name]
    except KeyError:
        raise GatewayKindUnknown(name, sorted(kinds())) from None
