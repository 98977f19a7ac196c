"""Sending a message of a record: what will be sent is shown first, and what was shown is what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel import ids
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import ConfirmationNeeded, DomainError, NotFound
from subledger.messages.errors import MessageDiffers
from subledger.messages.kinds import NOTHING, Letter, Recipient, kinds_about
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.queries import day_of, last_written, suppressed, templates_of
from subledger.messages.rules.drafts import shown_html
from subledger.messages.services.composition import LINK_WORDS, Draft, attachments_for, checked_address
from subledger.messages.services.distribution import Distribution, distribute, distributed
from subledger.messages.services.outbox import WHY, Wish
from subledger.messages.states import SuppressionReason
from subledger.page_kit.access import actor
from subledger.page_kit.faces import merged
from subledger.page_kit.fields import OfferingInput
from subledger.page_kit.formats import formats
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.refusals import words_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.public_address import public_url


class MessageForm(forms.Form):
    template: Any = forms.ModelChoiceField(label="Template", queryset=None, empty_label=None)
    own_language = forms.BooleanField(label="Write to each in their own language", required=False)
    recipients = forms.MultipleChoiceField(label="To", required=False, widget=forms.CheckboxSelectMultiple)
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
        recipients: Sequence[tuple[Recipient, str]],
        files: Any,
        asks_again: bool,
        **options: Any,
    ) -> None:
        """``recipients`` are all who are known, each with what is to be known of writing to them."""
        super().__init__(data, **options)
        self.fields["attachments"].queryset = files  # type: ignore[attr-defined]
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        if asks_again or (data and data.get("confirm_again")):
            self.fields["confirm_again"].widget = forms.CheckboxInput()
        if len(recipients) > 1:
            self._offer(recipients)
        else:
            self.fields["recipient"].widget = OfferingInput([(one.address, one.name) for one, _ in recipients])
            del self.fields["recipients"]
        if len({one.language for one, _ in recipients}) < 2:
            del self.fields["own_language"]

    def _offer(self, recipients: Sequence[tuple[Recipient, str]]) -> None:
        """Boxes to tick, and a line for somebody else."""
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (one.address, " · ".join(filter(None, (one.name, one.address, note)))) for one, note in recipients
        ]
        typed = self.fields["recipient"]
        typed.label, typed.required = "And to another address", False

    def clean_recipient(self) -> str:
        typed: str = self.cleaned_data["recipient"]
        if not typed:
            return ""
        try:
            return checked_address(typed)
        except DomainError as refusal:
            raise forms.ValidationError(words_of(refusal)) from None

    def addresses(self) -> list[str]:
        """Everybody it goes to."""
        return [one for one in (*self.cleaned_data.get("recipients", ()), self.cleaned_data["recipient"]) if one]

    def clean(self) -> dict[str, Any]:
        if "recipients" in self.fields and not self.errors and not self.addresses():
            self.add_error("recipients", "Nobody is chosen. Tick who gets it, or enter an address.")
        return self.cleaned_data


def _day(message: Message) -> str:
    return formats().write_day(day_of(message.created_at))


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody whom a message may go to, what is to be known of that, and whether they are ticked at first."""

    recipient: Recipient
    note: str
    is_ticked: bool


def offered(letter: Letter, kind: str) -> list[Offered]:
    """All who are known. Ticked is who gets such messages, and did not get this one yet where others did not either."""
    known = letter.recipients
    written = last_written(letter.object_id, kind)
    stopped = suppressed([one.address for one in known])
    get_it = [one for one in known if one.gets_it and identity_of(one.address) not in stopped]
    new = [one for one in get_it if identity_of(one.address) not in written]

    def note(one: Recipient) -> str:
        identity = identity_of(one.address)
        if identity in stopped:
            return f"gets no mail, because {WHY[SuppressionReason(stopped[identity].reason)]}"
        return f"got it on {_day(written[identity])}" if identity in written else ""

    return [Offered(one, note(one), one in (new or get_it)) for one in known]


