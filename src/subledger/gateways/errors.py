from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.gateways.states import RequestType
from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.kernel.sentences import joined, say
from subledger.transactions.states import TRANSACTION_PREFIX


class GatewayKindUnknown(Invalid):
    code = "gateway_kind_unknown"

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        super().__init__(
            say(
                "There is no gateway of kind {kind!r}. Kinds: {known}. Install its package, or choose another.",
                kind=kind,
                known=", ".join(known),
            ),
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
            say(
                "The method belongs to provider {name!r}, which is not effective: nothing can be "
                "collected through it. Make the provider effective, or choose another method.",
                name=name,
            ),
            param="/method",
        )


class CurrencyNotTaken(Invalid):
    code = "currency_not_taken"

    def __init__(self, currency: str, name: str) -> None:
        super().__init__(
            say(
                "Provider {name!r} does not take {currency}. Add the currency to the provider, or choose "
                "another payment preference.",
                name=name,
                currency=currency.upper(),
            ),
            param="/payment_preference",
        )


class InstrumentMissing(Invalid):
    code = "payment_preference_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The account has no payment preference that provider {name!r} could use. Register a card "
                "or mandate for it, or choose another method.",
                name=name,
            ),
            param="/payment_preference",
        )


class PreferenceOfAnother(Invalid):
    """A way to pay and a method that do not belong together."""

    code = "payment_preference_of_another"

    def __init__(self, preference: str, owner: str, method: str) -> None:
        if method:
            fact = say(
                "{preference} is charged and paid back through {owner}, and the method {method!r} is not.",
                preference=preference,
                owner=owner,
                method=method,
            )
            remedy = say(
                "Choose a method of {owner}, or leave out the method or the saved payment method.", owner=owner
            )
        else:
            fact = say(
                "{preference} is charged and paid back through {owner}, which has no method for this.",
                preference=preference,
                owner=owner,
            )
            remedy = say("Add a method to {owner}, or leave out the saved payment method.", owner=owner)
        super().__init__(joined((fact, remedy), " "), param="/payment_preference")


class InstrumentUnusable(Invalid):
    code = "payment_preference_unusable"

    def __init__(self, instrument: str, fact: str) -> None:
        super().__init__(
            say(
                "{instrument} cannot be used: {fact}. Choose another payment preference.",
                instrument=instrument,
                fact=fact,
            ),
            param="/payment_preference",
        )


class WayDeclined(InstrumentUnusable):
    """What is charged where nobody chooses was declined for good: whoever means it all the same has to choose it."""

    code = "payment_preference_declined"

    def __init__(self, way: str) -> None:
        Invalid.__init__(
            self,
            say(
                "{way} was declined for good. Choose another way to pay, or choose this one to charge it all the same.",
                way=way,
            ),
            param="/payment_preference",
        )


class PaymentUnderWay(DomainError):
    code = "payment_under_way"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(
            say(
                "Payment request {number} is under way for this already. Wait for its outcome, or see "
                "what it waits for on its page; a second one could charge twice.",
                number=number,
            )
        )


class ChargeAboveOwed(ConfirmationNeeded):
    """A charge over more than is open of its invoices, or, meant for none, than the account owes."""

    code = "charge_above_owed"
    confirmation = "confirm_in_advance"

    def __init__(self, amount: Money, owed: Money, *, meant: str = "") -> None:
        self.amount, self.owed = amount, owed
        due = say("no invoice, and the account owes {owed} beside what is being collected already", owed=owed)
        if meant:
            due = say("{meant}, of which {owed} is open and not being collected already", meant=meant, owed=owed)
        more = Money(amount.minor - owed.minor, amount.currency)
        super().__init__(
            say(
                "The payment of {amount} is meant for {due}: {more} would be collected in advance. "
                "Correct or confirm it.",
                amount=amount,
                due=due,
                more=more,
            )
        )


class HeldBack(DomainError):
    """Carrying out, or asking anew, what may have been carried out: it was said, and the books could not take it."""

    code = "payment_request_held_back"

    def __init__(self, request: str, said: str, others: Sequence[str] = ()) -> None:
        number = request.upper().replace("_", "-")
        more = say(" So may that of {others}.", others=", ".join(others)) if others else ""
        super().__init__(
            say(
                "Payment request {number} is held back: its money may have moved already, and would move "
                "twice. {said} The books could not take that, so it waits for somebody to look into it: "
                "set it right with whoever said it, or close it with what was done.{more}",
                number=number,
                said=said,
                more=more,
            ),
            remedies={
                Door.API: say("The list of unbooked facts has it."),
                Door.PAGE: say("It stands under Payment gateways, To look into."),
                Door.COMMAND: say("It is among those of: subledger gateway unbooked."),
            },
        )


class BatchHeld(DomainError):
    """Beginning what was asked for together with others that are held."""

    code = "payment_request_batch_held"

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "Payment request {number} is not to leave now: the run that asked for it is paused, or was "
                "cancelled. Resume that run, or leave it out.",
                number=number,
            )
        )


