from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.money import Money, grouped
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import a, plain

NAMED = 3  # of many, how many a refusal names


class ItemInvalid(Invalid):
    code = "item_invalid"

    def __init__(self, message: str, at: int, field: str) -> None:
        super().__init__(message, param=f"/items/{at}/{field}")


class CreditedItemInvalid(Invalid):
    code = "credited_item_invalid"

    def __init__(self, at: int, named: str) -> None:
        super().__init__(
            say(
                "Item {at} credits {named}. Name an item of a posted invoice of the same account, or none.",
                at=at + 1,
                named=named,
            ),
            param=f"/items/{at}/credits_item",
        )


class CreditedAbove(DomainError):
    """More than is left to credit of an item of an invoice."""

    code = "credited_above_invoiced"

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message, param=f"/items/{at}/credits_item")


class InvoiceCredited(DomainError):
    code = "invoice_credited"

    def __init__(self, number: str, notes: Sequence[str]) -> None:
        named = ", ".join(notes[:NAMED]) or say("a credit note")
        more = say(" and {more} more", more=len(notes) - NAMED) if len(notes) > NAMED else ""
        super().__init__(
            say(
                "Cannot cancel invoice {number}: it is credited by {named}{more}, and a cancellation "
                "would credit the same twice. Credit what is left of it.",
                number=number,
                named=named,
                more=more,
            )
        )


class InvoiceCreditedTwice(ConfirmationNeeded):
    """Cancelling an invoice that a credit note is for as a whole: the same is taken back once more."""

    code = "invoice_credited_twice"
    confirmation = "confirm_credited"

    def __init__(self, number: str, notes: Sequence[tuple[str, Money]], *, left: Money, after: Money) -> None:
        """``notes``: their numbers, and what each credits of the invoice; ``left`` is what none does."""
        named = joined(
            say("{note} ({credited} of it)", note=note or say("a credit note"), credited=credited)
            for note, credited in notes[:NAMED]
        )
        more = say(" and {more} more", more=len(notes) - NAMED) if len(notes) > NAMED else ""
        instead = (
            say("credit what is left of it, {left}, instead", left=left)
            if left.minor > 0
            else say("nothing more needs doing, for nothing of it is left to credit")
        )
        super().__init__(
            say(
                "Invoice {number} is credited already, by {named}{more}. Cancelled as well, it is taken "
                "back twice: the balance of its account would be {balance}, and what credits it now is "
                "free for other invoices or a refund. If it is to be taken back once, {instead}. If both "
                "are meant, confirm it.",
                number=number,
                named=named,
                more=more,
                balance=after,
                instead=instead,
            )
        )


class TotalBelowZero(Invalid):
    code = "total_below_zero"

    def __init__(self, classification: str, total: str, instead: str) -> None:
        super().__init__(
            say(
                "The items come to {total}: {kind} cannot be below zero. Post {instead} instead.",
                total=total,
                kind=a(classification),
                instead=a(instead),
            ),
            param="/items",
        )


class TotalDiffers(Invalid):
    code = "total_differs"

    def __init__(self, total: str, expected: str) -> None:
        super().__init__(
            say(
                "The items come to {total}, and {expected} was given as their total. Correct the items, "
                "the total, or how the company rounds its taxes.",
                total=total,
                expected=expected,
            ),
            param="/expected_total",
        )


class DraftDiffers(DomainError):
    code = "draft_differs"

    def __init__(self, total: Money, expected: Money) -> None:
        super().__init__(
            say(
                "The draft comes to {total}, and {expected} was given as its total: it was changed "
                "since. Look at it again, and give what it comes to now.",
                total=total,
                expected=expected,
            ),
            param="/expected_total",
        )


class DraftChanged(DomainError):
    code = "draft_changed"

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing was done with the draft: it was changed after it was shown. Look at what it "
                "says now, and repeat it if it still fits."
            )
        )


class OutcomeDiffers(DomainError):
    code = "outcome_differs"

    def __init__(self, amount: Money, on: date) -> None:
        super().__init__(
            say(
                "Nothing was posted: something has changed since it was shown. It comes to {amount} on "
                "{on} now. Look at it again before it is posted.",
                amount=amount,
                on=on,
            )
        )


class ItemsMissing(Invalid):
    code = "items_missing"

    def __init__(self, classification: str) -> None:
        super().__init__(
            say("{kind} needs at least one item. Add one.", kind=a(classification).capitalize()),
            param="/items",
        )


class TypeInvalid(Invalid):
    code = "type_invalid"


class CategoryNotAllowed(Invalid):
    code = "category_not_allowed"

    def __init__(self, type_name: str) -> None:
        super().__init__(
            say(
                "The category is not one that type {type_name!r} allows. Choose another, or allow it on the type.",
                type_name=type_name,
            ),
            param="/category",
        )


class MethodNotAllowed(Invalid):
    code = "method_not_allowed"

    def __init__(self, type_name: str, allowed: list[str]) -> None:
        super().__init__(
            say(
                "Type {type_name!r} does not allow this method. Allowed: {allowed}.",
                type_name=type_name,
                allowed=", ".join(allowed) or say("none yet"),
            ),
            param="/method",
        )