class MessageNewPage(FormPage):
    permission = "messages.send"
    template_name = "messages/new.html"
    submit_label = "Send"
    asks_again = False
    found: Distribution | None = None  # what will be sent

    def prepare(self, of: str, record: str) -> None:
        self.kinds = kinds_about(of)
        try:
            self.object_id = ids.decode(record.rpartition("_")[0], record)
        except ValueError:
            raise NotFound("record", record) from None
        if not self.kinds:
            raise NotFound("page", of)
        self.wish = Wish(of=of, object_id=self.object_id, site=public_url(self.request, "/"))
        wanted = self.request.GET.get("kind", "")
        kind = next((kind for kind in self.kinds if kind.name == wanted), self.kinds[0])
        assert kind.read is not None
        self.kind = kind.name
        self.letter = kind.read(self.object_id)
        self.title = f"Send {self.letter.name}"
        self.recipients = offered(self.letter, self.kind)

    def form(self, data: Any = None, files: Any = None) -> MessageForm:
        form = MessageForm(
            data,
            templates=templates_of(self.kinds),
            recipients=[(one.recipient, one.note) for one in self.recipients],
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
        common = {
            "recipient": "" if len(self.recipients) > 1 else self.letter.address,
            "own_language": True,
            "attach": True,
        }
        if self.found is None:
            return common
        template = self.found.drafts[0].template
        ticked = [draft.written.recipient for draft in self.found.drafts]
        return common | {"template": template.pk, "recipients": ticked, "attach": template.attachment != NOTHING}

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            self._look(
                replace(self.wish, kind=self.kind), [one.recipient.address for one in self.recipients if one.is_ticked]
            )
        except DomainError as error:
            return self.rendered(self.form(), error=error)
        return self.rendered(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self._look(self._wish(form), form.addresses())
            except DomainError as error:
                return self.rendered(form, error.status, error=error)
            if self._reviewed() != request.POST.get("reviewed", ""):
                said = MessageDiffers() if request.POST.get("reviewed", "")[:8] == self._entered() else None
                return self.rendered(form, said.status if said else 200, error=said, is_new=said is None)
        return super().post(request, **named)

    def act(self, form: MessageForm) -> str:  # type: ignore[override]
        assert self.found is not None
        try:
            made = distribute(
                wish=self._wish(form),
                recipients=form.addresses(),
                expected_digest=self.found.digest,
                confirm_again=bool(form.cleaned_data.get("confirm_again")),
                actor=actor(self.request),
            )
        except ConfirmationNeeded:
            self.asks_again = True
            raise
        messages.success(self.request, made.in_words())
        return self._back() or page_url("message", made.messages[0].pk)

    def _wish(self, form: Form) -> Wish:
        typed = form.cleaned_data
        template: MessageTemplate = typed["template"]
        chosen = {"kind": template.kind} if typed.get("own_language") else {"template_id": template.pk}
        return replace(
            self.wish,
            **chosen,
            attaches=typed.get("attach", False),
            attachments=tuple(row.pk for row in typed.get("attachments", ())),
        )

    def _look(self, wish: Wish, recipients: Sequence[str]) -> None:
        self.found = distributed(wish, recipients)

    def _entered(self) -> str:
        """What of the form changes what is sent."""
        assert self.found is not None
        said = [(one.template.pk, one.written.recipient, one.written.files) for one in self.found.drafts]
        return sha256(repr(said).encode()).hexdigest()[:8]

    def _reviewed(self) -> str:
        return self._entered() + self.found.digest if self.found else ""

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
        if self.found is not None:
            found |= {
                "shown": [_as_it_reads(draft) for draft in self.found.drafts],
                "left_out": [f"{one.recipient} gets no mail, because {one.why}." for one in self.found.left_out],
            }
        return found


def _as_it_reads(draft: Draft) -> dict[str, Any]:
    written = draft.written
    return {
        "subject": written.subject,
        "recipient": written.recipient,
        "files": written.files,
        "frame": shown_html(written.body, LINK_WORDS, subject=written.subject, language=written.language),
    }
