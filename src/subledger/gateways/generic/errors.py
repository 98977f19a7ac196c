"""Why a report of an integrator, a file of results or an export is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from subledger.gateways.states import RequestType
from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import plain


class TooManyElements(Invalid):
    code = "too_many_elements"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(
            say(
                "The call has {count} elements and {most} is the most. Nothing was changed: send several calls.",
                count=count,
                most=most,
            ),
            param="/elements",
        )


class ElementInvalid(Invalid):
    """A part of an element that is missing or cannot be kept; ``field`` names it."""

    code = "element_invalid"

    def __init__(self, field: str, fact: str, remedy: str) -> None:
        super().__init__(say("{field} {fact}. {remedy}", field=field, fact=fact, remedy=remedy), param=f"/{field}")


class IdentifierTwice(Invalid):
    code = "request_unique_identifier_twice"

    def __init__(self, identifier: str) -> None:
        super().__init__(
            say(
                "request_unique_identifier {identifier!r} stands on more than one element of this call, "
                "so their answers could not be told apart. None of them was taken: give each its own.",
                identifier=identifier,
            ),
            param="/request_unique_identifier",
        )


class RequestTwice(Invalid):
    code = "request_twice"

    def __init__(self, request: str) -> None:
        super().__init__(
            say(
                "Payment request {request} stands on more than one element of this call. None of them "
                "was taken: report on it once.",
                request=request,
            ),
            param="/request",
        )


class RequestOfAnotherProvider(Invalid):
    code = "request_of_another_provider"

    def __init__(self, number: str, provider: str) -> None:
        super().__init__(
            say(
                "Payment request {number} belongs to provider {provider!r}. Nothing was changed: report on it there.",
                number=number,
                provider=provider,
            ),
            param="/request",
        )


class BookingDayImprobable(Invalid):
    """A bank's day on which what it tells of cannot have happened."""

    code = "booked_on_improbable"

    def __init__(self, number: str, on: date, fact: str) -> None:
        super().__init__(
            say(
                "Payment request {number} cannot have been booked on {on}: {fact}. Nothing was changed: "
                "look at the day with the bank, and report it again.",
                number=number,
                on=on,
                fact=fact,
            ),
            param="/booked_on",
        )


class ReferenceTaken(DomainError):
    code = "reference_taken"

    def __init__(self, reference: str) -> None:
        super().__init__(
            say(
                "The reference {reference!r} names another request of this provider and type, here or in "
                "the books. Give the reference of this one's own execution.",
                reference=reference,
            ),
            param="/reference",
        )


class RequestSettled(DomainError):
    """A report on a request whose end is known already."""

    code = "payment_request_settled"

    def __init__(self, number: str, state: str, verb: str) -> None:
        remedy = self.remedy(state, verb)
        super().__init__(
            say(
                "Payment request {number} was reported as executed already, and that is final. {remedy}",
                number=number,
                remedy=remedy,
            )
            if state == "unknown"
            else say(
                "Payment request {number} is {state} already, and that is final. {remedy}",
                number=number,
                state=plain(state),
                remedy=remedy,
            ),
            param="/request",
        )

    @staticmethod
    def remedy(state: str, verb: str) -> str:
        """What to do about what is told of a request that is over."""
        returned = say("If its return was reported before, this is the booking that it undid: nothing is to be done. ")
        by_hand = say(
            "Only if its money moved and stayed, close it under To look into and then post a payment or refund over it "
            "by hand."
        )
        another = say("If this is another booking of it, ask for one of them back. {by_hand}", by_hand=by_hand)
        remedies = {
            ("posted", "reject"): say("If its money came back since, report it as returned."),
            ("rejected", "post"): say("{returned}{by_hand}", returned=returned, by_hand=by_hand),
            ("posted", "post"): another,
            ("unknown", "post"): another,
            ("rejected", "return"): say("If it was given back twice, ask for one of them back, or post that by hand."),
        }
        return remedies.get((state, verb), say("Look at the request before reporting on it again."))


class PostingRefused(DomainError):
    """Reported as executed or returned, and the books cannot post it."""

    code = "posting_refused"

    def __init__(self, number: str, state: str, reason: DomainError) -> None:
        taken = state == "unknown"
        fact = (
            say("was taken in, but the books refuse to post it")
            if taken
            else say("was not taken in: the books refuse it")
        )
        stays = say("It stays open as unknown") if taken else say("It stays {plain}, as it was", plain=plain(state))
        super().__init__(
            say(
                "The report on payment request {number} {fact}: {reason} {stays}; report it again once that is mended.",
                number=number,
                fact=fact,
                reason=reason,
                stays=stays,
            ),
            param="/request",
        )


class ResultsUnreadable(Invalid):
    """A file of results that cannot be read as a whole; nothing of it was taken."""

    code = "results_unreadable"

    def __init__(self, name: str, fact: str, remedy: str) -> None:
        super().__init__(
            say("{name} cannot be read: {fact}. Nothing was changed. {remedy}", name=name, fact=fact, remedy=remedy)
        )


class ResultInvalid(Invalid):
    """A row of a file of results that says nothing that can be taken."""

    code = "result_invalid"


