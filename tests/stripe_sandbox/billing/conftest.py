from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe
from tests.stripe_sandbox.billing.world import World


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def refused() -> Callable[..., Any]:
    """``with refused("resource_missing", param="price"):``"""

    class Refusal:
        def __init__(self, code: str | None = None, *, param: str | None = None, match: str | None = None) -> None:
            self.code, self.param = code, param
            self.raises = pytest.raises(stripe.StripeError, match=match)

        def __enter__(self) -> None:
            self.caught = self.raises.__enter__()

        def __exit__(self, *exit: Any) -> bool:
            swallowed = self.raises.__exit__(*exit)
            error = self.caught.value
            assert (error.code, getattr(error, "param", None)) == (self.code, self.param), str(error)
            return bool(swallowed)

    return Refusal
