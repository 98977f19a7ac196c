"""What a shape's values are told as, wherever they are shown before something is done by them."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import pytest

from subledger.page_kit.shape_fields import fields_of, told_of, typed_of
from subledger.runs.registry import kinds
from subledger.segments.criteria import SHAPES

EACH = [*SHAPES.values(), *(kind.criteria for kind in kinds())]


@pytest.mark.parametrize("shape", EACH, ids=lambda shape: shape.__name__)
def test_a_bound_of_zero_is_told_as_any_other(shape: type[Any]):
    """Nothing due before its day, nothing overdue, no credit: not the same as no bound at all."""
    hints = get_type_hints(shape)
    bounds = [one.name for one in fields(shape) if int in getattr(hints[one.name], "__args__", (hints[one.name],))]
    for name in bounds:
        [*before] = told_of(shape, {"currency": "eur", name: 1})
        assert [label for label, _ in told_of(shape, {"currency": "eur", name: 0})] == [label for label, _ in before]


def test_what_is_not_said_is_not_told():
    for shape in EACH:
        assert told_of(shape, {one.name: None for one in fields(shape)}) == []


@pytest.mark.parametrize("shape", EACH, ids=lambda shape: shape.__name__)
def test_what_is_said_no_to_is_told_where_yes_is_usual(shape: type[Any]):
    usual = [one.name for one in fields(shape) if one.default is True]
    for name in usual:
        [(_, words)] = told_of(shape, {name: False})
        assert words == "no"
    others = [one.name for one in fields(shape) if one.default is False]
    assert told_of(shape, dict.fromkeys(others, False)) == []


@pytest.mark.parametrize("shape", EACH, ids=lambda shape: shape.__name__)
@pytest.mark.django_db
def test_what_is_emptied_is_not_taken_for_what_is_usual(shape: type[Any], company: Any):
    """Left out of what is said, it would be read as the default."""
    boxes = fields_of(shape, "", {})
    typed = dict.fromkeys(boxes, "")
    telling = {one.name for one in fields(shape) if one.default is not MISSING and one.default and one.name in boxes}
    said = typed_of(shape, "", typed, refuse=lambda words, name: AssertionError(words))
    assert set(said) == telling
    assert not any(said.values())
