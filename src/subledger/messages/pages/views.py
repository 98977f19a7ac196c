"""Sent mail: every message, one as it was sent, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString

from subledger.companies.queries import names_of
from subledger.kernel.errors import ConfirmationNeeded, DomainError, NotFound
from subledger.kernel.sentences import said, say
from subledger.kernel.words import counted
from subledger.messages.kinds import kind_named, kinds
from subledger.messages.models import Message, MessageAttachment
from subledger.messages.queries import NOBODY_GOT_IT, attachments_of, mail_outage, message_by_id, unsent, waiting
from subledger.messages.rules.drafts import shown_html
from subledger.messages.services.composition import again, link_words
from subledger.messages.services.delivery import LEFT_AFTER
from subledger.messages.services.next_tries import try_all_now, try_now
from subledger.messages.services.outbox import SEND, resend, why_not_again
from subledger.messages.services.suppressions import mark_bounced
from subledger.messages.states import MESSAGE, MessageState
from subledger.page_kit.access import actor
from subledger.page_kit.columns import Column, CountColumn, MomentColumn, NameColumn
from subledger.page_kit.contact_links import MailColumn
from subledger.page_kit.criteria import Choice, Flag, Search
from subledger.page_kit.faces import merged
from subledger.page_kit.navigation import Action, Crumb, linked, may
from subledger.page_kit.rendering import PageView
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform import clock
from subledger.platform.public_address import public_url

from .communication import ConfirmedForm
from .mail_server import NO_SERVER
from .waits import STATES, StandingColumn, standing_of

SENT_MAIL = say("Sent mail")
TRY_NOW = say("Try now")
# Read as it is: nothing of it may leave the browser's cache as something to run.
UNHEARD = "unheard"  # in addresses
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def message_url(row: Message) -> str:
    return page_url("message", row.pk)


HISTORY = (
    NameColumn("subject", say("Subject"), strong=True, link=message_url),
    MailColumn("recipient", say("To")),
    StandingColumn(),
    MomentColumn("created_at", say("Written")),
)


@dataclass(frozen=True)
class AboutColumn(Column):
    """What a message tells of, by its number: it leads to its page."""

    def prepare(self, rows: Sequence[Any]) -> None:
        of: dict[str, set[int]] = {}
        for row in rows:
            if row.object_id is not None:
                of.setdefault(row.object_type, set()).add(row.object_id)
        urls: dict[tuple[str, int], str] = {}
        for thing, idents in of.items():
            named = merged("named").get(thing)
            if named is not None:
                urls |= {(thing, found.pk): named.url(found) for found in named.read(sorted(idents))}
        for row in rows:
            row.about_url = urls.get((row.object_type, row.object_id), "")

    def show(self, row: Any) -> SafeString | str:
        return linked(row.about, row.about_url) if row.about_url else row.about or show.NOTHING


class MessagesPage(SummaryPage):
    title = SENT_MAIL
    template_name = "messages/messages.html"
    noun = say("message")
    empty = say("Nothing was sent yet. Open an invoice and send it.")
    default_sort = "-created_at"
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("subject__icontains", "addressee__icontains", "recipient__icontains", "about__icontains"),
        ),
        Choice("state", say("State"), field="state", choices=STATES),
        Flag(UNHEARD, say("Nobody got it"), condition=NOBODY_GOT_IT),
        Choice(
            "kind", say("Kind"), field="kind", choices=lambda request: [(k.name, k.title) for k in kinds().values()]
        ),
    )
    columns = (
        NameColumn("subject", say("Subject"), strong=True, link=message_url),
        NameColumn("addressee", say("Customer")),
        MailColumn("recipient", say("To"), sort="recipient"),
        AboutColumn("about", say("About")),
        StandingColumn(),
        MomentColumn("created_at", say("Written"), sort="created_at"),
        MomentColumn("sent_at", say("Sent")),
        CountColumn("tries", say("Tries"), file_only=True),
        MomentColumn("send_at", say("Next try"), file_only=True),
    )

    @property
    def subtitle(self) -> str:  # type: ignore[override]
        if not settings.MAIL_GOES_OUT:
            return NO_SERVER
        match unsent():
            case 0:
                return ""
            case 1:
                return say("One of these is not sent yet.")
            case number:
                return say("{number} of these are not sent yet.", number=number)

    def queryset(self) -> QuerySet:
        return Message.objects.all()

    def extra(self) -> dict[str, Any]:
        actions = [Action(say("Suppressed addresses"), page_url("suppressions"), "ban", is_aside=True)]
        if may(self.request, SEND) and waiting(Message.objects.all(), clock.now()).exists():
            actions.insert(0, Action(TRY_NOW, page_url("messages_try"), "refresh", method="post"))
        return {"actions": actions, "outage": mail_outage()}


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
            "state": standing_of(row),
            "crumbs": self.crumbs(),
            "actions": self._actions(),
            "facts": self._facts(),
            "trouble": _trouble_of(row),
            "warnings": row.cautions,
            "frame": shown_html(
                row.body, link_words(row.language, is_sent=True), subject=row.subject, language=row.language
            ),
            "files": [
                (one.name, page_url("message_file", row.pk, one.position), f"{one.file.size / 1024:,.0f} KiB")
                for one in files
            ],
        }

    def _actions(self) -> list[Action]:
        row, actions = self.row, []
        if may(self.request, SEND) and waiting(Message.objects.filter(pk=row.pk), clock.now()).exists():
            actions.append(Action(TRY_NOW, page_url("message_try", row.pk), "refresh", method="post"))
        if may(self.request, SEND) and not why_not_again(row):
            actions.append(Action(say("Send again"), page_url("message_resend", row.pk), "send"))
        if MESSAGE.allows(MessageState(row.state), "bounce") and may(self.request, "messages.suppress"):
            actions.append(Action(say("It came back"), page_url("message_bounced", row.pk), "arrow-back-up"))
        return actions

    def _facts(self) -> list[tuple[str, Any]]:
        row = self.row
        who = names_of([row.created_by])[row.created_by]
        facts: list[tuple[str, Any]] = [
            (say("To"), row.recipient),
            (say("Name"), row.addressee),
            (say("About"), self._about()),
            (say("Kind"), kind_named(row.kind).title),
            (say("Template"), row.template.name if row.template else ""),
            (say("Written"), format_html(said(say("{} by {}")), show.moment(row.created_at), who)),
            (say("Sent"), show.moment(row.sent_at) if row.sent_at else ""),
            (say("Tried"), say("{tries} times", tries=row.tries) if row.tries > 1 else ""),
            (say("Tried again"), show.moment(row.send_at) if row.send_at and row.was_not_taken else ""),
            (
                say("Sends again"),
                linked(say("an earlier message"), page_url("message", row.resends_id)) if row.resends_id else "",
            ),
        ]
        again = Message.objects.filter(resends=row).first()
        if again is not None:
            facts.append((say("Sent again as"), linked(again.subject, message_url(again))))
        return [(label, value) for label, value in facts if value]

    def _about(self) -> Any:
        named = merged("named").get(self.row.object_type)
        found = next(iter(named.read([self.row.object_id])), None) if named and self.row.object_id else None
        return linked(self.row.about, named.url(found)) if named and found is not None else self.row.about


def _trouble_of(row: Message) -> str:
    """Why it was not sent; or what is known of one that is being handed over, which ends at once or is cut off."""
    if row.state == MessageState.SENDING:
        return say(
            "It has been with the mail server since {since}. Should that be cut off, it ends by {until} as not sent, "
            "and whether it arrived is to be asked of the recipient.",
            since=row.touched_at,
            until=row.touched_at + LEFT_AFTER,
        )
    return row.why if row.state != MessageState.SENT else ""


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


class ResendForm(ConfirmedForm):
    field_order = ("recipient",)
    recipient = forms.CharField(label=say("To"), max_length=320)


class MessageResendPage(OnMessage, FormPage):
    permission = SEND
    title = submit_label = say("Send again")
    template_name = "messages/resend.html"

    def prepare(self, *args: Any, **named: Any) -> None:
        super().prepare(*args, **named)
        self.asked: set[str] = set()

    def form(self, data: Any = None, files: Any = None) -> ResendForm:
        form = ResendForm(data, initial=self.initial())
        form.ask(self.asked)
        return form

    def initial(self) -> dict[str, Any]:
        return {"recipient": self.row.recipient}

    def act(self, form: ResendForm) -> str:  # type: ignore[override]
        try:
            made = resend(
                message_id=self.row.pk,
                recipient=form.cleaned_data["recipient"],
                site=public_url(self.request, "/"),
                expected_text=self.request.POST.get("reviewed", ""),
                **form.confirmed(),
                actor=actor(self.request),
            )
        except ConfirmationNeeded as question:
            self.asked.add(question.confirmation)
            raise
        messages.success(self.request, say("The message is on its way to {recipient}.", recipient=made.recipient))
        return message_url(made)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": self.crumbs(),
            "cancel_url": message_url(self.row),
            "question": say("Send “{subject}” again?", subject=self.row.subject),
            **self._what_goes(),
        }

    def _what_goes(self) -> dict[str, Any]:
        """What it will say: the same, or what is true of its record by now, which is shown first."""
        stays = say("This message stays as it is.")
        draft = None
        if not why_not_again(self.row):
            try:
                draft = again(
                    kind=kind_named(self.row.kind), old=self.row, recipient="", site=public_url(self.request, "/")
                )
            except DomainError:
                draft = None  # sending it says why
        shown = {"reviewed": draft.written.text_digest if draft else ""}
        if draft is None or not draft.is_anew:
            return {**shown, "consequences": [say("It says what it said. Links in it are made anew."), stays]}
        written = draft.written
        return {
            **shown,
            "consequences": [
                say(
                    "What it said is true no more, so it is written anew, as it stands below. Its files are made anew."
                ),
                stays,
            ],
            "facts": [(say("Subject"), written.subject)],
            "frame": shown_html(
                written.body, link_words(written.language), subject=written.subject, language=written.language
            ),
        }


class MessageTryPage(PageView):
    """Pressed, and done: nothing changes but the hour of the next try."""

    permission = SEND

    def post(self, request: HttpRequest, message_id: int) -> HttpResponseBase:
        row = try_now(message_id=message_id)
        messages.success(request, say("The message is tried now. Look in a moment what came of it."))
        return HttpResponseRedirect(message_url(row))


class MessagesTryPage(PageView):
    permission = SEND

    def post(self, request: HttpRequest) -> HttpResponseBase:
        tried = try_all_now()
        words = say("{messages} are tried now. Look in a moment what came of it.", messages=counted(tried, "message"))
        messages.success(request, words if tried else say("No message waits to be tried again."))
        return HttpResponseRedirect(page_url("messages"))


class MessageBouncedPage(OnMessage, FormPage):
    permission = "messages.suppress"
    title = submit_label = say("It came back")
    template_name = "page_kit/confirm.html"

    def act(self, form: Form) -> str:
        row = mark_bounced(message_id=self.row.pk, actor=actor(self.request))
        messages.success(
            self.request, say("{recipient} gets no more mail until you lift that.", recipient=row.recipient)
        )
        return message_url(row)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": self.crumbs(),
            "cancel_url": message_url(self.row),
            "question": say("Did the message to {recipient} come back?", recipient=self.row.recipient),
            "consequences": [say("The address gets no more mail, until somebody lifts that.")],
        }
