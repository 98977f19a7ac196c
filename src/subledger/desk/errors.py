from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class ContactInvalid(Invalid):
    """A contact that says nothing, of an unknown kind, or whose days cannot be."""

    code = "collection_contact_invalid"


class NothingToFollowUp(DomainError):
    code = "nothing_to_follow_up"

    def __init__(self) -> None:
        super().__init__(say("Nothing is to be followed up on here: it is done, or nobody asked for it."))


class NoCustomersAccount(DomainError):
    code = "no_customers_account"

    def __init__(self, number: str) -> None:
        super().__init__(
            say("Account {number} is the company's own: nobody collects it. Choose a customer's.", number=number)
        )