class NotDue(DomainError):
    """What an integrator begins is looked at once more: what asks for more than is due is taken back instead."""

    code = "payment_request_not_due"

    def __init__(self, number: str, type_: RequestType, reason: str, sentence: str) -> None:
        from subledger.gateways.rules.outcomes import NotDueCode  # and the port, which no reader of a file needs

        self.reason = reason
        stands = {
            RequestType.PAYMENT: say("its payment is a draft again: post that over what is due, or reject it"),
            RequestType.REFUND: say("its refund is a draft again: post that over what is due, or reject it"),
            RequestType.PAYMENT_CANCELLATION: say("the payment that it was to pay back stays as it is"),
        }[type_]
        if reason == NotDueCode.ACCOUNT_TERMINATED and type_ is not RequestType.PAYMENT_CANCELLATION:
            stands = say("its {type} is a draft again: reject that", type=type_)
        super().__init__(
            say(
                "Payment request {number} is not to be carried out: {initial}{rest} It was taken back, and {stands}.",
                number=number,
                initial=sentence[:1].lower(),
                rest=sentence[1:],
                stands=stands,
            )
        )


class DirectionDiffers(Invalid):
    code = "direction_differs"

    def __init__(self, number: str, kind: str, direction: str) -> None:
        super().__init__(
            say(
                "Payment request {number} is a {kind}, and the statement books its money going "
                "{direction}. Nothing was changed: look at the entry with the bank.",
                number=number,
                kind=plain(kind),
                direction=direction,
            ),
        )


class BatchDiffers(DomainError):
    code = "batch_amount_differs"

    def __init__(self, message: str, booked: Money, asked: Money) -> None:
        super().__init__(
            say(
                "The bank books {booked} for file {message}, whose requests come to {asked}. Nothing of "
                "it was changed: ask the bank which of them it booked, and report on those by a file of "
                "results.",
                booked=booked,
                message=message,
                asked=asked,
            ),
        )


class EntryDiffers(DomainError):
    """What is left of an entry when its transactions and their charges are taken off."""

    code = "entry_amount_differs"

    def __init__(self, booked: Money, rest: Money) -> None:
        super().__init__(
            say(
                "The bank books {booked} in this entry, and its transactions with the charges that it "
                "names for them do not come to that: {rest} are explained by none of them, and are not "
                "in the journal. Ask the bank what they are, and book them in the general ledger.",
                booked=booked,
                rest=rest,
            ),
        )


class ChargesBeside(DomainError):
    """Charges that a bank names and that are not in what it books."""

    code = "charges_not_in_entry"

    def __init__(self, booked: Money, rest: Money) -> None:
        super().__init__(
            say(
                "The bank names charges of {rest} for this entry, and the {booked} that it books do not "
                "have them: they are not in the journal. Look for them in an entry of their own, and "
                "book that in the general ledger.",
                rest=rest,
                booked=booked,
            ),
        )


class RefusedAsDuplicate(DomainError):
    """One of two that are the same was refused, and the other one is under way."""

    code = "refused_as_duplicate"

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            say(
                "{initial}{rest} was refused because it had been sent before ({reason}): what was sent "
                "first may well be carried out. Nothing was changed: wait for the report on that, or ask "
                "the bank. What it will not carry out at all is reported as rejected, with the reason "
                "for that.",
                initial=what[:1].upper(),
                rest=what[1:],
                reason=reason,
            ),
            param="/error_code",
        )


class RefusedAfterAccepted(DomainError):
    """A bank's refusal of a whole file that it had taken before."""

    code = "refused_after_accepted"

    def __init__(self, message: str, *, is_booked: bool) -> None:
        before = say("booked payments of it before") if is_booked else say("had accepted it before")
        super().__init__(
            say(
                "The bank refuses file {message} as a whole, and {before}: it may mean another upload of "
                "the same file. Nothing was changed: ask the bank which of the payments it carries out, "
                "and report on those that it does not by a file of results.",
                message=message,
                before=before,
            ),
        )


class MessageUnknown(DomainError):
    code = "message_unknown"

    def __init__(self, message: str) -> None:
        super().__init__(
            say(
                "The bank reports on message {message!r} as a whole, and no export of this provider has "
                "that name. Report on its requests one by one.",
                message=message,
            ),
        )


class ExportedAgain(DomainError):
    code = "exported_again"

    def __init__(self, request: str, message: str) -> None:
        super().__init__(
            say(
                "The bank refuses payment request {request} in message {message!r}, and a later export "
                "holds it too: the bank may well carry out that one. Nothing was changed: wait for its "
                "report, or report on the request by hand.",
                request=request,
                message=message,
            ),
        )


CREDITOR_WORDS = {"name": say("name"), "iban": "IBAN", "bic": "BIC", "creditor_id": say("SEPA creditor identifier")}


class CreditorIncomplete(Invalid):
    code = "creditor_incomplete"

    def __init__(self, field: str, fact: str) -> None:
        super().__init__(
            say(
                "The provider's own bank details cannot be used: the {creditor_words} {fact}. Correct "
                "them on the provider: it needs a name and an IBAN, a SEPA creditor identifier for "
                "collections, and may have a BIC.",
                creditor_words=CREDITOR_WORDS[field],
                fact=fact,
            ),
            param=f"/creditor/{field}",
        )


class ExportFormatUnknown(Invalid):
    code = "export_format_unknown"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(
            say("There is no export as {name!r}. Choose one of: {known}.", name=name, known=", ".join(known)),
            param="/format",
        )


class ExportDayInvalid(Invalid):
    code = "export_day_invalid"

    def __init__(self, on: object, today: object) -> None:
        super().__init__(
            say("A bank cannot execute on {on}: today is {today}. Choose today or a later day.", on=on, today=today),
            param="/on",
        )