class BackOfficeCodeTaken(Invalid):
    code = "back_office_code_taken"
    overtaken = True

    def __init__(self, classification: str, value: str) -> None:
        super().__init__(
            say(
                "The back office code {value!r} is on another {kind}. Use another, or none.",
                value=value,
                kind=plain(classification),
            ),
            param="/back_office_code",
        )


class IntendedInvoiceInvalid(Invalid):
    code = "allocate_to_invalid"

    def __init__(self, ident: object, fact: str) -> None:
        super().__init__(
            say(
                "Cannot allocate to {ident}: {fact}. Name posted invoices of the same account, or none.",
                ident=ident,
                fact=fact,
            ),
            param="/allocate_to",
        )


class CurrencyMismatch(Invalid):
    code = "currency_mismatch"

    def __init__(self, given: str, account: str) -> None:
        super().__init__(
            say(
                "The amount is in {given}, but the account is kept in {currency}. Use that currency, or "
                "another account.",
                given=given.upper(),
                currency=account.upper(),
            ),
            param="/currency",
        )


class CreditLimitExceeded(ConfirmationNeeded):
    code = "credit_limit_exceeded"
    confirmation = "confirm_credit_limit"

    def __init__(self, after_minor: int, limit_minor: int, currency: str) -> None:
        self.after_minor, self.limit_minor = after_minor, limit_minor
        super().__init__(
            say(
                "The refund would raise the balance to {balance}, above the credit limit of {limit}. "
                "Correct the amount, or confirm it.",
                balance=grouped(after_minor, currency),
                limit=grouped(limit_minor, currency),
            )
        )


class ReasonInvalid(Invalid):
    code = "reason_invalid"

    def __init__(self) -> None:
        super().__init__(
            say("A draft is rejected with one of the company's rejection reasons. Choose one."), param="/reason"
        )


class AlreadySettled(DomainError):
    code = "already_settled"

    def __init__(self, number: str, *, action: str) -> None:
        super().__init__(
            say(
                "Cannot {action}: invoice {number} is settled, nothing of it is open. Nothing needs doing.",
                action=action,
                number=number,
            )
        )


class AmountNotWhole(Invalid):
    code = "amount_not_whole"

    def __init__(self, number: str, given: Money, whole: Money, *, action: str) -> None:
        fact = {
            "cancel": say(
                "Cannot cancel {number}: it is over {whole}, not {given}. A cancellation takes all of it.",
                number=number,
                whole=whole,
                given=given,
            ),
            "write_off": say(
                "Cannot write off {given}: {whole} of {number} is unsettled. A write-off takes all of it.",
                given=given,
                whole=whole,
                number=number,
            ),
            "quick_pay": say(
                "Cannot pay {given}: {whole} of {number} is unsettled. A quick payment takes all of it.",
                given=given,
                whole=whole,
                number=number,
            ),
        }[action]
        super().__init__(
            say("{fact} Look at it again, and give its amount.", fact=fact),
            param="/amount",
            remedies={Door.API: say('Or say "all".')},
        )


class MoveRefused(DomainError):
    code = "move_refused"


def moved_between_currencies(source: str, destination: str, number: str) -> MoveRefused:
    return MoveRefused(
        say(
            "Cannot move: the payment is in {currency} and account {number} is kept in {wanted}. Choose an account of "
            "the same currency.",
            currency=source.upper(),
            number=number,
            wanted=destination.upper(),
        ),
        param="/to_account",
    )


class ConsequenceRefused(DomainError):
    """What would be done with a posting, in the same transaction, cannot be: so neither is the posting."""

    code = "consequence_refused"
    status = 409

    def __init__(self, name: str, cause: DomainError) -> None:
        super().__init__(
            say("Nothing was posted, for what belongs to it was refused ({name}): {cause}", name=name, cause=cause),
            param=cause.param,
        )
        self.cause = cause


class ConcurrentChange(DomainError):
    code = "concurrent_change"
    overtaken = True

    def __init__(self) -> None:
        super().__init__(
            say("Somebody else changed the same thing just now. Look at it again, and repeat if it still fits."),
            remedies={Door.API: say("A repetition takes a new Idempotency-Key.")},
        )


class WrongClassification(Invalid):
    code = "wrong_classification"

    def __init__(self, number: str, is_a: str, wanted: str) -> None:
        super().__init__(
            say(
                "{number} is {kind}, not {wanted}. Use the action that fits it.",
                number=number,
                kind=a(is_a),
                wanted=a(wanted),
            )
        )


class EarlierThanTarget(Invalid):
    code = "earlier_than_target"

    def __init__(self, *, on: date, number: str, posted_on: date) -> None:
        super().__init__(
            say(
                "Cannot act on {number} as of {on}: it was posted on {posted_on}. Use that day or a later one.",
                number=number,
                on=on,
                posted_on=posted_on,
            ),
            param="/posted_on",
        )


class MethodMissing(Invalid):
    code = "method_missing"

    def __init__(self, type_name: str) -> None:
        super().__init__(
            say("No method was given, and type {type_name!r} has no default one. Name a method.", type_name=type_name),
            param="/method",
        )
