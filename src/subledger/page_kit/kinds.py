from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from subledger.page_kit.columns import Column, YesColumn
from subledger.page_kit.templatetags.subledger_tags import word

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


def words(values: Any) -> Choices:
    return [(value.value, word(value)) for value in values]


def active() -> Column:
    return YesColumn("is_active", "In use", sort="is_active", lead=True)


NAMED = (Column("name", "Name", sort="name", strong=True), Column("code", "Code", sort="code"))
PLAIN = ("name", "code", "description", "is_active")
IN_USE = {"is_active": "In use"}
