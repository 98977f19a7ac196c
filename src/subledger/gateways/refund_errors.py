"""Refusals of paying back what a gateway collected."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say


class NothingToRefund(DomainError):
    code = "refund_exceeds_captured"

    def __init__(self, wanted: Money, refundable: Money) -> None:
        if refundable.minor:
            fact = say(
                "of no charge on this account is more than {refundable} left. Refund less, or by another method.",
                refundable=refundable,
            )
        else:
            fact = say(
                "nothing is left of what it collected. All of it went back already, or is on its way: look at the "
                "payment's refunds and disputes."
            )
        refused = (
            say("Cannot pay {wanted} back through the gateway: {fact}", wanted=wanted, fact=fact)
            if wanted.minor
            else say("Cannot pay back through the gateway: {fact}", fact=fact)
        )
        super().__init__(refused, param="/amount")


class ChargeUnknownYet(DomainError):
    """A refund or dispute of a charge that may be that of a payment whose end is unknown."""

    code = "charge_unknown_yet"

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "The refund or dispute is of a payment that is not in the books, and what became of "
                "payment request {number} is not known yet: it may be that one's. It is taken in by "
                "itself once that is known. Look the request up if that takes long.",
                number=number,
            )
        )


class TakenBack(DomainError):
    """Giving back what its payer took back by a dispute that is in no books yet: the gateway has said so."""

    code = "payment_taken_back"

    def __init__(self, number: str, provider: str, amount: Money) -> None:
        super().__init__(
            say(
                "{amount} of payment {number} cannot be given back: its customer took it back by a "
                "dispute, as {provider} has answered. It is booked as soon as {gateway} reports the "
                "dispute; see then what the account owes.",
                amount=amount,
                number=number,
                provider=provider,
                gateway=provider,
            )
        )


class HeldByGateway(DomainError):
    """Undoing in the books alone what a gateway holds: it would be given back twice, or to nobody."""

    code = "payment_held_by_gateway"

    def __init__(self, number: str, provider: str, types: Sequence[str]) -> None:
        through = say(
            "Cancel it by a type that pays back through {provider} ({types}), or refund it.",
            provider=provider,
            types=", ".join(types),
        )
        if not types:
            through = say(
                "Refund it through {provider}, or list a type of payment cancellations on that provider.",
                provider=provider,
            )
        super().__init__(
            say(
                "{provider} holds the money of payment {number}: cancelled in the books alone, its "
                "customer would owe again and have paid. {through}",
                provider=provider,
                number=number,
                through=through,
            ),
            param="/type",
        )


class Restored(DomainError):
    """Undoing a payment that only returns what a refund took: the money is that of the charge's own payment."""

    code = "payment_restores_refund"

    def __init__(self, number: str, refund: str, provider: str, own: str) -> None:
        super().__init__(
            say(
                "Payment {number} only takes back refund {refund}, which {provider} did not pay out in "
                "the end (a dispute was won, or the refund came back): it cannot be cancelled, moved or "
                "refunded apart from it. The money is that of payment {own}: see what can be done with "
                "that one.",
                number=number,
                refund=refund,
                provider=provider,
                own=own,
            )
        )


class PaidBackAlready(DomainError):
    code = "payment_paid_back_already"

    def __init__(self, number: str, back: Money, left: Money, deed: str = "cancelled", disputed: bool = False) -> None:
        """``disputed``: part of it went back by a dispute, and gateways pay nothing more back of such a payment."""
        how = say(" by another method: a disputed payment is not paid back through its gateway") if disputed else ""
        rest = (
            say("Refund the {left} that are left of it instead{how}.", left=left, how=how)
            if left.minor
            else say("Nothing is left of it.")
        )
        if deed == "moved":
            rest = say("It stays on its account, beside what went back.")
        super().__init__(
            say(
                "Payment {number} cannot be moved: {back} of it went back already, or is on its way. {rest}",
                number=number,
                back=back,
                rest=rest,
            )
            if deed == "moved"
            else say(
                "Payment {number} cannot be cancelled: {back} of it went back already, or is on its way. {rest}",
                number=number,
                back=back,
                rest=rest,
            )
        )
