from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.outcomes import OutcomeUnseen
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import plain


class AccountAmbiguous(Invalid):
    """The name is the code of the account ``number``, and the number of another, of the ``code`` if any."""

    code = "account_ambiguous"

    def __init__(self, name: str, number: str, code: str, field: str) -> None:
        words = (
            say(
                "{name!r} is two accounts: the code of {number}, and the number of the one with the code {code}. Write "
                "{number} or {code}, whichever is meant.",
                name=name,
                number=number,
                code=code,
            )
            if code
            else say(
                "{name!r} is two accounts: the code of {number}, and the number of another. Write {number} where that "
                "one is meant, or give it another code.",
                name=name,
                number=number,
            )
        )
        super().__init__(words, param=f"/{field}" if field else None)


class CreditRuleInvalid(Invalid):
    code = "credit_rule_invalid"


class DueDateInvalid(Invalid):
    code = "due_date_invalid"

    def __init__(self, *, due_on: date, posted_on: date, earliest: date, latest: date) -> None:
        self.due_on, self.posted_on, self.earliest, self.latest = due_on, posted_on, earliest, latest
        allowed = (
            f"{earliest}" if earliest == latest else say("{earliest} to {latest}", earliest=earliest, latest=latest)
        )
        early = say(", for it lies before that day") if due_on < posted_on else ""
        rule = (
            say("The credit rule allows {allowed}", allowed=allowed)
            if latest < date.max
            else say("From {posted_on} on, every day is", posted_on=posted_on)
        )
        super().__init__(
            say(
                "Invalid Due Date: {due_on} is not allowed for an invoice posted on {posted_on}{early}. "
                "{rule}. Choose such a date, or leave it empty.",
                due_on=due_on,
                posted_on=posted_on,
                early=early,
                rule=rule,
            ),
            param="/due_on",
        )


class CreditPeriodOutsideWindow(Invalid):
    code = "credit_period_outside_proximity"

    def __init__(self, *, value: int, operator: str, unit: str, proximity: int, proximity_operator: str | None) -> None:
        allows = (
            say("{operator} {days} days", operator=plain(proximity_operator), days=proximity)
            if proximity_operator
            else say("no deviation")
        )
        super().__init__(
            say(
                "The credit period {operator} {value} {unit} leaves the proximity range: the payment "
                "terms allow {allows}. Shorten the period, or widen the range in the payment terms.",
                operator=plain(operator),
                value=value,
                unit=plain(unit),
                allows=allows,
            ),
            param="/credit_period",
        )


class AccountInvalid(Invalid):
    code = "account_invalid"


class ParentInvalid(Invalid):
    """An account that another cannot stand under."""

    code = "account_parent_invalid"

    def __init__(self, message: str) -> None:
        super().__init__(message, param="/parent")


class CustomerInvalid(Invalid):
    code = "customer_invalid"


class ContactInvalid(Invalid):
    code = "contact_person_invalid"


class ContactNameTaken(DomainError):
    """A customer's contact persons are told apart by their names."""

    code = "contact_person_taken"
    overtaken = True

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "This customer has a contact person {name!r} already. Change that one, or say more of the name.",
                name=name,
            ),
            param="/name",
        )


class PaymentDetailsInvalid(Invalid):
    code = "payment_details_invalid"


class RegisteredAtGateway(DomainError):
    code = "registered_at_gateway"

    def __init__(self, preference: str, provider: str) -> None:
        super().__init__(
            say(
                "{preference} is kept by {provider}, and is registered there by the customer: nobody "
                "enters it by hand. Send the customer a link to register it.",
                preference=preference,
                provider=provider,
            ),
            param="/preference",
        )


class NotInUse(Invalid):
    """Something of the configuration that was switched off: what has it keeps it, nothing new may take it."""

    code = "not_in_use"

    def __init__(self, thing: str, name: str, *, param: str) -> None:
        super().__init__(
            say(
                "The {thing} {name!r} is not in use. Choose another, or put it in use again under Configuration.",
                thing=thing,
                name=name,
            ),
            param=param,
        )


class AccountTerminated(DomainError):
    code = "account_terminated"

    def __init__(self, number: str, *, action: str) -> None:
        super().__init__(
            say(
                "Cannot {action}: account {number} is terminated, and nothing on it changes any more "
                "(drafts can be rejected). Use another account for what is new.",
                action=action,
                number=number,
            )
        )


class AccountNotClear(OutcomeUnseen):
    code = "account_not_clear"

    def __init__(self, number: str, *, left: Sequence[str], stopped: Sequence[str], outcome: str) -> None:
        self.left, self.stopped = left, stopped
        told = [
            say("Account {number} is not clear.", number=number)
            if left or stopped
            else say("Account {number} is clear now.", number=number)
        ]
        if left:
            told.append(
                say(
                    "There is {left}: once it is terminated nothing of that can be collected, paid back, "
                    "written off, moved or cancelled any more.",
                    left=_and(left),
                )
            )
        if stopped:
            told.append(say("What is under way is stopped: {stopped}.", stopped=_and(stopped)))
        told.append(
            say("This cannot be undone. Settle it first, or look at it and ask for it again.")
            if left
            else say("This cannot be undone.")
        )
        super().__init__(joined(told, " "), outcome=outcome)


def _and(words: Sequence[str]) -> str:
    return joined([joined(words[:-1]), words[-1]], say(" and ")) if len(words) > 1 else words[0]


class AccountSuspended(DomainError):
    code = "account_suspended"

    def __init__(self, number: str, *, action: str) -> None:
        super().__init__(
            say(
                "Cannot {action}: account {number} is suspended and takes payments and other credits "
                "only. Reactivate it first.",
                action=action,
                number=number,
            )
        )


class DefinitionMissing(DomainError):
    code = "account_definition_missing"

    def __init__(self) -> None:
        super().__init__(
            say("Cannot post: the company has no active payment terms. Activate some under Configuration.")
        )
