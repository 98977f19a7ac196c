"""The refusals of webhooks."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.kernel.sentences import say


class WebhookAddressRefused(Invalid):
    """An address that nothing is sent to."""

    code = "webhook_address_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, param="/url")


class WebhookFilterInvalid(Invalid):
    code = "webhook_filter_invalid"

    def __init__(self, message: str) -> None:
        super().__init__(message, param="/filters")


class WebhookEndpointDisabled(DomainError):
    code = "webhook_endpoint_disabled"

    def __init__(self, deed: str) -> None:
        super().__init__(
            say("The webhook endpoint is disabled, so {deed}. Enable it first.", deed=deed),
            remedies={Door.API: say("POST to its enable address.")},
        )


class WebhookReplayInvalid(Invalid):
    """What is to be sent again cannot be told, or is too much at once."""

    code = "webhook_replay_invalid"


class WebhookEndpointsTooMany(DomainError):
    code = "webhook_endpoints_too_many"

    def __init__(self, most: int) -> None:
        super().__init__(
            say("A company has at most {most} webhook endpoints. Delete one that nobody needs any more.", most=most)
        )
