"""Sending a message of a record: what will be sent is shown first, and what was shown is what is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.kernel import ids
from subledger.kernel.days import asked_day
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import ConfirmationNeeded, DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.messages.errors import MessageDiffers
from subledger.messages.kinds import NOTHING, Letter, MessageKind, Period, Recipient, fitting, kind_named, kinds_about
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.queries import day_of, last_written, suppressed, template_for, templates_of
from subledger.messages.rules.drafts import shown_html
from subledger.messages.services.composition import Draft, attachments_for, checked_address, language_of, link_words
from subledger.messages.services.distribution import Distribution, distribute, distributed
from subledger.messages.services.outbox import Wish
from subledger.messages.services.rows import WHY
from subledger.messages.states import SuppressionReason
from subledger.page_kit.access import actor
from subledger.page_kit.faces import Subject, merged
from subledger.page_kit.fields import DayField, OfferingInput
from subledger.page_kit.formats import formats
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.refusals import Refused, words_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.callers import demand
from subledger.platform.public_address import public_url


class ConfirmedForm(forms.Form):
    """What is asked to be confirmed before a message goes; a box shows once its question was put."""

    confirm_held = forms.BooleanField(
        label=say("Send it although it is held"), required=False, widget=forms.HiddenInput
    )
    confirm_again = forms.BooleanField(label=say("Send it again"), required=False, widget=forms.HiddenInput)

    def ask(self, asked: Collection[str]) -> None:
        """Show the boxes of what was asked, or is confirmed by what was sent."""
        for name in ConfirmedForm.base_fields:
            if name in asked or (self.is_bound and self.data.get(name)):
                self.fields[name].widget = forms.CheckboxInput()

    def confirmed(self) -> dict[str, bool]:
        return {name: bool(self.cleaned_data.get(name)) for name in ConfirmedForm.base_fields}


class MessageForm(ConfirmedForm):
    field_order = (
        "template", "own_language", "recipients", "recipient", "start", "end", "document", "attachments",
    )  # fmt: skip
    template: Any = forms.ModelChoiceField(label=say("Template"), queryset=None, empty_label=None)
    own_language = forms.BooleanField(label=say("Write to each in their own language"), required=False)
    recipients = forms.MultipleChoiceField(label=say("To"), required=False, widget=forms.CheckboxSelectMultiple)
    recipient = forms.CharField(label=say("To"), max_length=320)
    start = DayField(label=say("Statement from"), help_text=say("A year before its last day, if left empty."))
    end = DayField(label=say("Statement to"), help_text=say("Today, if left empty."))
    document = forms.ChoiceField(label=say("Document"), required=False)
    attachments: Any = forms.ModelMultipleChoiceField(
        label=say("Files to go along"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        data: Any,
        *,
        templates: Any,
        recipients: Sequence[tuple[Recipient, str]],
        files: Any,
        documents: Mapping[str, str],
        asked: Collection[str],
        **options: Any,
    ) -> None:
        """``recipients`` are all who are known, each with what is to be known of writing to them; ``documents`` what
        may go along, by name, where anything may."""
        super().__init__(data, **options)
        self.fields["attachments"].queryset = files  # type: ignore[attr-defined]
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        if documents:
            none = {"": say("As the template says"), NOTHING: say("Nothing")}
            self.fields["document"].choices = [*none.items(), *documents.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["document"]
        self.ask(asked)
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
        typed.label, typed.required = say("And to another address"), False

    def clean_recipient(self) -> str:
        typed: str = self.cleaned_data["recipient"]
        if not typed:
            return ""
        try:
            return checked_address(typed)
        except DomainError as refusal:
            raise Refused(refusal) from None

    def addresses(self) -> list[str]:
        """Everybody it goes to."""
        return [one for one in (*self.cleaned_data.get("recipients", ()), self.cleaned_data["recipient"]) if one]

    def clean(self) -> dict[str, Any]:
        if "recipients" in self.fields and not self.errors and not self.addresses():
            self.add_error("recipients", say("Nobody is chosen. Tick who gets it, or enter an address."))
        return self.cleaned_data


def _asked_day(request: HttpRequest, name: str) -> date | None:
    """A day that the address asks for. DayInvalid."""
    text = request.GET.get(name, "")
    return asked_day(text, param=f"/{name}") if text else None


def _day(message: Message) -> str:
    return formats().write_day(day_of(message.created_at))


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody whom a message may go to, what is to be known of that, and whether they are ticked at first."""

    recipient: Recipient
    note: str
    is_ticked: bool


