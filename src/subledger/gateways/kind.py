"""What a kind of gateway says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .declines import DeclineClass
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
    # Calls a second that it allows an account, by mode, where a provider names no limit and no other address.
    limits: Mapping[str, int] = field(default_factory=dict)
    checks_key: Callable[[str, str], str] | None = None  # (key, mode) -> what is wrong with it, or ""
    # Codes by which it refuses to give back what the payer took back by a dispute: from then on that is known.
    taken_back: frozenset[str] = frozenset()
    # What its codes mean for a payment that failed; of one that is not here it may go through later.
    declines: Mapping[str, DeclineClass] = field(default_factory=dict)

    @property
    def executes(self) -> bool:
        return self.make is not None


def limit_of(limits: Mapping[str, int], mode: str, *, base_url: str, chosen: int | None) -> int | None:
    """Calls a second that a provider keeps to: its own, else its gateway's for an account. None: as many as come."""
    return chosen or (None if base_url else limits.get(mode))
