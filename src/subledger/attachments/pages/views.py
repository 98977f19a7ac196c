"""Attaching a file, handing it out, removing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.attachments.attachable import attachable_named
from subledger.attachments.queries import attachment_by_id
from subledger.attachments.responses import file_response
from subledger.attachments.rules import ENDINGS
from subledger.attachments.services import LONGEST_NOTE, attach, remove_attachment
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.faces import merged
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.rendering import PageView
from subledger.page_kit.views import FormPage


class AttachmentForm(forms.Form):
    file = forms.FileField(label=say("File"), widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}))
    note = forms.CharField(
        label=say("Note"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=say("What it is, for whoever finds it here."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        most = settings.ATTACHMENT_LIMIT_BYTES // 1024 // 1024
        self.fields["file"].help_text = say(
            "PDF, image, office document without macros, text, CSV or e-mail, at most {most} MiB.", most=most
        )


class _OnRecord(FormPage):
    """About the record that a file is, or will be, attached to."""

    row: Any
    of: str

    def found(self, of: str, ident: int) -> None:
        self.of, self.row = of, attachable_named(of).read(ident)

    def back(self) -> str:
        return str(merged("named")[self.of].url(self.row))

    def extra(self) -> dict[str, Any]:
        named = merged("named")[self.of]
        return {"crumbs": [Crumb(named.name(self.row), self.back()), Crumb(self.title)], "cancel_url": self.back()}


class AttachmentNewPage(_OnRecord):
    permission = "attachments.add"
    takes_files = True
    title = say("Attach a file")
    submit_label = say("Attach")
    form_class = AttachmentForm

    @staticmethod
    def file_limit() -> int:
        return int(settings.ATTACHMENT_LIMIT_BYTES)

    def prepare(self, of: str, record: str) -> None:
        try:
            ident = ids.decode(attachable_named(of).prefix, record)
        except ValueError:
            raise NotFound("record", record) from None
        self.found(of, ident)

    def act(self, form: Form) -> str:
        given = form.cleaned_data
        attach(
            of=self.of,
            object_id=self.row.pk,
            name=given["file"].name,
            content=given["file"].read(),
            note=given["note"],
            actor=actor(self.request),
        )
        return self.back()


class AttachmentFilePage(PageView):
    permission = "view"

    def get(self, request: HttpRequest, attachment_id: int) -> HttpResponseBase:
        return file_response(attachment_by_id(attachment_id))


class AttachmentRemovePage(_OnRecord):
    permission = "attachments.remove"
    title = submit_label = say("Remove the file")
    template_name = "page_kit/confirm.html"

    def prepare(self, attachment_id: int) -> None:
        self.file = attachment_by_id(attachment_id)
        self.found(self.file.object_type, self.file.object_id)

    def act(self, form: Form) -> str:
        remove_attachment(attachment_id=self.file.pk, actor=actor(self.request))
        return self.back()

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "danger": True,
            "question": say("Remove {name}?", name=self.file.name),
            "consequences": [
                say("Its content is erased. This cannot be undone."),
                say("Its name, and who attached and removed it, stay on the timeline."),
                say("Messages that it went out with keep their own copy."),
            ],
        }
