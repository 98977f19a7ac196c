from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from subledger.gateways.states import RequestType
from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.transactions.states import TRANSACTION_PREFIX


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


class PreferenceOfAnother(Invalid):
    """A way to pay and a method that do not belong together."""

    code = "payment_preference_of_another"

    def __init__(self, preference: str, owner: str, method: str) -> None:
        if method:
            fact = f"{preference} is {owner}'s to charge or to pay back to, and method {method!r} is not {owner}'s."
            remedy = f"Choose a method of {owner}, leave the method out, or leave out the way to pay."
        else:
            fact = f"{preference} is {owner}'s to charge or to pay back to, and {owner} has no method for this."
            remedy = f"Add a method to {owner}, or leave out the way to pay."
        super().__init__(f"{fact} {remedy}", param="/payment_preference")


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


class ChargeAboveOwed(ConfirmationNeeded):
    """A charge over more than is open of its invoices, or, meant for none, than the account owes."""

    code = "charge_above_owed"
    confirmation = "confirm_in_advance"

    def __init__(self, amount: Money, owed: Money, *, meant: str = "") -> None:
        self.amount, self.owed = amount, owed
        due = f"no invoice, and the account owes {owed} beside what is being collected already"
        if meant:
            due = f"{meant}, of which {owed} is open and not being collected already"
        more = Money(amount.minor - owed.minor, amount.currency)
        super().__init__(
            f"The payment of {amount} is meant for {due}: {more} would be collected in advance. Correct or confirm it."
        )


class HeldBack(DomainError):
    """Carrying out, or asking anew, what may have been carried out: it was said, and the books could not take it."""

    code = "payment_request_held_back"

    def __init__(self, request: str, said: str, others: Sequence[str] = ()) -> None:
        number = request.upper().replace("_", "-")
        more = f" So may that of {', '.join(others)}." if others else ""
        super().__init__(
            f"Payment request {number} is held back: its money may have moved already, and would move twice. {said} "
            "The books could not take that, so it waits for somebody to look into it: set it right with whoever said "
            f"it, or close it with what was done.{more}",
            remedies={
                Door.API: "The list of unbooked facts has it.",
                Door.PAGE: "It stands under Payment gateways, To look into.",
                Door.COMMAND: "It is among those of: subledger gateway unbooked.",
            },
        )


class NotToWithdraw(DomainError):
    """A request that may be carried out already, or is over."""

    code = "payment_request_not_withdrawn"

    def __init__(self, number: str, fact: str, remedy: str) -> None:
        super().__init__(f"Payment request {number} cannot be withdrawn: {fact}. {remedy}")


class PerhapsSent(ConfirmationNeeded):
    """Withdrawing what a file for a bank holds asks first."""

    code, confirmation = "payment_request_perhaps_sent", "confirm_not_sent"

    def __init__(self, number: str, file: str) -> None:
        super().__init__(
            f"Payment request {number} is in the file {file}, which may be at the bank: withdrawn, it may be carried "
            "out all the same. Withdraw it only if that file was never sent.",
            remedies={
                Door.PAGE: "Tick “The file was never sent” and repeat.",
                Door.COMMAND: "Repeat with --not-sent.",
            },
        )


class NothingToRefund(DomainError):
    code = "refund_exceeds_captured"

    def __init__(self, wanted: Money, refundable: Money) -> None:
        if refundable.minor:
            fact = f"of no charge on this account is more than {refundable} left. Refund less, or by another method."
        else:
            fact = "nothing is left of what it collected. All of it went back already, or is on its way: look at the "
            fact += "payment's refunds and disputes."
        what = f"{wanted} " if wanted.minor else ""
        super().__init__(f"Cannot pay {what}back through the gateway: {fact}", param="/amount")


class ChargeUnknownYet(DomainError):
    """A refund or dispute of a charge that may be that of a payment whose end is unknown."""

    code = "charge_unknown_yet"

    def __init__(self, number: str) -> None:
        super().__init__(
            "The refund or dispute is of a payment that is not in the books, and what became of payment request "
            f"{number} is not known yet: it may be that one's. It is taken in by itself once that is known. Look the "
            "request up if that takes long."
        )


class TakenBack(DomainError):
    """Giving back what its payer took back by a dispute that is in no books yet: the gateway has said so."""

    code = "payment_taken_back"

    def __init__(self, number: str, provider: str, amount: Money) -> None:
        super().__init__(
            f"{amount} of payment {number} cannot be given back: its customer took it back by a dispute, as {provider} "
            f"has answered. It is booked as soon as {provider} reports the dispute; see then what the account owes."
        )


class HeldByGateway(DomainError):
    """Undoing in the books alone what a gateway holds: it would be given back twice, or to nobody."""

    code = "payment_held_by_gateway"

    def __init__(self, number: str, provider: str, types: Sequence[str]) -> None:
        through = f"Cancel it by a type that pays back through {provider} ({', '.join(types)}), or refund it."
        if not types:
            through = f"Refund it through {provider}, or list a type of payment cancellations on that provider."
        super().__init__(
            f"{provider} holds the money of payment {number}: cancelled in the books alone, its customer would owe "
            f"again and have paid. {through}",
            param="/type",
        )


class Restored(DomainError):
    """Undoing a payment that only returns what a refund took: the money is that of the charge's own payment."""

    code = "payment_restores_refund"

    def __init__(self, number: str, refund: str, provider: str, own: str) -> None:
        super().__init__(
            f"Payment {number} only takes back refund {refund}, which {provider} did not pay out in the end (a dispute "
            f"was won, or the refund came back): it cannot be cancelled, moved or refunded apart from it. The money "
            f"is that of payment {own}: see what can be done with that one."
        )


