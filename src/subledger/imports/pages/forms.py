"""A file to import, and how it is to be read."""

from __future__ import annotations

from typing import Any

from django import forms

from subledger.file_kit.delimited import ENCODINGS
from subledger.imports.registry import choices, kinds
from subledger.kernel.sentences import say
from subledger.page_kit.fields import CurrencyField
from subledger.page_kit.file_fields import days_field, numbers_field

KINDS = [(kind.name, kind.title) for kind in kinds().values()]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=say("Kind"), choices=KINDS)
    file = forms.FileField(
        label=say("File"),
        help_text=say("CSV, XLSX or Parquet. Rows above its header are skipped."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.parquet"}),
    )
    date_format = days_field(say("Days that a workbook knows as days need none."))
    number_format = numbers_field()
    currency = CurrencyField(label=say("Currency"), required=False, help_text=say("Of rows that name none."))
    sheet = forms.CharField(
        max_length=100,
        required=False,
        label=say("Sheet"),
        help_text=say("Of a workbook in which several could be meant."),
    )
    header_line = forms.IntegerField(
        min_value=1,
        required=False,
        label=say("Line of the header"),
        help_text=say("Where it is not found by its names."),
    )
    encoding = forms.ChoiceField(
        required=False, label=say("Encoding"), choices=[("", "UTF-8"), *((one, one) for one in ENCODINGS[1:])]
    )
    skip_bad = forms.BooleanField(required=False, label=say("Import the good rows and leave out the bad ones"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, title in choices().items():
            self.fields[name] = forms.BooleanField(required=False, label=title)
