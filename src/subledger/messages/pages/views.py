"""Sent mail: every message, one as it was sent, and what can be done about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.http import content_disposition_header

from subledger.companies.queries import names_of
from subledger.kernel.errors import NotFound
from subledger.messages.kinds import kind_named, kinds
from subledger.messages.models import Message, MessageAttachment
from subledger.messages.queries import attachments_of, message_by_id
from subledger.messages.rules.drafts import shown_html
from subledger.messages.services.composition import SENT_LINK_WORDS
from subledger.messages.services.outbox import resend, why_not_again
from subledger.messages.services.suppressions import mark_bounced
from subledger.messages.states import MESSAGE, MessageState
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice, Search
from subledger.page_kit.faces import merged
from subledger.page_kit.navigation import Action, Crumb, linked, may
from subledger.page_kit.rendering import PageView
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.public_address import public_url

SENT_MAIL = "Sent mail"
# Read as it is: nothing of it may leave the browser's cache as something to run.
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def message_url(row: Message) -> str:
    return page_url("message", row.pk)


HISTORY = (
    NameColumn("subject", "Subject", strong=True, link=message_url),
    Column("recipient", "To"),
    BadgeColumn("state", "State", lead=True),
    MomentColumn("created_at", "Written"),
)


class MessagesPage(SummaryPage):
    title = SENT_MAIL
    noun = "message"
    empty = "Nothing was sent yet. Open an invoice and send it."
    default_sort = "-created_at"
    criteria = (
        Search("q", "Search", fields=("subject__icontains", "recipient__icontains", "about__icontains")),
        Choice("state", "State", field="state", choices=[(s.value, s.value) for s in MessageState]),
        Choice("kind", "Kind", field="kind", choices=lambda request: [(k.name, k.title) for k in kinds().values()]),
    )
    columns = (
        NameColumn("subject", "Subject", strong=True, link=message_url),
        Column("recipient", "To", sort="recipient"),
        Column("about", "About"),
        BadgeColumn("state", "State", lead=True),
        MomentColumn("created_at", "Written", sort="created_at"),
        MomentColumn("sent_at", "Sent"),
    )

    @property
    def subtitle(self) -> str:  # type: ignore[override]
        return "" if settings.MAIL_GOES_OUT else "No mail server is set: mail is written to a folder and goes nowhere."

    def queryset(self) -> QuerySet:
        return Message.objects.all()

    def extra(self) -> dict[str, Any]:
        return {"actions": [Action("Suppressed addresses", page_url("suppressions"), "ban")]}


class OnMessage:
    """Mixed into pages about one message."""

    row: Message
    request: Any
    title: str

    def prepare(self, message_id: int) -> None:
        self.row = message_by_id(message_id)

    def crumbs(self) -> list[Crumb]:
        here = [Crumb(self.row.subject, message_url(self.row)), Crumb(self.title)]
        return [Crumb(SENT_MAIL, page_url("messages")), *(here if self.title != self.row.subject else here[1:])]


class MessagePage(OnMessage, DetailPage):
    template_name = "messages/message.html"

    def prepare(self, message_id: int) -> None:
        super().prepare(message_id)
        self.title = self.row.subject

    def extra(self) -> dict[str, Any]:
        row, files = self.row, attachments_of(self.row)
        return {
            "state": row.state,
            "crumbs": self.crumbs(),
            "actions": self._actions(),
            "facts": self._facts(),
            "trouble": row.trouble if row.state != MessageState.SENT else "",
            "frame": shown_html(row.body, SENT_LINK_WORDS, subject=row.subject, language=row.language),
            "files": [
                (one.name, page_url("message_file", row.pk, one.position), f"{one.file.size / 1024:,.0f} KiB")
                for one in files
            ],
        }

    def _actions(self) -> list[Action]:
        row, actions = self.row, []
        if may(self.request, "messages.send") and not why_not_again(row):
            actions.append(Action("Send again", page_url("message_resend", row.pk), "send"))
        if MESSAGE.allows(MessageState(row.state), "bounce") and may(self.request, "messages.suppress"):
            actions.append(Action("It came back", page_url("message_bounced", row.pk), "arrow-back-up"))
        return actions

    def _facts(self) -> list[tuple[str, Any]]:
        row = self.row
        who = names_of([row.created_by])[row.created_by]
        facts: list[tuple[str, Any]] = [
            ("To", row.recipient),
            ("Name", row.addressee),
            ("About", self._about()),
            ("Kind", kind_named(row.kind).title),
            ("Template", row.template.name if row.template else ""),
            ("Written", format_html("{} by {}", show.moment(row.created_at), who)),
            ("Sent", show.moment(row.sent_at) if row.sent_at else ""),
            ("Tried", f"{row.tries} times" if row.tries > 1 else ""),
            ("Tried again", show.moment(row.send_at) if row.send_at and row.tries else ""),
            (
                "Sends again",
                linked("an earlier message", page_url("message", row.resends_id)) if row.resends_id else "",
            ),
        ]
        again = Message.objects.filter(resends=row).first()
        if again is not None:
            facts.append(("Sent again as", linked(again.subject, message_url(again))))
        return [(label, value) for label, value in facts if value]

    def _about(self) -> Any:
        named = merged("named").get(self.row.object_type)
        found = next(iter(named.read([self.row.object_id])), None) if named and self.row.object_id else None
        return linked(self.row.about, named.url(found)) if named and found is not None else self.row.about


class MessageFilePage(PageView):
    """A file as it went out: to be saved, never opened in place."""

    permission = "view"

    def get(self, request: HttpRequest, message_id: int, position: int) -> HttpResponseBase:
        row = message_by_id(message_id)
        found = MessageAttachment.objects.select_related("file").filter(message=row, position=position).first()
        if found is None:
            raise NotFound("file", str(position))
        response = HttpResponse(bytes(found.file.content), content_type=found.media_type)
        response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
        response["Content-Security-Policy"] = INERT
        return response


class ResendForm(forms.Form):
    recipient = forms.CharField(label="To", max_length=320)


class MessageResendPage(OnMessage, FormPage):
    permission = "messages.send"
    title = submit_label = "Send again"
    template_name = "page_kit/confirm.html"
    form_class = ResendForm

    def initial(self) -> dict[str, Any]:
        return {"recipient": self.row.recipient}

    def act(self, form: Form) -> str:
        made = resend(
            message_id=self.row.pk,
            recipient=form.cleaned_data["recipient"],
            site=public_url(self.request, "/"),
            actor=actor(self.request),
        )
        messages.success(self.request, f"The message is on its way to {made.recipient}.")
        return message_url(made)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": self.crumbs(),
            "cancel_url": message_url(self.row),
            "question": f"Send “{self.row.subject}” again?",
            "consequences": ["It says what it said. Links in it are made anew.", "This message stays as it is."],
        }


class MessageBouncedPage(OnMessage, FormPage):
    permission = "messages.suppress"
    title = submit_label = "It came back"
    template_name = "page_kit/confirm.html"

    def act(self, form: Form) -> str:
        row = mark_bounced(message_id=self.row.pk, actor=actor(self.request))
        messages.success(self.request, f"{row.recipient} gets no more mail until you lift that.")
        return message_url(row)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": self.crumbs(),
            "cancel_url": message_url(self.row),
            "question": f"Did the message to {self.row.recipient} come back?",
            "consequences": ["The address gets no more mail, until somebody lifts that."],
        }
