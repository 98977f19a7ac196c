from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid
from subledger.kernel.sentences import joined, say
from subledger.kernel.words import plain


class AddressInvalid(Invalid):
    code = "address_invalid"

    def __init__(self, address: str, trouble: str, *, param: str = "/recipient") -> None:
        super().__init__(
            say(
                "{address!r} is no e-mail address: {trouble}. Correct it, such as name@example.com.",
                address=address,
                trouble=trouble,
            ),
            param=param,
        )


class SenderNotAllowed(Invalid):
    """Mail is to come from a domain that the operator's mail server does not send for."""

    code = "sender_not_allowed"

    def __init__(self, address: str, domains: Sequence[str]) -> None:
        if domains:
            words = say(
                "Mail cannot be sent from {address}: this installation sends for {domains}. Choose an address of one "
                "of these, or ask whoever runs it to add the domain to SUBLEDGER_SENDER_DOMAINS.",
                address=address,
                domains=", ".join(domains),
            )
        else:
            words = say(
                "Mail cannot be sent from {address}: no domain is set up for it. Leave the field empty, or ask whoever "
                "runs this installation to add the domain to SUBLEDGER_SENDER_DOMAINS.",
                address=address,
            )
        super().__init__(words, param="/sender")


class NoRecipient(Invalid):
    """Nobody said where it goes."""

    code = "no_recipient"

    def __init__(self, who: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: there is no e-mail address of {who}. Enter where this message goes, "
                "or give them an address first.",
                who=who,
            ),
            param="/recipient",
        )


class RecipientsInvalid(Invalid):
    """Who a message goes to is said twice, or they are too many at once."""

    code = "recipients_invalid"


class NoTemplate(DomainError):
    code = "no_message_template"

    def __init__(self, title: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: no template in use is the standard one for “{title}”. Make one the "
                "standard under Configuration, Message templates, or choose one.",
                title=title,
            ),
            param="/template",
        )


class TemplateUnfit(Invalid):
    """A template of a kind that is not about such a thing."""

    code = "message_template_unfit"


class KindUnfit(Invalid):
    """A kind of message that tells of no such thing."""

    code = "message_kind_unfit"

    def __init__(self, kind: str, possible: Sequence[str]) -> None:
        choose = (
            say("What can be sent of it: {possible}.", possible=", ".join(possible))
            if possible
            else say("Nobody is told of such things.")
        )
        super().__init__(
            say("Nothing was sent: {kind!r} is no message of this. {choose}", kind=kind, choose=choose), param="/kind"
        )


class UnknownTags(Invalid):
    """A template uses tags that nobody fills."""

    code = "unknown_tags"


class MessageEmpty(DomainError):
    """Nobody gets a mail that says nothing."""

    code = "message_empty"

    def __init__(self, template: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: of the template “{template}” no text is left, since nothing stands in for its tags "
                "here. Write more of it under Configuration, Message templates, or choose another.",
                template=template,
            ),
            param="/template",
        )


class AlreadySent(ConfirmationNeeded):
    """The same was sent to the same address before."""

    code = "message_sent_already"
    confirmation = "confirm_again"

    def __init__(self, got: Sequence[tuple[str, datetime]]) -> None:
        whom = joined(
            (say("{recipient} got this message already, on {at}", recipient=recipient, at=at) for recipient, at in got),
            "; ",
        )
        super().__init__(say("Nothing was sent: {whom}. Send it again only if it is meant.", whom=whom))


class MessageHeld(ConfirmationNeeded):
    """Nobody is to be told of it as things stand, such as a reminder of what is disputed."""

    code = "message_held"
    confirmation = "confirm_held"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(
            say("Nothing was sent: {what} is held, because {why}. Send it only if it is meant.", what=what, why=why)
        )


class MessageDiffers(DomainError):
    """What would be sent is not what was shown."""

    code = "message_differs"

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing was sent: the message says something else than what was shown, because the "
                "record or the template was changed since. Look at it again."
            ),
            remedies={Door.API: say("Send the digest of the new preview.")},
        )


