"""Mail through an SMTP server, by Django's own back end, which tells whether the server may have taken a message.

Where a connection is cut, it makes all the difference whether that was before or after the text of the mail began to
leave: before, it can be sent again; after, nobody knows (RFC 5321, 4.5.3.2.6).
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as SmtpBackend


class _Plain(smtplib.SMTP):
    def __init__(self, *arguments: Any, at_data: Callable[[], None], **named: Any) -> None:
        self._at_data = at_data
        super().__init__(*arguments, **named)

    def data(self, msg: Any) -> Any:
        self._at_data()
        return super().data(msg)


class _Encrypted(smtplib.SMTP_SSL):
    def __init__(self, *arguments: Any, at_data: Callable[[], None], **named: Any) -> None:
        self._at_data = at_data
        super().__init__(*arguments, **named)

    def data(self, msg: Any) -> Any:
        self._at_data()
        return super().data(msg)


class EmailBackend(SmtpBackend):
    """``is_handed_over``: the text of a message began to leave since it was last set to False."""

    is_handed_over = False

    @property
    def connection_class(self) -> Any:
        return partial(_Encrypted if self.use_ssl else _Plain, at_data=self._begin)

    def _begin(self) -> None:
        self.is_handed_over = True
