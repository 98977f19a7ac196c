"""Columns of lists as their rows allow."""

from __future__ import annotations

from typing import Any

from subledger.page_kit.columns import BadgeColumn, Column, MoneyColumn
from subledger.page_kit.fit import filled, fitted
from subledger.page_kit.tables import table

NUMBER = Column("number", "Number", strong=True)
CODE = Column("code", "Code", sort="code")
AMOUNT = MoneyColumn("amount", "Amount")
LEAD = MoneyColumn("amount", "Amount", lead=True)


def row(amount: int | None, currency: str = "eur", code: str = "") -> dict[str, Any]:
    return {"number": "INV1", "amount": amount, "currency": currency, "code": code}


def units(columns: Any) -> list[str]:
    return [column.unit for column in columns if isinstance(column, MoneyColumn)]


def test_one_currency_stands_in_the_head():
    assert units(fitted([NUMBER, AMOUNT], [row(1), row(2)])) == ["EUR"]
    assert units(fitted([NUMBER, AMOUNT], [row(1), row(2, "usd")])) == [""]
    assert units(fitted([NUMBER, AMOUNT], [])) == [""]


def test_a_row_without_an_amount_names_no_currency():
    assert units(fitted([NUMBER, AMOUNT], [row(1), row(None, "usd")])) == ["EUR"]


def test_columns_of_a_report_that_names_its_currency_have_no_unit():
    assert units(fitted([MoneyColumn("amount", "Amount", plain=True)], [row(1)])) == [""]


def test_zero_is_a_dash_in_lists_and_an_amount_elsewhere():
    [listed] = fitted([AMOUNT], [row(0)], dashes=True)
    [told] = fitted([AMOUNT], [row(0)])
    assert listed.show(row(0)) == "–"
    assert "0.00" in told.show(row(0))
    assert "1.00" in listed.show(row(100))


def test_what_heads_a_card_says_its_dash():
    [listed] = fitted([LEAD], [row(0)], dashes=True)
    assert "money-zero" in listed.show(row(0))


def test_columns_that_are_empty_in_every_row_are_left_out():
    said = table([NUMBER, CODE, AMOUNT], [row(1), row(None)])
    assert [head.column.key for head in said["heads"]] == ["number", "amount"]
    assert {len(cells) for cells in said["rows"]} == {2}
    assert [head.column.key for head in table([NUMBER, CODE], [row(1), row(1, code="A")])["heads"]] == [
        "number",
        "code",
    ]


def test_a_list_without_rows_keeps_its_columns_and_so_does_what_it_is_sorted_by():
    assert filled([NUMBER, CODE], [])[0] == [NUMBER, CODE]
    cells = [[(NUMBER, "INV1"), (CODE, "–")]]
    assert filled([NUMBER, CODE], cells, needed="code")[0] == [NUMBER, CODE]
    assert filled([NUMBER, CODE], cells)[0] == [NUMBER]


def test_a_state_that_is_the_rule_has_no_badge():
    column = BadgeColumn("state", "State", usual="active")
    assert "state-usual" in column.show({"state": "active"})
    assert "state-usual" not in column.show({"state": "closed"})
