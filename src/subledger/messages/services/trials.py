"""A message that only tries the mail server: handed over at once, beside the outbox."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from subledger.kernel.email_addresses import header_of
from subledger.kernel.sentences import say
from subledger.messages.errors import TestNotTaken
from subledger.messages.servers import advice_for, reason_of
from subledger.platform.callers import demand
from subledger.platform.network import refuse_in_transaction

from .composition import checked_address

SETTING = "messages.configure:settings"


def send_test(*, address: str) -> bool:
    """Hand a test message to the mail server that is set. Whether one is: else it was written to a folder.

    Raises:
        AddressInvalid; TestNotTaken: what the mail server said, or why it cannot be reached, and what to look at.
    """
    demand(SETTING)
    refuse_in_transaction(say("Sending mail"))
    to = header_of(checked_address(address, param="/address"))
    mail = EmailMessage("Subledger can send mail", "This is a test. Nothing needs doing.", None, [to])
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as error:
        raise TestNotTaken(reason_of(error), advice_for(error)) from error
    return bool(settings.MAIL_GOES_OUT)
