from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.money import Money, grouped
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
            f"Item {at + 1} credits {named}. Name an item of a posted invoice of the same account, or none.",
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
        named = ", ".join(notes[:NAMED]) or "a credit note"
        more = f" and {len(notes) - NAMED} more" if len(notes) > NAMED else ""
        super().__init__(
            f"Cannot cancel invoice {number}: it is credited by {named}{more}, and a cancellation would credit the "
            "same twice. Credit what is left of it."
        )


class InvoiceCreditedTwice(ConfirmationNeeded):
    """Cancelling an invoice that a credit note is for as a whole: the same is taken back once more."""

    code = "invoice_credited_twice"
    confirmation = "confirm_credited"

    def __init__(self, number: str, notes: Sequence[tuple[str, Money]], *, left: Money, after: Money) -> None:
        """``notes``: their numbers, and what each credits of the invoice; ``left`` is what none does."""
        named = ", ".join(f"{note or 'a credit note'} ({credited} of it)" for note, credited in notes[:NAMED])
        more = f" and {len(notes) - NAMED} more" if len(notes) > NAMED else ""
        instead = (
            f"credit what is left of it, {left}, instead"
            if left.minor > 0
            else "nothing more needs doing, for nothing of it is left to credit"
        )
        super().__init__(
            f"Invoice {number} is credited already, by {named}{more}. Cancelled as well, it is taken back twice: the "
            f"balance of its account would be {grouped(after.minor, after.currency)}, and what credits it now is free "
            f"for other invoices or a refund. If it is to be taken back once, {instead}. If both are meant, confirm it."
        )


class TotalBelowZero(Invalid):
    code = "total_below_zero"

    def __init__(self, classification: str, total: str, instead: str) -> None:
        super().__init__(
            f"The items come to {total}: {_one(classification)} cannot be below zero. Post {_one(instead)} instead.",
            param="/items",
        )


class TotalDiffers(Invalid):
    code = "total_differs"

    def __init__(self, total: str, expected: str) -> None:
        super().__init__(
            f"The items come to {total}, and {expected} was given as their total. Correct the items, the total, or how "
            "the company rounds its taxes.",
            param="/expected_total",
        )


class DraftDiffers(DomainError):
    code = "draft_differs"

    def __init__(self, total: Money, expected: Money) -> None:
        super().__init__(
            f"The draft comes to {total}, and {expected} was given as its total: it was changed since. Look at it "
            "again, and give what it comes to now.",
            param="/expected_total",
        )


class DraftChanged(DomainError):
    code = "draft_changed"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was done with the draft: it was changed after it was shown. Look at what it says now, and repeat "
            "it if it still fits."
        )


class OutcomeDiffers(DomainError):
    code = "outcome_differs"

    def __init__(self, amount: Money, on: date) -> None:
        super().__init__(
            f"Nothing was posted: something has changed since it was shown. It comes to {amount} on {on} now. Look at "
            "it again before it is posted."
        )


class ItemsMissing(Invalid):
    code = "items_missing"

    def __init__(self, classification: str) -> None:
        super().__init__(f"{a(classification).capitalize()} needs at least one item. Add one.", param="/items")


class TypeInvalid(Invalid):
    code = "type_invalid"


class CategoryNotAllowed(Invalid):
    code = "category_not_allowed"

    def __init__(self, type_name: str) -> None:
        super().__init__(
            f"The category is not one that type {type_name!r} allows. Choose another, or allow it on the type.",
            param="/category",
        )


class MethodNotAllowed(Invalid):
    code = "method_not_allowed"

    def __init__(self, type_name: str, allowed: list[str]) -> None:
        super().__init__(
            f"Type {type_name!r} does not allow this method. Allowed: {', '.join(allowed) or 'none yet'}.",
            param="/method",
        )


class PrintsInvalid(Invalid):
    """What cannot be printed together."""

    code = "prints_invalid"


class PrintsNotReady(DomainError):
    code = "prints_not_ready"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is under way. Wait until it has ended, then download what it printed.")


class BackOfficeCodeTaken(Invalid):
    code = "back_office_code_taken"

    def __init__(self, classification: str, value: str) -> None:
        super().__init__(
            f"The back office code {value!r} is on another {plain(classification)}. Use another, or none.",
            param="/back_office_code",
        )


class PostingDateInvalid(Invalid):
    code = "posted_on_invalid"

    def __init__(self, posted_on: date, today: date) -> None:
        super().__init__(
            f"Cannot post on {posted_on}: that day has not come yet (today is {today}). Use today or an earlier day.",
            param="/posted_on",
        )


class ReceivingDayInvalid(Invalid):
    code = "received_on_invalid"

    def __init__(self, received_on: date, today: date) -> None:
        super().__init__(
            f"Money cannot have been received on {received_on}: that day has not come yet (today is {today}). Use "
            "today or an earlier day.",
            param="/received_on",
        )


class DraftHasNoPostingDay(Invalid):
    code = "draft_has_no_posting_day"

    def __init__(self) -> None:
        super().__init__(
            "A draft has no posting day: it gets one when it is posted. Leave the day empty, or post it now.",
            param="/posted_on",
        )


class PostingDayOld(ConfirmationNeeded):
    code = "posting_day_old"
    confirmation = "confirm_posted_on"

    def __init__(self, posted_on: date, today: date) -> None:
        super().__init__(
            f"The posting day {posted_on} lies {(today - posted_on).days} days before today ({today}), and what is "
            "posted stays for ever. Correct the year, or confirm the day.",
            param="/posted_on",
        )
        self.remedies[Door.COMMAND] = "An import keeps such days with --accept-old-days."


