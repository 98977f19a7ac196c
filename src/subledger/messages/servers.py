"""The mail server that is set, and what it means where it does not answer or refuses: one account for every door."""

from __future__ import annotations

import smtplib
import socket
import ssl

from django.conf import settings

from subledger.kernel.sentences import say

from .rules.delivery import OF_POLICY
from .rules.templates import one_line

__all__ = ["advice_for", "reason_of", "reply_of", "server_address"]

FIRST = 530  # encryption or a login has to come first (RFC 3207, RFC 4954)
LOGIN = (534, 535, 538)  # replies about who logs in (RFC 4954)
NO_LEAVE = (550, 551, 553, 554)


def server_address() -> str:
    """Host and port of the mail server; "" where none is set and mail is written to a folder."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.MAIL_GOES_OUT else ""


def reply_of(error: Exception) -> tuple[int, str] | None:
    """Code and words of a mail server's answer; None where it gave none."""
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    return code, one_line(said.decode(errors="replace") if isinstance(said, bytes) else str(said), 500)


def reason_of(error: Exception) -> str:
    """Why mail could not be handed over, in words."""
    reply = reply_of(error)
    address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if reply is not None:
        return say("The mail server said: {code} {words}", code=reply[0], words=reply[1])
    match error:
        case socket.gaierror():
            return say("The name of the mail server, {host}, is not known.", host=settings.EMAIL_HOST)
        case TimeoutError():
            seconds = settings.EMAIL_TIMEOUT
            return say(
                "The mail server at {address} gave no answer in {seconds} seconds.", address=address, seconds=seconds
            )
        case ConnectionRefusedError():
            return say("Nothing answers at {address}, the address of the mail server.", address=address)
        case ssl.SSLError():
            return say("No encrypted connection to {address} comes about: {error}", address=address, error=error)
    return say("The mail server cannot be reached: {error}", error=error)


def advice_for(error: Exception) -> str:
    """What to look at, where a message could not be handed over."""
    reply = reply_of(error)
    if reply is not None and reply[0] == FIRST:
        if "TLS" in reply[1].upper():
            return say(
                "It wants encryption first: take smtps:// in SUBLEDGER_SMTP_URL, or smtp:// with another name than "
                "localhost, which turns encryption on (STARTTLS)."
            )
        return say("It wants a login first: give user and password in SUBLEDGER_SMTP_URL.")
    if isinstance(error, smtplib.SMTPAuthenticationError) or (reply is not None and reply[0] in LOGIN):
        return say("It wants another login: look at user and password in SUBLEDGER_SMTP_URL.")
    if isinstance(error, smtplib.SMTPRecipientsRefused) and reply is not None and OF_POLICY in reply[1]:
        return say("It takes no mail for this address from you: ask whoever runs it whether it sends mail for you.")
    if isinstance(error, smtplib.SMTPRecipientsRefused) and (reply is None or reply[0] >= 500):
        return say("It does not take mail for this address: look whether it is spelt right.")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return say("It does not take mail from this sender: look at SUBLEDGER_MAIL_FROM.")
    if reply is not None and reply[0] in NO_LEAVE:
        return say("It took the addresses and refused the message itself: ask whoever runs the mail server.")
    if reply is not None:
        return say("Try it again later, or ask whoever runs the mail server.")
    if isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        return say(
            "Look at SUBLEDGER_SMTP_URL: smtps:// is encrypted from the start, smtp:// turns encryption on (STARTTLS)."
        )
    return say("Look at host and port in SUBLEDGER_SMTP_URL, and whether the mail server runs.")
