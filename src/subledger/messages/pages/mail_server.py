"""The mail server on pages: how it stands, on *Message settings*, and a test of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.safestring import SafeString

from subledger.kernel.sentences import say
from subledger.messages.errors import NoRecipient
from subledger.messages.models import MessageSettings
from subledger.messages.queries import mail_outage
from subledger.messages.servers import server_address
from subledger.messages.services.trials import SETTING, send_test
from subledger.messages.tables import SETTINGS
from subledger.page_kit.kinds import crumbs_to, entry_url
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

SEND_TEST = say("Send a test")
NO_SERVER = say("No mail server is set: mail is written to a folder and goes nowhere.")


def actions(request: HttpRequest, row: MessageSettings) -> list[Action]:
    return [Action(SEND_TEST, page_url("mail_test"), "send", rank=10)] if may(request, SETTING) else []


def within(request: HttpRequest, row: MessageSettings | None) -> list[SafeString]:
    """Where mail goes, and how that stands."""
    address, outage = server_address(), mail_outage()
    context = {"address": address, "outage": outage, "no_server": NO_SERVER}
    return [render_to_string("messages/mail_server.html", context)]


class MailTestPage(FormPage):
    """Asked first; what the mail server answers is said at once."""

    permission = SETTING
    title = submit_label = SEND_TEST
    template_name = "page_kit/confirm.html"

    def prepare(self) -> None:
        user: Any = self.request.user
        self.address, self.who = user.email, user.get_username()
        self.settings_url = entry_url(SETTINGS, MessageSettings.objects.get())

    def act(self, form: Form) -> str:
        if not self.address:
            raise NoRecipient(self.who)
        said = say("The mail server took a message to {address}. Look whether it came.", address=self.address)
        messages.success(self.request, said if send_test(address=self.address) else NO_SERVER)
        return self.settings_url

    def extra(self) -> dict[str, Any]:
        server = server_address()
        how = say("It goes to the mail server {address} at once.", address=server) if server else NO_SERVER
        return {
            "crumbs": crumbs_to((SETTINGS.title, self.settings_url), (self.title, "")),
            "cancel_url": self.settings_url,
            "question": say("Send a test to {address}?", address=self.address or self.who),
            "consequences": [how],
        }