class PaidBackAlready(DomainError):
    code = "payment_paid_back_already"

    def __init__(self, number: str, back: Money, left: Money, deed: str = "cancelled", disputed: bool = False) -> None:
        """``disputed``: part of it went back by a dispute, and gateways pay nothing more back of such a payment."""
        how = " by another method: a disputed payment is not paid back through its gateway" if disputed else ""
        rest = f"Refund the {left} that are left of it instead{how}." if left.minor else "Nothing is left of it."
        if deed == "moved":
            rest = "It stays on its account, beside what went back."
        super().__init__(f"Payment {number} cannot be {deed}: {back} of it went back already, or is on its way. {rest}")


class MethodOfAnother(Invalid):
    """A refund of a gateway's payment by a method that its gateway does not carry out."""

    code = "refund_method_of_another"

    def __init__(self, method: str, provider: str) -> None:
        super().__init__(
            f"{provider} pays back what it collected, and method {method!r} is not one of its own. Leave the method "
            "out, or enter a refund of the account by that method.",
            param="/method",
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

    def __init__(self, number: str, wanted: Money, reported: Money) -> None:
        super().__init__(
            f"Payment request {number} is over {wanted}, and {reported} was reported. Nothing was changed: report on "
            "the request with its own amount, or reject it.",
            param="/amount",
        )


class AlreadyPaid(DomainError):
    code = "already_paid"

    def __init__(self, number: str) -> None:
        super().__init__(f"Invoice {number} is paid: nothing is left to pay. Thank you.")


class NotPayable(DomainError):
    code = "not_payable"

    def __init__(self, number: str, state: str) -> None:
        why = {
            "written_off": "is written off: nothing is collected on it any more. What its customer pays all the same "
            "is posted as a payment on the account.",
            "cancelled": "is cancelled: nothing is owed on it. Send the link of the invoice that takes its place.",
            "rejected": "was rejected: nothing is owed on it. Send the link of the invoice that takes its place.",
        }
        is_now = f"is {str(state).replace('_', ' ')}: it cannot be paid. Post it first."
        super().__init__(f"Invoice {number} {why.get(str(state), is_now)}")


class NobodyCollects(DomainError):
    code = "nobody_collects"

    def __init__(self, currency: str) -> None:
        super().__init__(
            f"No effective payment gateway takes {currency.upper()} on a page of its own. Pay another way, or ask the "
            "company."
        )


class RequestOver(DomainError):
    code = "payment_request_over"

    def __init__(self, number: str, *, is_open: bool = False) -> None:
        fact = "waits for nothing any more. See what became of it."
        if is_open:
            fact = "is open, and its customer has nothing to do. See what it waits for."
        super().__init__(f"Payment request {number} {fact}")


class LinkInvalid(DomainError):
    code = "link_invalid"
    status = 404


class LinkExpired(DomainError):
    code = "link_expired"
    status = 410

    def __init__(self, at: datetime) -> None:
        super().__init__(f"This link was valid until {at:%d %B %Y, %H:%M} UTC. Ask for a new one.")


class LinkRevoked(DomainError):
    code = "link_revoked"
    status = 410

    def __init__(self) -> None:
        super().__init__("This link was withdrawn by whoever sent it. Ask for a new one.")


class LinkUsed(DomainError):
    code = "link_used"
    status = 410

    def __init__(self) -> None:
        super().__init__("A card or account was registered with this link already. Ask for a new one to add another.")


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
        self, code: str, message: str, *, transaction_id: int | None = None, type_: RequestType,
        is_taken_back: bool = False, is_disputed: bool = False, is_ours: bool = False,
    ) -> None:  # fmt: skip
        """``is_taken_back``: what was to be given back has gone back by a dispute, ``is_disputed`` where that is in the
        books. ``is_ours``: no gateway said so."""
        self.gateway_code, self.transaction_id = code, transaction_id
        stays = {
            RequestType.PAYMENT: "The transaction stays a draft: try another payment preference, or post it by another "
            "method.",
            RequestType.REFUND: "The refund stays a draft: post it again later, or by another method.",
            RequestType.PAYMENT_CANCELLATION: "The payment stays as it was: cancel it again later.",
        }[type_]
        is_refund = type_ is RequestType.REFUND
        if is_taken_back and is_disputed:
            ways = "Reject the draft, and post the refund" if is_refund else "Refund what is left of it"
            stays = f"A disputed payment is not paid back through its gateway. {ways} by another method."
        elif is_taken_back:
            stays = (
                "The customer took the money back by a dispute, so it is not given back again; the dispute is booked "
            )
            stays += "as soon as the gateway reports it. "
            stays += "Reject the draft." if is_refund else "The payment stays as it was until then."
        why = message.strip().rstrip(".") or "it gave no reason"
        super().__init__(f"{'It was taken back' if is_ours else 'The gateway declined'}: {why}. {stays}")

    def problem_members(self) -> Mapping[str, object]:
        transaction = None if self.transaction_id is None else encode(TRANSACTION_PREFIX, self.transaction_id)
        return {"gateway_code": self.gateway_code, "transaction": transaction}


class WebhookRefused(DomainError):
    code = "webhook_refused"
    status = 400

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(
            f"The delivery was refused ({reason}): {detail} Check the provider's webhook secrets and its mode."
        )

    def problem_members(self) -> Mapping[str, object]:
        return {"reason": self.reason}
