"""Currencies among criteria: read as people write them, and none that there is not."""

from __future__ import annotations

import pytest
from tests.collecting.house import House

from subledger.platform.shapes import ShapeInvalid, read_shape
from subledger.runs.errors import RunCriteriaInvalid
from subledger.runs.services.definitions import create_definition
from subledger.segments.criteria import AccountCriteria

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["payments", "refund-credit-balances"])
def test_one_that_there_is_not_is_refused_by_its_field(house: House, kind: str):
    said = {"provider": house.generic.public_id, "currency": "zzz"}
    with pytest.raises(RunCriteriaInvalid, match="'zzz' is not a currency") as refused:
        create_definition(kind=kind, name="Month", criteria=said, schedule={}, actor="test")
    assert refused.value.param == "/criteria/currency"


def test_capital_letters_are_read(house: House):
    house.ledger.invoice(75)
    definition = house.definition(currency=" EUR ")
    assert definition.criteria["currency"] == "eur"
    run = house.run("Other", currency="EUR")
    assert run.steps.count() == 1


def test_segments_read_them_alike():
    assert read_shape(AccountCriteria, {"currency": "EUR"}).currency == "eur"
    with pytest.raises(ShapeInvalid, match="'zzz' is not a currency") as refused:
        read_shape(AccountCriteria, {"currency": "zzz"})
    assert refused.value.path == ("currency",)
