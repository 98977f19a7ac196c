"""Forms of promises and disputes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField

from subledger.kernel.sentences import say
from subledger.page_kit.fields import AmountField, DayField, TextField
from subledger.page_kit.parsing import minor_of
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.promises.rules.instalments import MOST_GRACE_DAYS, MOST_INSTALMENTS, Instalment
from subledger.promises.states import DisputeOutcome

BEGINS_WITH = 3  # lines of instalments that a form shows; the others come when they are asked for


class PromiseForm(forms.Form):
    """Days and amounts, a line each; a line left empty is none. The last amount may be left out: it is what is left."""

    note = TextField(
        label=say("Note"),
        max_length=1000,
        help_text=say("Who promised it, and how."),
        widget=forms.Textarea({"rows": 2}),
    )
    grace_days = forms.IntegerField(
        label=say("Days of grace"),
        min_value=0,
        max_value=MOST_GRACE_DAYS,
        help_text=say("Unpaid so many days after an agreed day, the promise is broken."),
    )
    waives_interest = forms.BooleanField(label=say("Waive interest while it is open"), required=False)

    def __init__(self, *args: Any, lines: int = BEGINS_WITH, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency, self.lines = currency, min(max(lines, 1), MOST_INSTALMENTS)
        fields: dict[str, forms.Field] = {}
        for at in range(self.lines):
            number = at + 1
            fields[f"instalments_{at}_agreed_on"] = DayField(label=say("Day {number}", number=number), required=at == 0)
            fields[f"instalments_{at}_amount"] = AmountField(
                label=say("Amount {number}", number=number),
                help_text=say("Left empty: all that is left.") if at == 0 else "",
            )
        self.fields = {**fields, **self.fields}

    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        """The two fields of each line."""
        return [(self[f"instalments_{at}_agreed_on"], self[f"instalments_{at}_amount"]) for at in range(self.lines)]

    def others(self) -> list[BoundField]:
        return [self[name] for name in ("grace_days", "waives_interest", "note")]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        for at in range(1, self.lines):
            if given.get(f"instalments_{at}_amount") and not given.get(f"instalments_{at}_agreed_on"):
                self.add_error(f"instalments_{at}_agreed_on", say("Choose the day of this amount, or clear it."))
        return given

    def filled(self) -> list[int]:
        """The lines that say something, by their places."""
        return [at for at in range(self.lines) if self.cleaned_data.get(f"instalments_{at}_agreed_on")]

    def instalments(self) -> list[Instalment]:
        """What was typed. AmountInvalid."""
        found = []
        for at in self.filled():
            text = self.cleaned_data[f"instalments_{at}_amount"]
            minor = minor_of(text, self.currency, param=f"/instalments/{at}/amount") if text else None
            found.append(Instalment(self.cleaned_data[f"instalments_{at}_agreed_on"], minor))
        return found


class WithdrawForm(forms.Form):
    note = TextField(label=say("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class DisputeForm(forms.Form):
    reason = TextField(
        label=say("What the customer objects to"), required=True, max_length=1000, widget=forms.Textarea({"rows": 2})
    )
    amount = AmountField(label=say("Disputed amount"), help_text=say("Left empty: the whole invoice."))
    follow_up_on = DayField(label=say("Follow up on"), help_text=say("When somebody looks at it again."))
    note = TextField(label=say("Note"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class FollowUpForm(forms.Form):
    follow_up_on = DayField(label=say("Follow up on"), help_text=say("When somebody looks at it again."))
    note = TextField(label=say("Note"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class CloseDisputeForm(forms.Form):
    outcome = forms.ChoiceField(label=say("Outcome"))
    resolution = TextField(label=say("What was agreed"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = [(each.value, show.word(each)) for each in DisputeOutcome]
