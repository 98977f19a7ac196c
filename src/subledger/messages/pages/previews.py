"""What a template says, before anybody gets it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel.errors import DomainError, NotFound
from subledger.messages.kinds import kind_named
from subledger.messages.models import MessageTemplate
from subledger.messages.services.previews import preview
from subledger.messages.tables import TEMPLATES
from subledger.page_kit.kinds import CONFIGURATION, entry_url
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage


def actions(request: Any, row: MessageTemplate) -> list[Action]:
    return [Action("Preview", page_url("message_template_preview", row.pk), "search")]


class TemplatePreviewPage(DetailPage):
    template_name = "messages/preview.html"
    problem: DomainError | None = None

    def prepare(self, template_id: int) -> None:
        found = MessageTemplate.objects.filter(pk=template_id).first()
        if found is None:
            raise NotFound(MessageTemplate, template_id)
        self.row, self.kind = found, kind_named(found.kind)
        self.title = f"Preview of {found.name}"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        self.about = request.GET.get("about", "").strip()[:60]
        try:
            self.found = preview(template_id=self.row.pk, about=self.about)
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
                Crumb("Preview"),
            ],
            "actions": [Action("Change the template", edit, "pencil")],
            "about": self.about,
            "takes_record": self.kind.read is not None,
            "subject": self.found.subject,
            "frame": self.found.html,
            "facts": [(f"#{tag.name}", tag.about) for tag in self.kind.tags],
        }
