"""Sending a message of a record: what will be sent is shown first, and what was shown is what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel import ids
from subledger.kernel.errors import ConfirmationNeeded, DomainError, NotFound
from subledger.messages.errors import MessageDiffers
from subledger.messages.kinds import NOTHING, Recipient, kinds_about
from subledger.messages.models import MessageTemplate
from subledger.messages.queries import templates_of
from subledger.messages.rules.drafts import shown_html
from subledger.messages.services.composition import LINK_WORDS, Draft, attachments_for
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.page_kit.access import actor
from subledger.page_kit.faces import merged
from subledger.page_kit.fields import OfferingInput
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.public_address import public_url


class MessageForm(forms.Form):
    template: Any = forms.ModelChoiceField(label="Template", queryset=None, empty_label=None)
    recipient = forms.CharField(label="To", max_length=320)
    attach = forms.BooleanField(label="Attach the document", required=False)
    attachments: Any = forms.ModelMultipleChoiceField(
        label="Files to go along", queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    confirm_again = forms.BooleanField(label="Send it again", required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        templates: Any,
        recipients: Sequence[Recipient],
        files: Any,
        asks_again: bool,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["attachments"].queryset = files  # type: ignore[attr-defined]
        self.fields["recipient"].widget = OfferingInput([(one.address, one.name) for one in recipients])
        if asks_again or (data and data.get("confirm_again")):
            self.fields["confirm_again"].widget = forms.CheckboxInput()
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]


class MessageNewPage(FormPage):
    permission = "messages.send"
    template_name = "messages/new.html"
    submit_label = "Send"
    asks_again = False
    draft: Draft | None = None

    def prepare(self, of: str, record: str) -> None:
        self.kinds = kinds_about(of)
        try:
            self.object_id = ids.decode(record.rpartition("_")[0], record)
        except ValueError:
            raise NotFound("record", record) from None
        if not self.kinds:
            raise NotFound("page", of)
        self.wish = Wish(of=of, object_id=self.object_id, site=public_url(self.request, "/"))
        read = self.kinds[0].read
        assert read is not None
        self.letter = read(self.object_id)
        self.title = f"Send {self.letter.name}"

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = MessageForm(
            data,
            templates=templates_of(self.kinds),
            recipients=self.letter.recipients,
            files=attachments_for(self.letter),
            asks_again=self.asks_again,
            initial=self.initial(),
        )
        if not any(kind.attachments for kind in self.kinds):
            del form.fields["attach"]
        if not attachments_for(self.letter).exists():
            del form.fields["attachments"]
        return form

    def initial(self) -> dict[str, Any]:
        if self.draft is None:
            return {"recipient": self.letter.address}
        template = self.draft.template
        return {
            "template": template.pk,
            "recipient": self.draft.written.recipient,
            "attach": template.attachment != NOTHING,
        }

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        wanted = request.GET.get("kind", "")
        wish = replace(self.wish, kind=wanted) if wanted in {kind.name for kind in self.kinds} else self.wish
        try:
            self._look(wish)
        except DomainError as error:
            return self.rendered(self.form(), error=error)
        return self.rendered(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            wish = self._wish(form)
            try:
                self._look(wish)
            except DomainError as error:
                return self.rendered(form, error.status, error=error)
            if self._reviewed() != request.POST.get("reviewed", ""):
                said = MessageDiffers() if request.POST.get("reviewed", "")[:8] == self._entered() else None
                return self.rendered(form, said.status if said else 200, error=said, is_new=said is None)
        return super().post(request, **named)

    def act(self, form: Form) -> str:
        assert self.draft is not None
        try:
            made = communicate(
                wish=self._wish(form),
                expected_digest=self.draft.written.digest,
                confirm_again=bool(form.cleaned_data.get("confirm_again")),
                actor=actor(self.request),
            )
        except ConfirmationNeeded:
            self.asks_again = True
            raise
        messages.success(self.request, f"The message is on its way to {made.recipient}.")
        return self._back() or page_url("message", made.pk)

    def _wish(self, form: Form) -> Wish:
        typed = form.cleaned_data
        template: MessageTemplate = typed["template"]
        return replace(
            self.wish,
            template_id=template.pk,
            recipient=typed["recipient"],
            attaches=typed.get("attach", False),
            attachments=tuple(row.pk for row in typed.get("attachments", ())),
        )

    def _look(self, wish: Wish) -> None:
        self.shown_wish, self.draft = wish, drafted(wish)

    def _entered(self) -> str:
        """What of the form changes what is sent."""
        assert self.draft is not None
        said = (self.draft.template.pk, self.draft.written.recipient, self.draft.written.files)
        return sha256(repr(said).encode()).hexdigest()[:8]

    def _reviewed(self) -> str:
        return self._entered() + self.draft.written.digest if self.draft else ""

    def _back(self) -> str:
        named = merged("named").get(self.letter.object_type)
        found = next(iter(named.read([self.object_id])), None) if named else None
        return str(named.url(found)) if named and found is not None else ""

    def extra(self) -> dict[str, Any]:
        back = self._back()
        found: dict[str, Any] = {
            "crumbs": [Crumb(self.letter.name, back), Crumb("Send")],
            "cancel_url": back,
            "reviewed": self._reviewed(),
        }
        if self.draft is not None:
            written = self.draft.written
            found |= {
                "subject": written.subject,
                "recipient": written.recipient,
                "files": written.files,
                "frame": shown_html(written.body, LINK_WORDS, subject=written.subject, language=written.language),
            }
        return found
