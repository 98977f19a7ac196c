"""Whoever is told that something is not there is told its public id: no problem tells an inner number."""

from __future__ import annotations

import pytest

from subledger.kernel.errors import Door, NotFound
from subledger.kernel.ids import Named, encode, noun_of
from subledger.platform.rooms import prefixes
from subledger.transactions.rules import checks

NUMBER = 457224177905054472
RULES = [one for one in vars(checks).values() if isinstance(one, Named)]


@pytest.mark.parametrize("prefix", sorted(prefixes()))
def test_no_table_tells_an_inner_number(prefix: str):
    refusal = NotFound(prefixes()[prefix], NUMBER)
    assert encode(prefix, NUMBER) in refusal.text_for(Door.API)
    for door in Door:
        assert str(NUMBER) not in refusal.text_for(door)


@pytest.mark.parametrize("named", RULES, ids=lambda one: one.noun)
def test_what_rules_call_a_table_is_its_prefix_and_its_noun(named: Named):
    table = prefixes()[named.PREFIX]
    assert named.noun in noun_of(table)  # "payment preference", where the table is an account's


def test_rules_name_what_they_look_for():
    assert len(RULES) >= 5
