"""How a file that is brought in writes days and numbers."""

from __future__ import annotations

from django import forms

from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say

__all__ = ["days_field", "numbers_field"]

DAYS = [
    ("", "2026-05-31"),
    ("%d/%m/%Y", "31/05/2026"),
    ("%m/%d/%Y", "05/31/2026"),
    ("%d.%m.%Y", "31.05.2026"),
    ("%d-%m-%Y", "31-05-2026"),
    ("%Y/%m/%d", "2026/05/31"),
    ("%Y%m%d", "20260531"),
    ("%d/%m/%y", "31/05/26"),
    ("%m/%d/%y", "05/31/26"),
    ("%d.%m.%y", "31.05.26"),
    ("%d %b %Y", say("31 May 2026")),
]


def days_field(help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=say("Days are written like"), choices=DAYS, help_text=help_text)


def numbers_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        label=say("Numbers are written like"),
        choices=[("", say("As the file shows")), *((one.value, one.value) for one in NumberFormat)],
        help_text=say("Needed where a number such as 1.000 can be read in two ways."),
    )
