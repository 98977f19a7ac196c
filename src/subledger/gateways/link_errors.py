"""Refusals of links that customers pay by."""

from __future__ import annotations

from datetime import datetime

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import plain


class AlreadyPaid(DomainError):
    code = "already_paid"

    def __init__(self, number: str) -> None:
        super().__init__(say("Invoice {number} is paid: nothing is left to pay. Thank you.", number=number))


class NothingOwed(DomainError):
    code = "nothing_owed"

    def __init__(self, number: str) -> None:
        super().__init__(say("Account {number} owes nothing: there is nothing to pay. Thank you.", number=number))


class AmountNotPayable(Invalid):
    """A part of what is open that is none."""

    code = "amount_not_payable"

    def __init__(self, amount: Money, left: Money) -> None:
        super().__init__(
            say("{amount} cannot be paid: {left} is open. Pay that, or a part of it.", amount=amount, left=left),
            param="/amount",
        )


class NotPayable(DomainError):
    code = "not_payable"

    def __init__(self, number: str, state: str) -> None:
        why = {
            "written_off": say(
                "is written off: nothing is collected on it any more. What its customer pays all the "
                "same is posted as a payment on the account."
            ),
            "cancelled": say("is cancelled: nothing is owed on it. Send the link of the invoice that takes its place."),
            "rejected": say("was rejected: nothing is owed on it. Send the link of the invoice that takes its place."),
        }
        is_now = say("is {state}: it cannot be paid. Post it first.", state=plain(state))
        super().__init__(say("Invoice {number} {why}", number=number, why=why.get(str(state), is_now)))


class NobodyCollects(DomainError):
    code = "nobody_collects"

    def __init__(self, currency: str) -> None:
        super().__init__(
            say(
                "No effective payment gateway takes {currency} on a page of its own. "
                "Pay another way, or ask the company.",
                currency=currency.upper(),
            )
        )


class LinkInvalid(DomainError):
    code = "link_invalid"
    status = 404


class LinkExpired(DomainError):
    code = "link_expired"
    status = 410

    def __init__(self, at: datetime) -> None:
        super().__init__(say("This link was valid until {at}. Ask for a new one.", at=at))


class LinkRevoked(DomainError):
    code = "link_revoked"
    status = 410

    def __init__(self) -> None:
        super().__init__(say("This link was withdrawn by whoever sent it. Ask for a new one."))


class RegistrationStaysOpen(DomainError):
    """A link was revoked, and the gateway's page to register by that was opened from it is not closed."""

    code = "registration_stays_open"
    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(
            say(
                "The link is revoked, and the page to save a card or account that was opened by it is open still: "
                "{why} Revoke it again to close that page.",
                why=why,
            )
        )


class PageStaysOpen(DomainError):
    code = "page_stays_open"
    status = 502

    def __init__(self, request: str, why: str) -> None:
        super().__init__(
            say(
                "The link is revoked. The page of payment request {request}, on which can still be paid, was not "
                "closed: {why} Withdraw that request to close its page.",
                request=request,
                why=why,
            )
        )


class LinkUsed(DomainError):
    code = "link_used"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            say("A card or account was registered with this link already. Ask for a new one to add another.")
        )