class NotToWithdraw(DomainError):
    """A request that may be carried out already, or is over."""

    code = "payment_request_not_withdrawn"

    def __init__(self, number: str, fact: str, remedy: str) -> None:
        super().__init__(
            say(
                "Payment request {number} cannot be withdrawn: {fact}. {remedy}",
                number=number,
                fact=fact,
                remedy=remedy,
            )
        )


class PerhapsSent(ConfirmationNeeded):
    """Withdrawing what a file for a bank holds asks first."""

    code, confirmation = "payment_request_perhaps_sent", "confirm_not_sent"

    def __init__(self, number: str, file: str) -> None:
        super().__init__(
            say(
                "Payment request {number} is in the file {file}, which may be at the bank: withdrawn, it "
                "may be carried out all the same. Withdraw it only if that file was never sent.",
                number=number,
                file=file,
            ),
            remedies={
                Door.PAGE: say("Tick “The file was never sent” and repeat."),
                Door.COMMAND: say("Repeat with --not-sent."),
            },
        )


class MethodOfAnother(Invalid):
    """A refund of a gateway's payment by a method that its gateway does not carry out."""

    code = "refund_method_of_another"

    def __init__(self, method: str, provider: str) -> None:
        super().__init__(
            say(
                "{provider} pays back what it collected, and method {method!r} is not one of its own. "
                "Leave the method out, or enter a refund of the account by that method.",
                provider=provider,
                method=method,
            ),
            param="/method",
        )


class ProviderExecutes(Invalid):
    code = "provider_executes_itself"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Requests of provider {name!r} are executed by Subledger itself: nobody else reports on "
                "them. Report only on requests of generic providers.",
                name=name,
            )
        )


class OutcomeDiffers(Invalid):
    code = "amount_differs"

    def __init__(self, number: str, wanted: Money, reported: Money) -> None:
        super().__init__(
            say(
                "Payment request {number} is over {wanted}, and {reported} was reported. Nothing was "
                "changed: report on the request with its own amount, or reject it.",
                number=number,
                wanted=wanted,
                reported=reported,
            ),
            param="/amount",
        )


class RequestOver(DomainError):
    code = "payment_request_over"

    def __init__(self, number: str, *, is_open: bool = False) -> None:
        fact = say("waits for nothing any more. See what became of it.")
        if is_open:
            fact = say("is open, and its customer has nothing to do. See what it waits for.")
        super().__init__(say("Payment request {number} {fact}", number=number, fact=fact))


class GatewayRefused(DomainError):
    code = "gateway_unavailable"
    status = 502

    def __init__(self, detail: str) -> None:
        super().__init__(
            say("The gateway did not answer as hoped: {detail} Try again; nothing was changed.", detail=detail)
        )


class PaymentDeclined(DomainError):
    """What a person is told when a payment or refund made by hand was refused; ``transaction_id`` stays as it was."""

    code = "payment_declined"
    status = 402

    def __init__(
        self, code: str, message: str, *, transaction_id: int | None = None, type_: RequestType,
        is_taken_back: bool = False, is_disputed: bool = False, is_ours: bool = False,
    ) -> None:  # fmt: skip
        """``is_taken_back``: what was to be given back has gone back by a dispute, ``is_disputed`` where that is in the
        books. ``is_ours``: no gateway said so."""
        self.gateway_code, self.transaction_id = code, transaction_id
        stays = {
            RequestType.PAYMENT: say(
                "The transaction stays a draft: try another payment preference, or post it by another method."
            ),
            RequestType.REFUND: say("The refund stays a draft: post it again later, or by another method."),
            RequestType.PAYMENT_CANCELLATION: say("The payment stays as it was: cancel it again later."),
        }[type_]
        is_refund = type_ is RequestType.REFUND
        if is_taken_back and is_disputed:
            ways = say("Reject the draft, and post the refund") if is_refund else say("Refund what is left of it")
            stays = say("A disputed payment is not paid back through its gateway. {ways} by another method.", ways=ways)
        elif is_taken_back:
            stays = say(
                "The customer took the money back by a dispute, so it is not given back again; the dispute is booked "
                "as soon as the gateway reports it. {then}",
                then=say("Reject the draft.") if is_refund else say("The payment stays as it was until then."),
            )
        why = message.strip().rstrip(".") or say("it gave no reason")
        super().__init__(
            say("It was taken back: {why}. {stays}", why=why, stays=stays)
            if is_ours
            else say("The gateway declined: {why}. {stays}", why=why, stays=stays)
        )

    def problem_members(self) -> Mapping[str, object]:
        transaction = None if self.transaction_id is None else encode(TRANSACTION_PREFIX, self.transaction_id)
        return {"gateway_code": self.gateway_code, "transaction": transaction}


class WebhookRefused(DomainError):
    code = "webhook_refused"
    status = 400

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(
            say(
                "The delivery was refused ({reason}): {detail} Check the provider's webhook secrets and its mode.",
                reason=reason,
                detail=detail,
            )
        )

    def problem_members(self) -> Mapping[str, object]:
        return {"reason": self.reason}
