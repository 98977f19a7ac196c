"""The way from a new company to its first document: steps that rooms add, each one form, in any order.

A room adds its steps as parts: ``Part("setup", "steps", 20, setup.steps)`` yields `SetupStep` values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from subledger.kernel.sentences import say

__all__ = ["SetupStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """``facts`` are what is there already, as (label, value). ``is_done`` says that nobody need look at it any more,
    whoever did it; what cannot be told from rows is done once it was saved here.

    ``form`` is shown with what stands, and ``save`` is given what was typed: it calls services, and may say where to go
    on (otherwise the next step). A step without a form leads to ``url``, a page of its own.
    """

    name: str
    title: str
    about: str
    permission: str
    facts: Callable[[Any], Sequence[tuple[str, Any]]]  # the request
    is_done: Callable[[], bool] = lambda: False
    form: Callable[[Any, Any], forms.Form] | None = None  # the request, what was sent or None
    save: Callable[[Any, Any], str | None] = lambda request, form: None
    within: Callable[[Any], Sequence[SafeString]] = lambda request: ()  # more of the form, behind its fields
    url: str = ""
    label: str = say("Save and go on")
