"""What cannot be read, or never be fulfilled, is refused beside its field."""

from __future__ import annotations

from typing import Any

import pytest

from subledger.kernel import ids
from subledger.segments.criteria import criteria_json, read_criteria
from subledger.segments.errors import SegmentInvalid
from subledger.segments.states import About

A, T = About.ACCOUNTS, About.TRANSACTIONS


@pytest.mark.parametrize(
    ("about", "said", "field"),
    [
        (A, {"colour": "red"}, "colour"),
        (A, {"settlement": "open"}, "settlement"),  # that is of transactions
        (A, {"standing": "rich"}, "standing"),
        (A, {"states": "active"}, "states"),
        (A, {"states": ["gone"]}, "states/0"),
        (A, {"states": ["active", "active"]}, "states"),
        (A, {"balance_from": 100}, "currency"),
        (A, {"balance_from": 1.5, "currency": "eur"}, "balance_from"),
        (A, {"balance_from": 2**60, "currency": "eur"}, "balance_from"),
        (A, {"balance_from": 100, "balance_to": 99, "currency": "eur"}, "balance_to"),
        (A, {"overdue_from": -1, "currency": "eur"}, "overdue_from"),
        (A, {"currency": "xyz"}, "currency"),
        (A, {"overdue_days_from": -1}, "overdue_days_from"),
        (A, {"overdue_days_from": 10**9}, "overdue_days_from"),
        (A, {"credit_days_from": "old"}, "credit_days_from"),
        (A, {"countries": ["DE", "ZZ"]}, "countries"),
        (A, {"created_from": "2026-02-30"}, "created_from"),
        (A, {"created_from": "2026-03-01", "created_to": "2026-02-01"}, "created_to"),
        (A, {"metadata": {"a": 1}}, "metadata/a"),
        (A, {"metadata": {str(n): "x" for n in range(11)}}, "metadata"),
        (T, {"settlement": "half"}, "settlement"),
        (T, {"classifications": ["bill"]}, "classifications/0"),
        (T, {"amount_from": 1}, "currency"),
        (T, {"due_from": "2026-03-02", "due_to": "2026-03-01"}, "due_to"),
    ],
)
def test_what_nobody_could_fulfil_is_refused_at_its_field(about: About, said: dict[str, Any], field: str):
    with pytest.raises(SegmentInvalid) as refusal:
        read_criteria(about, said)
    assert refusal.value.param == f"/criteria/{field}"


def test_only_what_is_asked_for_is_kept_and_read_back_the_same():
    said = {
        "classifications": [ids.encode("acl", 1)], "currency": "eur", "standing": "in_credit", "balance_to": -100,
        "created_from": "2026-01-31", "metadata": {"tier": "100 %"},
    }  # fmt: skip
    criteria = read_criteria(About.ACCOUNTS, said)
    assert criteria_json(criteria) == said
    assert read_criteria(About.ACCOUNTS, criteria_json(criteria)) == criteria
    assert criteria_json(read_criteria(About.TRANSACTIONS, {})) == {}
