"""Refusals that several parts of billing share."""

from typing import Any

from stripe_sandbox.billing.periods import DAY
from stripe_sandbox.errors import StripeError, invalid

#: Stripe's limit for what is planned.
LONGEST_AHEAD = 5 * 366 * DAY


def refuse_unsupported(given: dict[str, Any], names: tuple[str, ...], within: str = "") -> None:
    """Say plainly that the sandbox does not do what Stripe would, rather than pretend."""
    for name in names:
        if given.get(name) not in (None, {"type": "self"}, False):
            raise invalid(f"The sandbox does not support `{name}`.", f"{within}[{name}]" if within else name)
    if (given.get("automatic_tax") or {}).get("enabled"):
        raise invalid("The sandbox does not calculate taxes: pass tax rates.", "automatic_tax[enabled]")


def check_ahead(given: dict[str, Any], now: int, *names: str) -> None:
    """Refuse timestamps among the named parameters that are not in the future, or too far in it."""
    for name in names:
        moment = given.get(name)
        if isinstance(moment, int) and not now < moment <= now + LONGEST_AHEAD:
            raise invalid(f"Invalid timestamp: {name} must be in the future, and at most five years ahead.", name)


def invoice_not_editable() -> StripeError:
    """The invoice is finalised: what stands on it stays."""
    return invalid("This invoice is no longer editable", code="invoice_not_editable")
