"""What follows from a payment that failed, by the code that its gateway or bank gave: the classes of declines.

Each kind of gateway says what its codes mean (`GatewayKind.declines`); codes of ours are here. A code that nobody knows
is a soft one: it may go through later.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["OWN_CODES", "DeclineClass", "class_among"]


class DeclineClass(StrEnum):
    HARD = "hard"  # this card or account is never charged again: another way to pay is needed
    SOFT = "soft"  # it may go through on another day
    CUSTOMER_NEEDED = "customer_needed"  # the customer has to confirm it first
    GATEWAY_ERROR = "gateway_error"  # nothing was said about the card or account: in some hours
    SILENCE = "silence"  # the money may have moved: never again until that is known
    CALLED_OFF = "called_off"  # somebody took it back at the gateway: not by itself again


# Of outcomes that are ours to name, whatever the gateway.
OWN_CODES: Mapping[str, DeclineClass] = {
    "no_answer": DeclineClass.SILENCE,
    "never_arrived": DeclineClass.GATEWAY_ERROR,
    "action_expired": DeclineClass.CUSTOMER_NEEDED,
    "declined": DeclineClass.SOFT,
}


def class_among(declines: Mapping[str, DeclineClass], code: str) -> DeclineClass | None:
    """The class of a code, however it is spelt; None for one that these do not know."""
    said = code.strip()
    for spelt in (said, said.upper(), said.lower()):
        found = declines.get(spelt) or OWN_CODES.get(spelt)
        if found is not None:
            return found
    return None