class ReceivingDayOld(ConfirmationNeeded):
    code = "receiving_day_old"
    confirmation = "confirm_posted_on"  # one answer for the days of a receipt: both are the year that was meant

    def __init__(self, received_on: date, today: date) -> None:
        super().__init__(
            f"The receiving day {received_on} lies {(today - received_on).days} days before today ({today}), and what "
            "is posted stays for ever. Correct the year, or confirm the day.",
            param="/received_on",
        )
        self.remedies[Door.COMMAND] = "An import keeps such days with --accept-old-days."


class DueDateDistant(ConfirmationNeeded):
    code = "due_date_distant"
    confirmation = "confirm_due_on"

    def __init__(self, due_on: date, posted_on: date) -> None:
        super().__init__(
            f"The due date {due_on} lies more than ten years after the posting day {posted_on}. Correct the year, or "
            "confirm the date.",
            param="/due_on",
        )
        self.remedies[Door.COMMAND] = "An import keeps such dates with --accept-old-days."


class IntendedInvoiceInvalid(Invalid):
    code = "allocate_to_invalid"

    def __init__(self, ident: object, fact: str) -> None:
        super().__init__(
            f"Cannot allocate to {ident}: {fact}. Name posted invoices of the same account, or none.",
            param="/allocate_to",
        )


class CurrencyMismatch(Invalid):
    code = "currency_mismatch"

    def __init__(self, given: str, account: str) -> None:
        super().__init__(
            f"The amount is in {given.upper()}, but the account is kept in {account.upper()}. Use that currency, or "
            "another account.",
            param="/currency",
        )


class CreditLimitExceeded(ConfirmationNeeded):
    code = "credit_limit_exceeded"
    confirmation = "confirm_credit_limit"

    def __init__(self, after_minor: int, limit_minor: int, currency: str) -> None:
        self.after_minor, self.limit_minor = after_minor, limit_minor
        super().__init__(
            f"The refund would raise the balance to {grouped(after_minor, currency)}, above the credit limit of "
            f"{grouped(limit_minor, currency)}. Correct the amount, or confirm it."
        )


class ReasonInvalid(Invalid):
    code = "reason_invalid"

    def __init__(self) -> None:
        super().__init__(
            "A draft is rejected with one of the company's rejection reasons. Choose one.", param="/reason"
        )


class AlreadySettled(DomainError):
    code = "already_settled"

    def __init__(self, number: str, *, action: str) -> None:
        super().__init__(f"Cannot {action}: invoice {number} is settled, nothing of it is open. Nothing needs doing.")


class AmountNotWhole(Invalid):
    code = "amount_not_whole"

    def __init__(self, number: str, given: Money, whole: Money, *, action: str) -> None:
        fact = {
            "cancel": f"Cannot cancel {number}: it is over {whole}, not {given}. A cancellation takes all of it.",
            "write_off": f"Cannot write off {given}: {whole} of {number} is unsettled. A write-off takes all of it.",
            "quick_pay": f"Cannot pay {given}: {whole} of {number} is unsettled. A quick payment takes all of it.",
        }[action]
        super().__init__(
            f"{fact} Look at it again, and give its amount.",
            param="/amount",
            remedies={Door.API: 'Or say "all".'},
        )


class MoveRefused(DomainError):
    code = "move_refused"


class ConsequenceRefused(DomainError):
    """What would be done with a posting, in the same transaction, cannot be: so neither is the posting."""

    code = "consequence_refused"
    status = 409

    def __init__(self, name: str, cause: DomainError) -> None:
        super().__init__(f"Nothing was posted, for what belongs to it was refused ({name}): {cause}", param=cause.param)
        self.cause = cause


class ConcurrentChange(DomainError):
    code = "concurrent_change"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the same thing just now. Look at it again, and repeat if it still fits.",
            remedies={Door.API: "A repetition takes a new Idempotency-Key."},
        )


class WrongClassification(Invalid):
    code = "wrong_classification"

    def __init__(self, number: str, is_a: str, wanted: str) -> None:
        super().__init__(f"{number} is {a(is_a)}, not {a(wanted)}. Use the action that fits it.")


def _one(classification: str) -> str:
    words = _words(classification)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _words(classification: str) -> str:
    return classification.replace("_", " ")


class PostingRuleMissing(DomainError):
    code = "posting_rule_missing"

    def __init__(self, classification: str, role: str) -> None:
        super().__init__(
            f"Cannot post: no posting rule says where {a(classification)} on {a(role)} account goes "
            "in the journal. Add one under Configuration, Posting rules."
        )


class PostingRuleInvalid(DomainError):
    code = "posting_rule_invalid"

    def __init__(self, classification: str, role: str) -> None:
        super().__init__(
            f"Cannot post: the posting rules of {a(classification)} on {a(role)} account do not move its "
            "control account by the whole amount, so the journal would leave the balances. Correct the rules."
        )


class EarlierThanTarget(Invalid):
    code = "earlier_than_target"

    def __init__(self, *, on: date, number: str, posted_on: date) -> None:
        super().__init__(
            f"Cannot act on {number} as of {on}: it was posted on {posted_on}. Use that day or a later one.",
            param="/posted_on",
        )


class MethodMissing(Invalid):
    code = "method_missing"

    def __init__(self, type_name: str) -> None:
        super().__init__(
            f"No method was given, and type {type_name!r} has no default one. Name a method.", param="/method"
        )
