"""Columns of transactions that whoever likes sees on a list, and every file has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, F, When

from subledger.kernel.sentences import say
from subledger.page_kit.columns import ActorColumn, Column, DayColumn, MoneyColumn
from subledger.transactions import labels

__all__ = ["DISCOUNTED", "JOINED", "LEFT", "MORE_COLUMNS"]

LEFT = Case(When(posted_on__isnull=False, then="open_minor"), output_field=BigIntegerField())
DISCOUNTED = F("net_minor") - F("discount_minor")


@dataclass(frozen=True)
class MethodColumn(Column):
    def value(self, row: Any) -> Any:
        found = row.payment_method or row.refund_method
        return found.name if found else None


@dataclass(frozen=True)
class IssuedColumn(DayColumn):
    """The day it bears; empty for a draft that bears the day on which it is posted."""

    def value(self, row: Any) -> Any:
        return row.issued_on if row.posted_on or row.is_dated else None


# What whoever likes sees on the page, and every file says: two customers of one name are told apart by the account's
# number, and Subtotal - Discount = Net, Net + Tax = Amount.
MORE_COLUMNS = (
    Column("account.number", say("Account number"), optional=True),
    Column("type.name", labels.SUBTYPE, optional=True),
    Column("category.name", say("Category"), optional=True),
    IssuedColumn("issued_on", say("Document date"), optional=True),
    MethodColumn("method", labels.METHOD, optional=True),
    Column("back_office_code", labels.REFERENCE, optional=True),
    Column("order_reference", labels.ORDER_REFERENCE, optional=True),
    MoneyColumn("net_minor", labels.SUBTOTAL, optional=True, total=True),
    MoneyColumn("discount_minor", labels.DISCOUNT, optional=True, total=True),
    MoneyColumn("discounted_minor", labels.NET, optional=True, total=True),
    MoneyColumn("tax_minor", labels.TAX, optional=True, total=True),
    ActorColumn("created_by", say("Entered by"), optional=True),
)
# Another row of another table each, which is read where its column is shown.
JOINED = {"type.name": ("type",), "category.name": ("category",), "method": ("payment_method", "refund_method")}
