"""What the answer of an endpoint means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from subledger.kernel.sentences import say

GONE = 410


class Verdict(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"
    GONE = "gone"  # the endpoint wants nothing more


@dataclass(frozen=True, slots=True)
class EndpointResponse:
    """How one attempt ended. ``status`` 0: there was no answer, ``error`` says why."""

    status: int = 0
    text: str = ""  # the first bytes of it
    error: str = ""
    retry_after: str = ""
    took_ms: int = 0

    @property
    def verdict(self) -> Verdict:
        if 200 <= self.status < 300:
            return Verdict.DELIVERED
        return Verdict.GONE if self.status == GONE else Verdict.FAILED

    @property
    def why(self) -> str:
        """Why it was not delivered, for people."""
        if self.error or self.verdict is Verdict.DELIVERED:
            return self.error
        if 300 <= self.status < 400:
            return say(
                "It answered {status}: redirects are not followed. Give the address it leads to.", status=self.status
            )
        return say("It answered {status}.", status=self.status)
