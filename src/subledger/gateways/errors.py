from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.money import Money


class GatewayKindUnknown(Invalid):
    code = "gateway_kind_unknown"

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no gateway of kind {kind!r}. Kinds: {', '.join(known)}. Install its package, or choose another.",
            param="/kind",
        )


class ProviderInvalid(Invalid):
    code = "provider_invalid"


class ProviderInUse(DomainError):
    code = "provider_in_use"


class ProviderNotEffective(DomainError):
    code = "provider_not_effective"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The method belongs to provider {name!r}, which is not effective: nothing can be collected through it. "
            "Make the provider effective, or choose another method.",
            param="/method",
        )


class CurrencyNotTaken(Invalid):
    code = "currency_not_taken"

    def __init__(self, currency: str, name: str) -> None:
        super().__init__(
            f"Provider {name!r} does not take {currency.upper()}. Add the currency to the provider, or choose another "
            "payment preference.",
            param="/payment_preference",
        )


class InstrumentMissing(Invalid):
    code = "payment_preference_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The account has no payment preference that provider {name!r} could use. Register a card or mandate for "
            "it, or choose another method.",
            param="/payment_preference",
        )


class InstrumentUnusable(Invalid):
    code = "payment_preference_unusable"

    def __init__(self, instrument: str, fact: str) -> None:
        super().__init__(
            f"{instrument} cannot be used: {fact}. Choose another payment preference.", param="/payment_preference"
        )


class PaymentUnderWay(DomainError):
    code = "payment_under_way"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(
            f"Payment request {number} is under way for this already. Wait for its outcome, or see what it waits for "
            "on its page; a second one could charge twice."
        )


class NothingToRefund(DomainError):
    code = "refund_exceeds_captured"

    def __init__(self, wanted: Money, refundable: Money) -> None:
        super().__init__(
            f"Cannot pay back {wanted} through the gateway: of no charge on this account is more than {refundable} "
            "left. Refund less, or by another method.",
            param="/amount",
        )


class ProviderExecutes(Invalid):
    code = "provider_executes_itself"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Requests of provider {name!r} are executed by Subledger itself: nobody else reports on them. "
            "Report only on requests of generic providers."
        )


class OutcomeDiffers(Invalid):
    code = "amount_differs"

    def __init__(self, number: str, wanted: Money, told: Money) -> None:
        super().__init__(
            f"Payment request {number} is over {wanted}, and {told} was reported. Nothing was changed: report on the "
            "request with its own amount, or reject it.",
            param="/amount",
        )


class AlreadyPaid(DomainError):
    code = "already_paid"

    def __init__(self, number: str) -> None:
        super().__init__(f"Invoice {number} is paid: nothing is left to pay. Thank you.")


class NotPayable(DomainError):
    code = "not_payable"

    def __init__(self, number: str, state: str) -> None:
        super().__init__(f"Invoice {number} is {str(state).replace('_', ' ')}: it cannot be paid. Post it first.")


class NobodyCollects(DomainError):
    code = "nobody_collects"

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"No effective payment gateway takes {currency.upper()} on a page of its own. Pay another way, or ask the "
            "company."
        )


class RequestOver(DomainError):
    code = "payment_request_over"

    def __init__(self, number: str) -> None:
        super().__init__(f"Payment request {number} waits for nothing any more. See what became of it.")


class LinkInvalid(DomainError):
    code = "link_invalid"
    status = 404


class LinkExpired(DomainError):
    code = "link_expired"
    status = 410

    def __init__(self, at: datetime) -> None:
        super().__init__(f"This link was valid until {at:%d %B %Y, %H:%M} UTC. Ask for a new one.")


class GatewayRefused(DomainError):
    code = "gateway_unavailable"
    status = 502

    def __init__(self, detail: str) -> None:
        super().__init__(f"The gateway did not answer as hoped: {detail} Try again; nothing was changed.")


class PaymentDeclined(DomainError):
    """What a person is told when a payment or refund made by hand was refused; ``transaction_id`` stays as it was."""

    code = "payment_declined"
    status = 402

    def __init__(
        self, code: str, message: str, *, transaction_id: int | None = None, is_cancellation: bool = False
    ) -> None:
        self.gateway_code, self.transaction_id = code, transaction_id
        stays = (
            "The payment stays as it was: see what the gateway says, or cancel it by a type that pays nothing back."
            if is_cancellation
            else "The transaction stays a draft: try another payment preference, or post it by another method."
        )
        super().__init__(f"The gateway declined: {message or code} ({code}). {stays}")
