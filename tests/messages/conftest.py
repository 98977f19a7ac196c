"""Messages for tests: a customer with an address, and a mail server on loopback that keeps what it got."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.factories import Ledger

from subledger.accounts.models import Customer
from subledger.messages.models import Message
from subledger.messages.services.outbox import Wish, communicate
from subledger.messages.states import MessageState

ADDRESS = "ana@example.com"


@dataclass
class Kept:
    """What a mail server got; ``refuses`` are its answers to addresses, ``at_data`` is done when a text arrives."""

    got: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)  # answers to the next texts, before it takes one
    at_data: Any = None
    host: str = "127.0.0.1"
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.says:
            return self.says.pop(0)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if self.at_data:
            self.at_data(server)
        return "250 OK"


@pytest.fixture
def post_office(settings: Any) -> Iterator[Kept]:
    kept = Kept()
    with socket.socket() as free:
        free.bind((kept.host, 0))
        kept.port = free.getsockname()[1]
    controller = Controller(kept, hostname=kept.host, port=kept.port)
    controller.start()
    settings.EMAIL_BACKEND = "subledger.config.mail_server.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = kept.host, kept.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "books@example.org"
    yield kept
    controller.stop()


def address_of(ledger: Ledger, email: str = ADDRESS, **more: str) -> None:
    Customer.objects.filter(pk=ledger.account.customer_id).update(email=email, **more)


def wish_of(invoice: int, **more: Any) -> Wish:
    return Wish(of="invoice", object_id=invoice, **more)


def send(invoice: int, *, again: bool = False, **more: Any) -> Any:
    return communicate(wish=wish_of(invoice, **more), confirm_again=again, actor="test")


def has_gone() -> None:
    """The mail server took every message that waits."""
    waiting = Message.objects.filter(state=MessageState.QUEUED)
    idents = list(waiting.values_list("pk", flat=True))
    waiting.update(state=MessageState.SENDING)
    Message.objects.filter(pk__in=idents).update(state=MessageState.SENT, send_at=None, sealed="")
