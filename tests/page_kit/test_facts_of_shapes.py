"""What a shape's values are told as, wherever they are shown before something is done by them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from subledger.page_kit.shape_fields import told_of
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
