"""Purchase orders as people say them, without marks: as their index has them, and as they are looked for."""

from __future__ import annotations

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Upper


def spoken(reference: F | Value) -> Upper:
    """A reference without its marks and blanks, in capital letters: po 4711 is PO-4711."""
    marks = Value("[^[:alnum:]]+")
    text = Func(reference, marks, Value(""), Value("g"), function="regexp_replace", output_field=TextField())
    return Upper(text)


SPOKEN_ORDER = spoken(F("order_reference"))
