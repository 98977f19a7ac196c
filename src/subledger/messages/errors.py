from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door, Invalid


class AddressInvalid(Invalid):
    code = "address_invalid"

    def __init__(self, address: str, trouble: str, *, param: str = "/recipient") -> None:
        super().__init__(
            f"{address!r} is no e-mail address: {trouble}. Correct it, such as name@example.com.", param=param
        )


class NoRecipient(Invalid):
    """Nobody said where it goes."""

    code = "no_recipient"

    def __init__(self, who: str) -> None:
        super().__init__(
            f"Nothing was sent: there is no e-mail address of {who}. Enter where this message goes, or give them an "
            "address first.",
            param="/recipient",
        )


class RecipientsInvalid(Invalid):
    """Who a message goes to is said twice, or they are too many at once."""

    code = "recipients_invalid"


class NoTemplate(DomainError):
    code = "no_message_template"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"Nothing was sent: no template in use is the standard one for “{title}”. Make one the standard under "
            "Configuration, Message templates, or choose one.",
            param="/template",
        )


class TemplateUnfit(Invalid):
    """A template of a kind that is not about such a thing."""

    code = "message_template_unfit"


class KindUnfit(Invalid):
    """A kind of message that tells of no such thing."""

    code = "message_kind_unfit"

    def __init__(self, kind: str, possible: Sequence[str]) -> None:
        choose = f"What can be sent of it: {', '.join(possible)}." if possible else "Nobody is told of such things."
        super().__init__(f"Nothing was sent: {kind!r} is no message of this. {choose}", param="/kind")


class UnknownTags(Invalid):
    """A template uses tags that nobody fills."""

    code = "unknown_tags"


class AlreadySent(ConfirmationNeeded):
    """The same was sent to the same address before."""

    code = "message_sent_already"
    confirmation = "confirm_again"

    def __init__(self, got: Sequence[tuple[str, datetime]]) -> None:
        whom = "; ".join(f"{recipient} got this message of {at:%Y-%m-%d %H:%M} UTC already" for recipient, at in got)
        super().__init__(f"Nothing was sent: {whom}. Send it again only if it is meant.")


class MessageDiffers(DomainError):
    """What would be sent is not what was shown."""

    code = "message_differs"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was sent: the message says something else than what was shown, because the record or the template "
            "was changed since. Look at it again.",
            remedies={Door.API: "Send the digest of the new preview."},
        )


class NotSentAgain(DomainError):
    """A message that cannot be sent again as it was."""

    code = "message_not_repeatable"


class LinkUnknown(DomainError):
    """A message holds a link of a kind that nobody makes any more."""

    code = "message_link_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nothing was sent: the message holds a link (#{name}) that these books cannot make any more. Write a new "
            "message of the same thing."
        )


class Suppressed(DomainError):
    """The address gets no mail."""

    code = "address_suppressed"

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"Nothing was sent: {address} gets no mail, because {why}. Lift that under Suppressed addresses once it is "
            "settled, or use another address.",
            param="/recipient",
        )


class AddressSuppressed(DomainError):
    code = "address_suppressed_already"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is suppressed already. Nothing needs doing.", param="/address")


class AttachmentInvalid(Invalid):
    code = "attachment_invalid"


class NoPublicAddress(DomainError):
    """A link in a message needs the address under which others reach these books."""

    code = "no_public_address"

    def __init__(self) -> None:
        super().__init__(
            "Nothing was sent: the message holds a link, and nobody has said under which address others reach this "
            "server. Set SUBLEDGER_PUBLIC_URL."
        )


class TakenBack(DomainError):
    """A document that was cancelled says what no longer holds."""

    code = "taken_back"

    def __init__(self, what: str, by: str) -> None:
        super().__init__(f"Nothing was sent: {what} is cancelled, so what it says no longer holds. Send {by} instead.")


class NothingToSend(DomainError):
    """Of what is not posted nobody is told."""

    code = "nothing_to_send"

    def __init__(self, what: str, state: str) -> None:
        super().__init__(f"Nothing was sent: {what} is {state.replace('_', ' ')}, and messages tell of what is posted.")


class NothingToRemindOf(DomainError):
    """Nobody is reminded of what is paid."""

    code = "nothing_to_remind_of"

    def __init__(self, what: str) -> None:
        super().__init__(f"Nothing was sent: nothing of {what} is owed any more, so nobody is reminded of it.")
