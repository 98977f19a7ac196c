"""What a template says, before anybody gets it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.messages.kinds import NOTHING, kind_named, kinds
from subledger.messages.models import MessageTemplate
from subledger.messages.services.previews import preview, preview_of
from subledger.messages.tables import TEMPLATES, WORDING
from subledger.page_kit.kinds import CONFIGURATION, entry_url
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render, render_to_string
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, Page
from subledger.platform.public_address import public_url


def actions(request: Any, row: MessageTemplate) -> list[Action]:
    return [Action(say("Preview"), page_url("message_template_preview", row.pk), "search")]


def within(request: HttpRequest, row: MessageTemplate | None) -> list[SafeString]:
    """What the template says as it is being written."""
    return [render_to_string("messages/live.html", {"url": page_url("message_template_words")})]


class TemplateWordsPage(Page):
    """A part of the template's form: what its words come to. Nothing is kept."""

    permission = WORDING

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        said = {name: request.POST.get(name, "")[:20_000] for name in ("kind", "language", "subject", "body", "about")}
        about = said.pop("about").strip()[:60]
        if said["kind"] not in kinds() or not said["body"].strip():
            return render(request, "messages/words.html", {})
        try:
            row = MessageTemplate(attachment=NOTHING, **said)
            context: dict[str, Any] = {"found": preview_of(row, about=about, site=public_url(request, "/"))}
        except DomainError as refusal:
            context = {"why": words_of(refusal)}
        return render(request, "messages/words.html", context)


class TemplatePreviewPage(DetailPage):
    template_name = "messages/preview.html"
    problem: DomainError | None = None

    def prepare(self, template_id: int) -> None:
        found = MessageTemplate.objects.filter(pk=template_id).first()
        if found is None:
            raise NotFound(MessageTemplate, template_id)
        self.row, self.kind = found, kind_named(found.kind)
        self.title = say("Preview of {name}", name=found.name)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        self.about = request.GET.get("about", "").strip()[:60]
        try:
            self.found = preview(template_id=self.row.pk, about=self.about, site=public_url(request, "/"))
        except DomainError as error:
            self.problem, self.found = error, preview(template_id=self.row.pk)
        return self.shown(self.problem.status if self.problem else 200, error=self.problem)

    def extra(self) -> dict[str, Any]:
        edit = entry_url(TEMPLATES, self.row)
        return {
            "crumbs": [
                Crumb(CONFIGURATION, page_url("configuration")),
                Crumb(TEMPLATES.title, page_url("entries", TEMPLATES.slug)),
                Crumb(self.row.name, edit),
                Crumb(say("Preview")),
            ],
            "actions": [Action(say("Change the template"), edit, "pencil")],
            "about": self.about,
            "takes_record": self.kind.read is not None,
            "subject": self.found.subject,
            "language": self.found.language,
            "frame": self.found.html,
            "facts": [(f"#{tag.name}", tag.about) for tag in self.kind.tags],
        }
