"""Posting rules as values: which apply, which ledger accounts they move, and what is wrong with one."""

from __future__ import annotations

import pytest

from subledger.transactions.rules.posting import AccountRole, Component, Rule, RuleBook, amounts_for
from subledger.transactions.rules.posting_rules import fault_of, moves_control
from subledger.transactions.states import Classification as C

CONTROL, REVENUE, TAX, DISCOUNT, BANK = range(1, 6)
NET = Component.NET


def rule(kind: C, component: Component, debit: int | None, credit: int | None, **other) -> Rule:
    return Rule(kind, other.get("role", AccountRole.CUSTOMER), other.get("type_id"), component, debit, credit)


INVOICE = [
    rule(C.INVOICE, Component.NET, CONTROL, REVENUE),
    rule(C.INVOICE, Component.DISCOUNT, DISCOUNT, CONTROL),
    rule(C.INVOICE, Component.TAX, CONTROL, TAX),
]


def test_each_component_debits_and_credits_its_own_amount():
    pairs = amounts_for(INVOICE, net=100, discount=10, tax=17, total=107, method_account_id=None)
    assert pairs == [(CONTROL, 100), (REVENUE, -100), (DISCOUNT, 10), (CONTROL, -10), (CONTROL, 17), (TAX, -17)]
    assert sum(minor for ledger, minor in pairs if ledger == CONTROL) == 107


def test_what_is_zero_moves_nothing_and_what_is_below_zero_the_other_way_round():
    assert amounts_for(INVOICE, net=0, discount=0, tax=-1, total=-1, method_account_id=None) == [
        (CONTROL, -1),
        (TAX, 1),
    ]


@pytest.mark.parametrize(
    ("one", "pairs"),
    [
        (rule(C.PAYMENT, Component.TOTAL, None, CONTROL), [(BANK, 50), (CONTROL, -50)]),
        (rule(C.REFUND, Component.TOTAL, CONTROL, None), [(CONTROL, 50), (BANK, -50)]),
    ],
)
def test_an_empty_side_is_the_ledger_account_of_the_method(one: Rule, pairs: list):
    assert amounts_for([one], net=50, discount=0, tax=0, total=50, method_account_id=BANK) == pairs


def test_a_types_own_rules_replace_the_general_ones():
    own = rule(C.INVOICE, Component.TOTAL, CONTROL, REVENUE, type_id=7)
    written_off = rule(C.INVOICE, Component.TOTAL, CONTROL, REVENUE, role=AccountRole.WRITE_OFF)
    book = RuleBook([*INVOICE, own, written_off])
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6)) == INVOICE
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 7)) == [own]
    assert list(book.rules_for(C.INVOICE, AccountRole.WRITE_OFF, 7)) == [written_off]
    assert list(book.rules_for(C.PAYMENT, AccountRole.CUSTOMER, 7)) == []


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (rule(C.INVOICE, NET, CONTROL, REVENUE), None),
        (rule(C.PAYMENT, Component.TOTAL, None, CONTROL), None),
        (rule(C.REFUND, Component.TOTAL, CONTROL, None), None),
        (rule(C.PAYMENT, Component.TOTAL, None, None), "debit"),
        (rule(C.INVOICE, NET, CONTROL, CONTROL), "credit"),
        (rule(C.INVOICE, NET, None, REVENUE), "debit"),
        (rule(C.INVOICE, NET, CONTROL, None), "credit"),
        (rule(C.PAYMENT, NET, BANK, CONTROL), "component"),
        (rule(C.REFUND, Component.TAX, CONTROL, BANK), "component"),
    ],
)
def test_a_rule_that_cannot_be_is_told_by_its_field(one: Rule, field: str | None):
    fault = fault_of(one)
    assert (fault and fault[0]) == field


@pytest.mark.parametrize(
    ("rules", "moves"),
    [
        (INVOICE, True),
        ([rule(C.CREDIT_NOTE, Component.TOTAL, REVENUE, CONTROL)], True),
        ([rule(C.CREDIT_NOTE, Component.TOTAL, CONTROL, REVENUE)], False),
        ([rule(C.PAYMENT, Component.TOTAL, None, CONTROL)], True),
        ([rule(C.PAYMENT, Component.TOTAL, CONTROL, None)], False),
        ([rule(C.PAYMENT, Component.TOTAL, None, REVENUE)], False),
        ([rule(C.REFUND, Component.TOTAL, CONTROL, None)], True),
        ([rule(C.REFUND, Component.TOTAL, CONTROL, None)] * 2, False),
        ([rule(C.WRITE_OFF, NET, REVENUE, CONTROL), rule(C.WRITE_OFF, Component.TAX, TAX, CONTROL)], True),
        ([rule(C.WRITE_OFF, NET, REVENUE, CONTROL)], False),
        ([rule(C.WRITE_OFF, Component.TAX, TAX, CONTROL)], False),
        ([], True),
        ([rule(C.INVOICE, NET, REVENUE, TAX, role=AccountRole.WRITE_OFF)], True),
    ],
)
def test_rules_together_move_the_control_account_by_the_whole_amount(rules: list[Rule], moves: bool):
    assert moves_control(rules, CONTROL) is moves