class NotSentAgain(DomainError):
    """A message that cannot be sent again as it was."""

    code = "message_not_repeatable"


class NotWaiting(DomainError):
    """A message that nobody needs to have tried now: it is being handed over, or that is over."""

    code = "message_not_waiting"

    def __init__(self, subject: str, state: str) -> None:
        super().__init__(
            say(
                "“{subject}” does not wait to be tried again: it is {state}. Look at it anew.",
                subject=subject,
                state=plain(state),
            )
        )


class TestNotTaken(DomainError):
    """The mail server did not take a message that tries it."""

    code = "test_not_taken"
    __test__ = False  # no case of pytest

    def __init__(self, reason: str, advice: str) -> None:
        ended = reason if reason.endswith(".") else say("{reason}.", reason=reason)
        super().__init__(say("The test was not sent. {reason} {advice}", reason=ended, advice=advice))


class LinkUnknown(DomainError):
    """A message holds a link of a kind that nobody makes any more."""

    code = "message_link_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: the message holds a link (#{name}) that these books cannot make any "
                "more. Write a new message of the same thing.",
                name=name,
            )
        )


class AddressSuppressed(DomainError):
    """The address gets no mail."""

    code = "address_suppressed"

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: {address} gets no mail, because {why}. Lift that under Suppressed "
                "addresses once it is settled, or use another address.",
                address=address,
                why=why,
            ),
            param="/recipient",
        )


class SuppressedAlready(DomainError):
    code = "address_suppressed_already"

    def __init__(self, address: str) -> None:
        super().__init__(
            say("{address} is suppressed already. Nothing needs doing.", address=address), param="/address"
        )


class AttachmentInvalid(Invalid):
    code = "attachment_invalid"


class NoPublicAddress(DomainError):
    """A link in a message needs the address under which others reach these books."""

    code = "no_public_address"

    def __init__(self) -> None:
        super().__init__(
            say(
                "Nothing was sent: the message holds a link, and nobody has said under which address "
                "others reach this server. Set SUBLEDGER_PUBLIC_URL."
            )
        )


class TakenBack(DomainError):
    """A document that was cancelled says what no longer holds."""

    code = "taken_back"

    def __init__(self, what: str, by: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: {what} is cancelled, so what it says no longer holds. Send {by} instead.",
                what=what,
                by=by,
            )
        )


class WrittenOff(DomainError):
    """Nobody expects an invoice to be paid any more, and it is not settled: its customer owes it still."""

    code = "written_off"

    def __init__(self, what: str, by: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: {what} is written off, so it is neither to be paid by a day nor settled. Send {by} "
                "if its customer is to know.",
                what=what,
                by=by,
            )
        )


class NothingToSend(DomainError):
    """Of what is not posted nobody is told."""

    code = "nothing_to_send"

    def __init__(self, what: str, state: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: {what} is {state}, and messages tell of what is posted.",
                what=what,
                state=plain(state),
            )
        )


class OnOwnAccount(DomainError):
    """It stands between accounts of ours, and no customer owes it."""

    code = "on_own_account"

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "Nothing was sent: {what} keeps what was written off, on an account of your own. Its customer is told "
                "by the write-off.",
                what=what,
            )
        )


class NotOverdue(DomainError):
    """Nobody is reminded of what they may still pay in time."""

    code = "not_overdue"

    def __init__(self, what: str, due_on: date | None) -> None:
        super().__init__(
            say(
                "Nothing was sent: {what} is to be paid by {due_on}, so nobody is reminded of it before. "
                "Send the invoice itself, or a link to pay.",
                what=what,
                due_on=due_on,
            )
        )


class NothingToRemindOf(DomainError):
    """Nobody is reminded of what is paid."""

    code = "nothing_to_remind_of"

    def __init__(self, what: str) -> None:
        super().__init__(
            say("Nothing was sent: nothing of {what} is owed any more, so nobody is reminded of it.", what=what)
        )
