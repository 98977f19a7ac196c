"""What a file tells of requests, row by row, before anything is decided about it. Knows no Django: children read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from subledger.gateways.states import MESSAGE_PREFIX, REQUEST_PREFIX
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import decode
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say

from .errors import ResultInvalid

Verb = Literal["process", "post", "reject", "return"]


class Numbers(NamedTuple):
    """How a table writes its amounts: as declared; else ``usual`` decides between two readings."""

    declared: NumberFormat | None = None
    usual: NumberFormat | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What one row says of a request.

    ``verb``: process (the bank has it), post (the money moved), reject (it did not), return (it came back, booked).
    ``amount`` is a decimal in major units as written, "" when it is not told; ``currency`` as written, "" for the
    request's own. ``direction``: in or out, the way a statement books it; "" elsewhere. ``message`` is the file of
    ours that the bank speaks of; without a ``request``, of all that it held: then ``amount`` is that of all together.
    ``booked_on`` is the day on which it was booked; ``fee`` what the bank took for it, written as the amount.
    ``is_file``: said of the file itself, and not of a payment block; ``is_accepted``: the bank took it as it is.
    """

    position: str
    request: str
    verb: Verb
    reference: str = ""
    error_code: str = ""
    error_message: str = ""
    amount: str = ""
    currency: str = ""
    direction: str = ""
    message: str = ""
    booked_on: date | None = None
    fee: str = ""
    is_file: bool = False
    is_accepted: bool = False


@dataclass(frozen=True, slots=True)
class Remainder:
    """What an entry over requests of ours has and none of its transactions explains, over ``rest``; ``is_beside`` are
    charges that the bank names and the entry's amount does not have. ``request`` is named where it is the only one."""

    position: str
    request: str
    reference: str
    booked: str
    rest: str
    currency: str
    direction: str
    is_beside: bool = False
    booked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken: its place in the file, the request it names, and why."""

    position: str
    request: str
    error: DomainError


@dataclass(slots=True)
class Reading:
    """A file as it was read. ``ignored`` counts what is somebody else's: a statement has entries of every kind."""

    format: str
    numbers: Numbers = field(default_factory=Numbers)
    reported: list[Reported] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    remainders: list[Remainder] = field(default_factory=list)
    ignored: int = 0
    hidden: int = 0  # rows that their sheet does not show

    def refuse(self, position: str, request: str, fact: str, remedy: str) -> None:
        self.refused.append(
            Refusal(position, request, ResultInvalid(say("{fact}. {remedy}", fact=fact, remedy=remedy)))
        )


def request_id(text: str) -> int:
    """The id behind ``prq_…`` or a number such as ``PRQ-…``. NotFound when it is neither."""
    try:
        return decode(REQUEST_PREFIX, text.strip().lower().replace("-", "_"))
    except ValueError:
        raise NotFound(say("payment request"), text, param="/request") from None


def is_message(text: str) -> bool:
    """Whether a name is one that our files have (MsgId), whichever of them."""
    try:
        decode(MESSAGE_PREFIX, text.strip().lower().replace("-", "_"))
    except ValueError:
        return False
    return True