def offered(letter: Letter, kind: str, period: Period | None = None) -> list[Offered]:
    """All who are known. Ticked is who gets such messages, and did not get this one yet where others did not either."""
    known = letter.recipients
    written = last_written(letter.object_id, kind, period)
    stopped = suppressed([one.address for one in known])
    get_it = [one for one in known if one.gets_it and identity_of(one.address) not in stopped]
    new = [one for one in get_it if identity_of(one.address) not in written]

    def note(one: Recipient) -> str:
        identity = identity_of(one.address)
        if identity in stopped:
            return say("gets no mail, because {why}", why=WHY[SuppressionReason(stopped[identity].reason)])
        return say("got it on {day}", day=_day(written[identity])) if identity in written else ""

    return [Offered(one, note(one), one in (new or get_it)) for one in known]


def _tells_of(kind: MessageKind, object_id: int) -> bool:
    """Whether a record can be told of by a kind now, by whoever asks: nobody is asked for what is paid."""
    assert kind.read is not None
    try:
        demand(*([kind.permission] if kind.permission else []))
        kind.read(object_id)
    except DomainError:
        return False
    return True


class MessageNewPage(FormPage):
    permission = "messages.send"
    template_name = "messages/new.html"
    submit_label = say("Send")
    found: Distribution | None = None  # what will be sent

    def prepare(self, of: str, record: str) -> None:
        self.asked: set[str] = set()
        self.kinds = of_record = kinds_about(of)
        try:
            self.object_id = ids.decode(record.rpartition("_")[0], record)
        except ValueError:
            raise NotFound("record", record) from None
        if not self.kinds:
            raise NotFound("page", of)
        self.kinds = [kind for kind in of_record if _tells_of(kind, self.object_id)] or of_record
        self.wish = Wish(of=of, object_id=self.object_id, site=public_url(self.request, "/"))
        wanted = self.request.GET.get("kind", "")
        kind = next((kind for kind in of_record if kind.name == wanted), self.kinds[0])
        assert kind.read is not None
        self.kind = kind.name
        self.letter = kind.read(self.object_id)
        self.title = say("Send {name}", name=self.letter.name)
        if kind.period is not None:
            start, end = (_asked_day(self.request, name) for name in ("from", "to"))
            self.wish = replace(self.wish, start=start, end=end)
            self.letter = replace(self.letter, period=kind.period(self.letter, start, end))
        self.recipients = offered(self.letter, self.kind, self.letter.period)

    def form(self, data: Any = None, files: Any = None) -> MessageForm:
        form = MessageForm(
            data,
            templates=templates_of(self.kinds),
            recipients=[(one.recipient, one.note) for one in self.recipients],
            files=attachments_for(self.letter),
            documents=self._documents(),
            asked=self.asked,
            initial=self.initial(),
        )
        if not any(kind.period for kind in self.kinds):
            del form.fields["start"], form.fields["end"]
        if not attachments_for(self.letter).exists():
            del form.fields["attachments"]
        return form

    def _documents(self) -> dict[str, str]:
        """What of the record may go along, whichever of its kinds is sent."""
        possible = [one for kind in self.kinds for one in kind.attachments]
        return {one.name: one.title for one in possible if one.fits is None or one.fits(self.letter)}

    def initial(self) -> dict[str, Any]:
        common = {
            "recipient": "" if len(self.recipients) > 1 else self.letter.address,
            "own_language": True,
            "document": self.request.GET.get("document", ""),
        }
        if self.letter.period is not None:
            common |= self.letter.period._asdict()
        if self.found is None:
            letter = replace(self.letter, site=self.wish.site)
            usual = template_for(fitting(kind_named(self.kind), letter), language_of("", letter))
            return common | ({"template": usual.pk} if usual else {})
        template = self.found.drafts[0].template
        ticked = [draft.written.recipient for draft in self.found.drafts]
        return common | {"template": template.pk, "recipients": ticked}

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            self._look(
                replace(self.wish, kind=self.kind, document=self.request.GET.get("document", "")),
                [one.recipient.address for one in self.recipients if one.is_ticked],
            )
        except DomainError as error:
            return self.rendered(self.form(), error=error)
        return self.rendered(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if "HX-Request" in request.headers:
            return self._as_it_would_read(form)
        if form.is_valid():
            try:
                self._look(self._wish(form), form.addresses())
            except DomainError as error:
                return self.rendered(form, error.status, error=error)
            if self._reviewed() != request.POST.get("reviewed", ""):
                said = MessageDiffers() if request.POST.get("reviewed", "")[:8] == self._entered() else None
                return self.rendered(form, said.status if said else 200, error=said, is_new=said is None)
        return super().post(request, **named)

    def _as_it_would_read(self, form: MessageForm) -> HttpResponseBase:
        """What would be sent, while the form is being filled in, or why that cannot be said yet."""
        why = "" if form.is_valid() else say("What will be sent appears here once the form is filled in.")
        if not why:
            try:
                self._look(self._wish(form), form.addresses())
            except DomainError as error:
                why = words_of(error)
        return self.rendered(form, unseen=why)

    def act(self, form: MessageForm) -> str:  # type: ignore[override]
        assert self.found is not None
        try:
            made = distribute(
                wish=self._wish(form),
                recipients=form.addresses(),
                expected_digest=self.found.digest,
                **form.confirmed(),
                actor=actor(self.request),
            )
        except ConfirmationNeeded as question:
            self.asked.add(question.confirmation)
            raise
        messages.success(self.request, made.in_words())
        return self._back() or page_url("message", made.messages[0].pk)

    def _wish(self, form: Form) -> Wish:
        typed = form.cleaned_data
        template: MessageTemplate = typed["template"]
        chosen = {"kind": template.kind} if typed.get("own_language") else {"template_id": template.pk}
        has_days = kind_named(template.kind).period is not None
        return replace(
            self.wish,
            **chosen,
            start=typed.get("start") if has_days else None,
            end=typed.get("end") if has_days else None,
            document=typed.get("document", ""),
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

    def _way(self, back: str) -> list[Crumb]:
        subject: Subject | None = merged("subjects").get(self.letter.object_type)
        return subject.crumbs(subject.read(self.object_id)) if subject else [Crumb(self.letter.name, back)]

    def extra(self) -> dict[str, Any]:
        back = self._back()
        found: dict[str, Any] = {
            "crumbs": [*self._way(back), Crumb(say("Send"))],
            "cancel_url": back,
            "reviewed": self._reviewed(),
        }
        if self.found is not None:
            found |= {
                "shown": [_as_it_reads(draft) for draft in self.found.drafts],
                "left_out": [
                    say("{recipient} gets no mail, because {why}.", recipient=one.recipient, why=one.why)
                    for one in self.found.left_out
                ],
                "said_first": self.found.warnings,
            }
        return found


def _as_it_reads(draft: Draft) -> dict[str, Any]:
    written = draft.written
    return {
        "subject": written.subject,
        "language": written.language,
        "recipient": written.recipient,
        "files": written.files,
        "frame": shown_html(
            written.body, link_words(written.language), subject=written.subject, language=written.language
        ),
    }
