"""The form of a note, whatever it is about."""

from __future__ import annotations

from typing import ClassVar

from django.forms import Form

from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.fields import TextField
from subledger.page_kit.views import FormPage
from subledger.platform.events import add_note


class NoteForm(Form):
    note = TextField(label=say("Note"), required=True)


class NotePage(FormPage):
    """Subclasses say what kind of thing it is about, and `noted`: which one, and the address of its page."""

    permission = "notes.add"
    title = say("Add a note")
    form_class = NoteForm
    submit_label = say("Add note")
    about: ClassVar[str]

    def noted(self) -> tuple[int, str]:
        raise NotImplementedError

    def act(self, form: Form) -> str:
        ident, url = self.noted()
        text = form.cleaned_data["note"]
        add_note(object_type=self.about, object_id=ident, text=text, actor=actor(self.request))
        return url
