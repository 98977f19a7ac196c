"""Balances beside accounts, wherever accounts are listed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from subledger.page_kit import labels
from subledger.page_kit.access import today
from subledger.page_kit.columns import MoneyColumn
from subledger.transactions.sums import with_balance


def annotating(request: Any, row: Any) -> list[Callable[[Any], Any]]:
    return [partial(with_balance, today=today())]


def columns(request: Any, row: Any) -> list[MoneyColumn]:
    return [
        MoneyColumn("balance", "Balance", sort="balance", total=True, lead=True),
        MoneyColumn("outstanding", labels.OVERDUE, sort="outstanding", total=True),
    ]


def found_columns(request: Any, row: Any) -> list[MoneyColumn]:
    return [MoneyColumn("balance", "Balance"), MoneyColumn("outstanding", labels.OVERDUE)]
