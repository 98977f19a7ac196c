"""A refusal of a service on the form it came from: the field at fault is marked, and stands under the cursor.

Programs read the code and the JSON pointer of a DomainError; people get its words beside the field. Every form goes
through here (`views.Page.shown`), so a page has nothing to do for it but to name fields alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet, BoundField

from subledger.kernel.errors import ConfirmationNeeded, DomainError, Door
from subledger.kernel.sentences import said, say
from subledger.page_kit.faces import merged

__all__ = ["Refused", "begin_at_fault", "placed", "refused_with", "words_of"]

# What a refusal is about that is raised where no field is known.
ABOUT = {"currency_unknown": "/currency"}


def words_of(error: DomainError | Exception | str) -> str:
    """A refusal as a page says it."""
    return error.text_for(Door.PAGE) if isinstance(error, DomainError) else str(error)


class Refused(ValidationError):
    """A refusal of the core that a form finds before a service is asked: its words beside the field, and its code."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(words_of(error), code=error.code)


def refused_with(form: BaseForm | None, lines: BaseFormSet | None = None) -> str:
    """The code of what a form and its lines refused by themselves: of the first refusal of the core, as the API has it.

    "" where nothing was refused, or anything could not be read, which is told before anything else.
    """
    errors = [
        error
        for each in (form, *(lines or ()))
        if each is not None and each.is_bound
        for found in each.errors.as_data().values()
        for error in found
    ]
    if not all(isinstance(error, Refused) for error in errors):
        return ""
    return next((str(error.code) for error in errors), "")


def placed(error: Any, form: BaseForm | None, lines: BaseFormSet | None = None) -> bool:
    """Put a refusal beside the field it is about; False where the form has none, and it belongs above the form."""
    if not isinstance(error, DomainError) or form is None or not form.is_bound:
        return False
    box = error.confirmation if isinstance(error, ConfirmationNeeded) else ""
    if box in form.fields and not form[box].is_hidden:  # the box that answers it, which says the question itself
        form.fields[box].help_text = ""
        form.add_error(box, words_of(error))
        return True
    parts = [part for part in (error.param or ABOUT.get(error.code, "")).split("/") if part]
    if parts and parts[0] == "items" and lines is not None:
        return _on_line(error, lines, parts) if len(parts) > 1 else _on_first_line(error, lines)
    name = next((each for each in _names(parts) if each in form.fields and not form[each].is_hidden), None)
    if name is None:
        return False
    form.add_error(name, words_of(error))
    return True


def _on_first_line(error: DomainError, lines: BaseFormSet) -> bool:
    """What is about all lines, such as that there is none, stands where the first is entered."""
    first = next((form for form in lines.forms if form not in lines.deleted_forms), None)
    if first is None:
        return False
    first.add_error(first.visible_fields()[0].name, words_of(error))
    return True


def _on_line(error: DomainError, lines: BaseFormSet, parts: list[str]) -> bool:
    filled = [at for at, form in enumerate(lines.forms) if form in _saying(lines)]
    if not parts[1].isdecimal() or int(parts[1]) >= len(filled):
        return False
    at = filled[int(parts[1])]
    form = lines.forms[at]
    name = next((each for each in _names(parts[2:]) if each in form.fields), next(iter(form.fields)))
    shown = [each for each in lines.forms[: at + 1] if each not in lines.deleted_forms]
    words, line = words_of(error), said(say("Line {at}", at=len(shown)))
    if re.match(r"Item \d+\b", words):
        form.add_error(name, re.sub(r"^\S+ \d+", line, said(words)))
    else:
        form.add_error(name, f"{line}: {said(words)}")
    return True


def _saying(lines: BaseFormSet) -> list[BaseForm]:
    """The lines that a service was given, in its order: see `forms.documents.BaseItems.lines`."""
    return [form for form in lines.forms if form.has_changed() and form not in lines.deleted_forms]


def _names(parts: list[str]) -> Iterator[str]:
    """The names that a form may give to what a pointer names, the likeliest first."""
    if not parts:
        return
    whole, last = "_".join(parts), parts[-1]
    for name in (whole, last, parts[0]):
        yield name
        yield from merged("asked_as").get(name, ())


def begin_at_fault(fields: Iterable[BoundField]) -> None:
    """The cursor stands in the first field that is wrong, with and without scripts."""
    for bound in fields:
        if bound.errors and not bound.is_hidden:
            bound.field.widget.attrs["autofocus"] = True
            return
