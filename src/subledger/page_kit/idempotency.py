"""A form that moves money is done once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform.errors import IdempotencyKeyInFlight
from subledger.platform.idempotency import Binding, answer_once

__all__ = ["SentTwice", "once"]


class SentTwice(DomainError):
    code = "form_sent_twice"

    def __init__(self) -> None:
        super().__init__(
            say(
                "This form is being worked off already: it was sent twice. Look at what came of it "
                "before sending another."
            )
        )


def once(request: HttpRequest, act: Callable[[], str]) -> str:
    """Do what a form asks, and answer with the address it leads to; the same form again leads there, and does nothing.

    Raises:
        SentTwice: the first one has no answer yet. What ``act`` raises; then the form may be sent again.
    """
    token = request.POST.get("once", "")[:40]
    if not token:
        return act()
    try:
        answer = answer_once(
            key=f"form {token}",
            fingerprint="form",
            produce=lambda: (302, act(), "text/plain"),
            how=Binding.BY_SERVICE,  # gateways are called on the way
        )
    except IdempotencyKeyInFlight:
        raise SentTwice from None
    return answer.body
