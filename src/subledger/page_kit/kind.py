"""One table that is kept under Configuration: its page of entries and the form of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from subledger.page_kit.actions import Action
from subledger.page_kit.columns import Column

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Kind:
    """``fields`` of the form in order; ``choices`` of those that are a few words; ``labels`` where the name is none.

    ``to_values`` and ``to_initial`` translate what cannot be typed as it is stored.
    """

    slug: str
    title: str
    noun: str
    model: type[models.Model]
    about: str
    fields: tuple[str, ...]
    columns: tuple[Column, ...]
    choices: Mapping[str, Choices] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    helps: Mapping[str, str] = field(default_factory=dict)
    permission: str = "configuration.edit"
    related: tuple[str, ...] = ()
    sort: str = "name"
    is_single: bool = False  # there is always exactly one row
    at_first: Mapping[str, Any] = field(default_factory=dict)  # what is no field of the form, when it is created
    to_values: Callable[[dict[str, Any]], dict[str, Any]] = dict
    to_initial: Callable[[Any], dict[str, Any]] = lambda row: {}
    rows: Callable[[Any], Any] = lambda rows: rows  # what the columns need beside the rows' own fields
    actions: Callable[[Any], list[Action]] = lambda row: []  # what can be done with one beside changing it
