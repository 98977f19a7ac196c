"""The one shape of a refusal: what was refused, the fact that refused it, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, overload

from .card_numbers import masked
from .ids import Identified, encode, noun_of
from .sentences import joined, say
from .words import plain


class Door(StrEnum):
    """Where a request came in. The facts of a refusal are the same at each; what to do next may differ."""

    API = "api"
    PAGE = "page"
    COMMAND = "command"


class DomainError(Exception):
    """A refusal with a stable ``code`` and the HTTP ``status`` an interface answers with.

    ``message`` is read at every door, so it has no word that only one of them knows: money in major units
    (``str(Money(...))``), public numbers and names; no field names, flags, constraint names or inner ids.
    ``remedies`` completes it per door where the way out differs: the name of a box on the page, of a field in the
    API, of an option of the command. ``param`` names the field at fault (a JSON pointer such as
    ``/items/0/quantity``) where there is one: programs read it, pages mark that field. What is ``overtaken`` is refused
    for something that somebody else did since the books were asked: asked anew, they may say otherwise.

    A refusal is logged, kept in files and as an answer: of a card number that it would quote it has the last four
    digits.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    overtaken: ClassVar[bool] = False

    def __init__(self, message: str, *, param: str | None = None, remedies: Mapping[Door, str] | None = None) -> None:
        super().__init__(masked(message))
        self.param = masked(param) if param else param
        self.remedies = {door: masked(remedy) for door, remedy in (remedies or {}).items()}

    def problem_members(self) -> Mapping[str, object]:
        """What programs are told of this refusal beside what every refusal has."""
        return {}

    def text_for(self, door: Door) -> str:
        """The whole refusal as it is read at one door."""
        remedy = self.remedies.get(door)
        return say("{refusal} {remedy}", refusal=str(self), remedy=remedy) if remedy else str(self)


class Invalid(DomainError):
    """Input that cannot be read as what it should be."""

    code = "invalid"
    status = 422


def repeated_with(said: str) -> str:
    """What a program does about a question. Its answer makes another request of it, and a key stands for the first."""
    return say("Repeat it with {said} to go ahead, under a new Idempotency-Key if it has one.", said=said)


class ConfirmationNeeded(DomainError):
    """What is meant cannot be taken back, or is seldom meant: asked for again with ``confirmation``, it is done."""

    code = "confirmation_needed"
    confirmation: ClassVar[str]

    def __init__(self, message: str, *, param: str | None = None, remedies: Mapping[Door, str] | None = None) -> None:
        usual = {
            Door.API: repeated_with(self.confirmation),
            Door.PAGE: say("Tick the box that asks for it to go ahead."),
        }
        super().__init__(message, param=param, remedies={**usual, **(remedies or {})})


class NotFound(DomainError):
    """Nothing of that id is known in this company.

    ``thing`` is the table, or what rules call it (`ids.Named`), whose prefix and noun are said; ``noun`` where it is
    called otherwise here. A number is an inner id, which nobody outside has seen: it stays out of the message, and
    programs are told the public id. What has no table has a name alone, and a text that was given for it.
    """

    code = "not_found"
    status = 404

    @overload
    def __init__(self, thing: str, ident: str, *, param: str | None = None) -> None: ...

    @overload
    def __init__(self, thing: Identified, ident: int | str, *, noun: str = "", param: str | None = None) -> None: ...

    def __init__(self, thing: str | Identified, ident: int | str, *, noun: str = "", param: str | None = None) -> None:
        words = thing if isinstance(thing, str) else noun or say(noun_of(thing))
        inner = isinstance(ident, int)
        self._for_programs = ""
        if not isinstance(thing, str) and isinstance(ident, int):
            self._for_programs = say(
                "No {words} {ident!r} in this company.", words=words, ident=encode(thing.PREFIX, ident)
            )
        super().__init__(
            say("There is no such {words} in this company.", words=words)
            if inner
            else say("No {words} {ident!r} in this company.", words=words, ident=ident),
            param=param,
            remedies={
                Door.API: say("Check the id, or list what there is."),
                Door.PAGE: say("Search for it, or look in its list."),
                Door.COMMAND: say("Check the name, or list what there is."),
            },
        )

    def text_for(self, door: Door) -> str:
        if door is Door.API and self._for_programs:
            return f"{self._for_programs} {self.remedies[door]}"
        return super().text_for(door)


class TransitionNotAllowed(DomainError):
    """A life cycle has no such move from the present state. ``goes_on``: it has others that come by themselves."""

    code = "transition_not_allowed"

    def __init__(self, *, state: str, action: str, allowed: list[str], goes_on: bool = False) -> None:
        state = str(state)  # of a StrEnum too: people read 'draft', not <TransactionState.DRAFT: 'draft'>
        self.state, self.action, self.allowed = state, action, allowed
        possible = joined(plain(each) for each in allowed)
        ended = (
            say("Wait for its outcome, or see what it waits for.")
            if goes_on
            else say("Nothing more can be done with it.")
        )
        can = say("What can be done with it now: {possible}.", possible=possible) if allowed else ended
        super().__init__(
            say(
                "Cannot {action} what is {state}. {can}",
                action=plain(action),
                state=plain(state),
                can=can,
            )
        )


class AmountInvalid(Invalid):
    code = "amount_invalid"
    readings: tuple[str, ...] = ()  # where it has two and nothing decides


class NumberInvalid(Invalid):
    """A text that is no number where one is wanted."""

    code = "number_invalid"
    readings: tuple[str, ...] = ()  # where it has two and nothing decides


class SeriesInvalid(Invalid):
    """What no number series can be."""

    code = "number_series_invalid"


class NumbersCollide(DomainError):
    """A series would come to a number that something bears, or that another series makes."""

    code = "numbers_collide"


class TextInvalid(Invalid):
    """A text that cannot be kept: too long, or with characters that no document can show."""

    code = "text_invalid"


class DayInvalid(Invalid):
    """A day that no books have."""

    code = "day_invalid"


class CurrencyUnknown(Invalid):
    code = "currency_unknown"

    def __init__(self, currency: object, *, param: str | None = "/currency") -> None:
        super().__init__(
            say(
                "{currency!r} is not a currency: ISO 4217 knows no such code in use. Use three letters such as 'eur'.",
                currency=currency,
            ),
            param=param,
        )
