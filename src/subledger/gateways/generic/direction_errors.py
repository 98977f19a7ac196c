"""Why an entry is refused that a statement books the other way round."""

from __future__ import annotations

from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say

from .errors import DirectionDiffers
from .reported import Reported


class ReturnTakenBack(DomainError):
    """The bank books a return the other way round: what it returned is where it was before."""

    code = "return_taken_back"

    def __init__(self, number: str, kind: str, amount: Money) -> None:
        if kind == RequestType.PAYMENT:
            stands = say(
                "The bank took back its return of payment request {number}: the {amount} are with you after all. Its "
                "payment is not booked again by itself. Post a payment of {amount} on the account, on the day of the "
                "entry and for the same documents, then close this.",
                number=number,
                amount=amount,
            )
        else:
            stands = say(
                "The bank took back its return of payment request {number}: the {amount} have left you after all. What "
                "paid it out is not booked again by itself. Post a refund of {amount} on the account, on the day of "
                "the entry, then close this.",
                number=number,
                amount=amount,
            )
        super().__init__(stands)


class NothingToTakeBack(DirectionDiffers):
    """The bank books a return the other way round, and nothing was returned that the books know of."""

    def __init__(self, number: str, amount: Money) -> None:
        DomainError.__init__(
            self,
            say(
                "The statement takes back a return of payment request {number} over {amount}, which was rejected "
                "before anything of it was booked. Nothing was changed: look at the entry with the bank.",
                number=number,
                amount=amount,
            ),
        )


def turned_round(
    stated: Reported, number: str, kind: str, state: str, amount: Money, *, was_booked: bool
) -> DomainError:
    """What it means that a statement books money of a request the other way round; ``was_booked``: some time before."""
    if stated.verb == "return" and state == RequestState.REJECTED:
        return ReturnTakenBack(number, kind, amount) if was_booked else NothingToTakeBack(number, amount)
    return DirectionDiffers(number, kind, stated.direction)
