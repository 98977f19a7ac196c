"""The one shape of a refusal: what was refused, the fact that refused it, what to do next."""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable ``code`` and the HTTP ``status`` an interface answers with.

    ``param`` names the field at fault (a JSON pointer such as ``/items/0/quantity``) where there is one.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class Invalid(DomainError):
    """Input that cannot be read as what it should be."""

    code = "invalid"
    status = 422


class NotFound(DomainError):
    """Nothing of that id is known in this company."""

    code = "not_found"
    status = 404

    def __init__(self, thing: str, ident: object, *, param: str | None = None) -> None:
        self.thing, self.ident = thing, ident
        super().__init__(f"No {thing} {ident!r} in this company. Check the id, or list what there is.", param=param)


class TransitionNotAllowed(DomainError):
    """A life cycle has no such move from the present state."""

    code = "transition_not_allowed"

    def __init__(self, *, state: str, action: str, allowed: list[str]) -> None:
        state = str(state)  # of a StrEnum too: people read 'draft', not <TransactionState.DRAFT: 'draft'>
        self.state, self.action, self.allowed = state, action, allowed
        can = (
            f"From {state!r} it can: {', '.join(allowed)}." if allowed else f"Nothing more can be done from {state!r}."
        )
        super().__init__(f"Cannot {action.replace('_', ' ')}: the state is {state!r}. {can}")


class AmountInvalid(Invalid):
    code = "amount_invalid"


class CurrencyUnknown(Invalid):
    code = "currency_unknown"

    def __init__(self, currency: object, *, param: str | None = None) -> None:
        super().__init__(
            f"{currency!r} is not a currency: ISO 4217 knows no such code in use. Use three letters such as 'eur'.",
            param=param,
        )
