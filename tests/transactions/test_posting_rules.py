"""Posting rules as values: which apply, which ledger accounts they move, and what is wrong with one."""

from __future__ import annotations

import pytest

from subledger.journal.rules import balanced
from subledger.transactions.rules.posting import AccountRole, Component, Rule, RuleBook, amounts_for
from subledger.transactions.rules.posting_rules import all_move_control, fault_of, moves_control
from subledger.transactions.states import Classification as C

CONTROL, REVENUE, TAX, DISCOUNT, BANK = range(1, 6)
NET = Component.NET


def rule(kind: C, component: Component, debit: int | None, credit: int | None, **other) -> Rule:
    return Rule(
        kind,
        other.get("role", AccountRole.CUSTOMER),
        other.get("type_id"),
        component,
        debit,
        credit,
        other.get("product_id"),
        other.get("group_id"),
    )


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


def test_a_class_is_said_in_words():
    fault = fault_of(rule(C.CREDIT_NOTE, NET, None, REVENUE))
    assert fault is not None
    assert "a transaction of class credit note has none" in fault[1]


SPECIAL = {
    name: rule(C.INVOICE, NET, CONTROL, number, **named)
    for number, (name, named) in enumerate(
        {
            "group": {"group_id": 70},
            "group and type": {"group_id": 70, "type_id": 7},
            "product": {"product_id": 90},
            "product and type": {"product_id": 90, "type_id": 7},
        }.items(),
        start=11,
    )
}


@pytest.mark.parametrize(
    ("there_are", "type_id", "wins"),
    [
        (["group"], 6, "group"),
        (["group", "group and type"], 6, "group"),
        (["group", "group and type"], 7, "group and type"),
        (["group and type", "product"], 7, "product"),
        (["product", "product and type"], 7, "product and type"),
        (["product and type", "group"], 6, "group"),
    ],
)
def test_the_most_specific_rule_of_a_component_wins_and_the_others_stay(there_are, type_id, wins):
    book = RuleBook([*INVOICE, *(SPECIAL[name] for name in there_are)])
    found = book.rules_for(C.INVOICE, AccountRole.CUSTOMER, type_id, product_id=90, group_id=70)
    assert list(found) == [SPECIAL[wins], *INVOICE[1:]]
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, type_id, product_id=91)) == INVOICE


def test_a_rule_of_a_product_has_no_place_where_a_type_has_one_rule_of_the_total():
    own = rule(C.INVOICE, Component.TOTAL, CONTROL, REVENUE, type_id=7)
    book = RuleBook([*INVOICE, own, SPECIAL["product"]])
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 7, product_id=90)) == [own]


LATER = rule(C.INVOICE, Component.DEFERRED, CONTROL, 24)


def test_what_is_deferred_counts_under_neither_net_nor_discount():
    book = RuleBook([*INVOICE, LATER])
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6, is_deferred=True)) == [INVOICE[2], LATER]
    assert list(book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6)) == INVOICE
    alone = RuleBook(INVOICE)
    assert list(alone.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6, is_deferred=True)) == INVOICE


def test_a_product_may_be_deferred_elsewhere_than_others():
    own = rule(C.INVOICE, Component.DEFERRED, CONTROL, 25, product_id=90)
    book = RuleBook([*INVOICE, LATER, own])
    deferred = book.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6, product_id=90, is_deferred=True)
    assert list(deferred) == [INVOICE[2], own]
    alone = RuleBook([*INVOICE, own])
    assert list(alone.rules_for(C.INVOICE, AccountRole.CUSTOMER, 6, product_id=91, is_deferred=True)) == INVOICE


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (rule(C.PAYMENT, Component.TOTAL, None, CONTROL, product_id=90), "product"),
        (rule(C.REFUND, Component.TOTAL, CONTROL, None, group_id=70), "product_group"),
        (rule(C.INVOICE, NET, CONTROL, REVENUE, product_id=90, group_id=70), "product_group"),
        (rule(C.WRITE_OFF, Component.DEFERRED, REVENUE, CONTROL), "component"),
        (LATER, None),
        (rule(C.INVOICE, NET, CONTROL, REVENUE, product_id=90), None),
        (rule(C.INVOICE, NET, CONTROL, REVENUE, group_id=70), None),
    ],
)
def test_a_rule_of_items_that_cannot_be_is_told_by_its_field(one: Rule, field: str | None):
    fault = fault_of(one)
    assert (fault and fault[0]) == field


@pytest.mark.parametrize(
    ("more", "moves"),
    [
        ([LATER], True),
        ([rule(C.INVOICE, Component.DEFERRED, 24, CONTROL)], False),
        ([rule(C.INVOICE, Component.DEFERRED, TAX, 24)], False),
        ([SPECIAL["product"], SPECIAL["group and type"]], True),
        ([rule(C.INVOICE, NET, BANK, REVENUE, product_id=90)], False),
        ([rule(C.INVOICE, NET, BANK, REVENUE, group_id=70, type_id=7)], False),
        ([rule(C.INVOICE, Component.DEFERRED, BANK, 24, product_id=90)], False),
    ],
)
def test_rules_of_items_move_the_control_account_as_well(more: list[Rule], moves: bool):
    assert all_move_control([*INVOICE, *more], C.INVOICE, AccountRole.CUSTOMER, CONTROL) is moves


def test_what_is_deferred_makes_up_for_nothing_that_is_not():
    wrong = [rule(C.INVOICE, NET, BANK, REVENUE), *INVOICE[1:], LATER]
    assert not all_move_control(wrong, C.INVOICE, AccountRole.CUSTOMER, CONTROL)


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


@pytest.mark.parametrize(
    ("is_deferred", "entry"),
    [
        (True, {CONTROL: 11900, 24: -10000, TAX: -1900}),
        (False, {CONTROL: 11900, DISCOUNT: 2000, REVENUE: -12000, TAX: -1900}),
    ],
)
def test_an_item_of_120_less_20_at_19_percent_with_and_without_a_service_period(is_deferred, entry):
    rules = RuleBook([*INVOICE, LATER]).rules_for(C.INVOICE, AccountRole.CUSTOMER, 6, is_deferred=is_deferred)
    pairs = amounts_for(rules, net=12000, discount=2000, tax=1900, total=11900, method_account_id=None)
    assert {line.ledger_account_id: line.minor for line in balanced(pairs)} == entry  # type: ignore[arg-type]


def test_a_credit_note_for_such_an_item_takes_the_very_same_back():
    note = [
        rule(C.CREDIT_NOTE, Component.NET, REVENUE, CONTROL),
        rule(C.CREDIT_NOTE, Component.DISCOUNT, CONTROL, DISCOUNT),
        rule(C.CREDIT_NOTE, Component.TAX, TAX, CONTROL),
        rule(C.CREDIT_NOTE, Component.DEFERRED, 24, CONTROL),
    ]
    book = RuleBook([*INVOICE, LATER, *note])
    assert all_move_control([*INVOICE, LATER, *note], C.CREDIT_NOTE, AccountRole.CUSTOMER, CONTROL)
    for is_deferred in (True, False):
        moved = [
            amounts_for(
                book.rules_for(kind, AccountRole.CUSTOMER, 6, is_deferred=is_deferred),
                net=12000,
                discount=2000,
                tax=1900,
                total=11900,
                method_account_id=None,
            )
            for kind in (C.INVOICE, C.CREDIT_NOTE)
        ]
        assert balanced([*moved[0], *moved[1]]) == []  # type: ignore[misc]
