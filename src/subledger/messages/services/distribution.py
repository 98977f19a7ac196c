"""One message of a record to several recipients in one act: each is written a message of their own, all or none.

Whose address gets no mail is left out and named; where that is everybody, it is refused as for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db.transaction import atomic

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import joined, say
from subledger.messages import errors
from subledger.messages.kinds import Letter
from subledger.messages.models import Message
from subledger.messages.rules.drafts import DIGITS

from .composition import Draft, Made, checked_address
from .outbox import Wish, composed, read, write_once
from .rows import why_stopped

MOST = 50  # recipients of one act


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who gets no mail, and why."""

    recipient: str
    why: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """A message as it would be sent to each of several now."""

    drafts: tuple[Draft, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever sends it is to know first, each once."""
        return tuple(dict.fromkeys(words for draft in self.drafts for words in draft.warnings))

    @property
    def digest(self) -> str:
        """Of what everybody would be told: for one, that of the message."""
        told = [draft.written.digest for draft in self.drafts]
        return told[0] if len(told) == 1 else sha256(repr(told).encode()).hexdigest()[:DIGITS]


@dataclass(frozen=True, slots=True)
class Distributed:
    """What came of it."""

    messages: tuple[Message, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()

    def in_words(self) -> str:
        """For whoever sent it."""
        whom = ", ".join(message.recipient for message in self.messages)
        left = joined(
            (
                say(" {recipient} gets no mail, because {why}.", recipient=one.recipient, why=one.why)
                for one in self.left_out
            ),
            "",
        )
        sent = say("The message is on its way to {whom}.{left}", whom=whom, left=left)
        return joined((sent, *self.warnings), " ") if self.warnings else sent


def distributed(wish: Wish, recipients: Sequence[str] = ()) -> Distribution:
    """The message as it would be sent to each of ``recipients``; where none is named, to everybody who gets it without
    being chosen.

    Raises:
        As `outbox.drafted`; RecipientsInvalid: too many; AddressSuppressed: nobody is left.
    """
    kind, template, letter = read(wish)
    addresses = _once_each(recipients or letter.goes_to, letter, named=bool(recipients))
    stopped = [LeftOut(address, why) for address in addresses if (why := why_stopped(kind, address))]
    reached = [address for address in addresses if address not in {one.recipient for one in stopped}]
    if not reached:
        raise errors.AddressSuppressed(stopped[0].recipient, stopped[0].why)
    made: Made = {}  # one document for all who read the same language
    drafts = [composed(replace(wish, recipient=address), kind, template, letter, made) for address in reached]
    return Distribution(tuple(drafts), tuple(stopped))


@atomic
def distribute(
    *,
    wish: Wish,
    recipients: Sequence[str] = (),
    expected_digest: str = "",
    confirm_again: bool = False,
    confirm_held: bool = False,
    actor: str,
) -> Distributed:
    """Send several people a message of a record, each their own.

    Raises:
        As `distributed`; MessageDiffers: somebody would be told something else than was shown; AlreadySent: the same
        went to some of them before, and nobody confirmed that it is meant; MessageHeld: neither that.
    """
    found = distributed(wish, recipients)
    if expected_digest and expected_digest != found.digest:
        raise errors.MessageDiffers
    confirmed = {"confirm_again": confirm_again, "confirm_held": confirm_held}
    made = write_once(found.drafts, level=wish.level, **confirmed, actor=actor)
    return Distributed(tuple(made), found.left_out, found.warnings)


def _once_each(recipients: Sequence[str], letter: Letter, *, named: bool) -> list[str]:
    """Their addresses, each once however it is spelt."""
    if len(recipients) > MOST:
        raise errors.RecipientsInvalid(
            say("A message goes to at most {most} recipients at once. Send it to fewer.", most=MOST),
            param="/recipients",
        )
    found: dict[str, str] = {}
    for position, recipient in enumerate(recipients):
        try:
            address = checked_address(recipient, of=letter.addressee or letter.name)
        except DomainError as refusal:
            refusal.param = f"/recipients/{position}" if named else refusal.param
            raise
        found.setdefault(identity_of(address), address)
    return list(found.values())
