"""A file to import, and how it is to be read."""

from __future__ import annotations

from django import forms

from subledger.file_kit.delimited import ENCODINGS
from subledger.imports.registry import kinds
from subledger.page_kit.file_fields import days_field, numbers_field

KINDS = [(kind.name, kind.title) for kind in kinds().values()]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(choices=KINDS)
    file = forms.FileField(
        label="File",
        help_text="CSV, XLSX or Parquet. Rows above its header are skipped.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.parquet"}),
    )
    date_format = days_field("Days that a workbook knows as days need none.")
    number_format = numbers_field()
    currency = forms.CharField(max_length=3, required=False, help_text="Of rows that name none.")
    sheet = forms.CharField(
        max_length=100, required=False, label="Sheet", help_text="Of a workbook in which several could be meant."
    )
    header_line = forms.IntegerField(
        min_value=1, required=False, label="Line of the header", help_text="Where it is not found by its names."
    )
    encoding = forms.ChoiceField(
        required=False, label="Encoding", choices=[("", "UTF-8"), *((one, one) for one in ENCODINGS[1:])]
    )
    create_missing = forms.BooleanField(required=False, label="Create accounts and products that are missing")
    accept_due_dates = forms.BooleanField(required=False, label="Keep due dates that the credit rule would not give")
    accept_old_days = forms.BooleanField(required=False, label="Keep posting days long past, and due dates far ahead")
    accept_rates = forms.BooleanField(required=False, label="Keep exchange rates far from the rate before them")
    skip_bad = forms.BooleanField(required=False, label="Import the good rows and leave out the bad ones")
    suspense = forms.BooleanField(required=False, label="Payments that fit no account go to the suspense account")
    keep_duplicates = forms.BooleanField(required=False, label="Keep payments that look like earlier ones")
