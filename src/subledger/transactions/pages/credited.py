"""Items of invoices on the form of a credit note: what is left of each, and how much of it is credited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from subledger.catalog.models import Product
from subledger.kernel import ids
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.formats import formats
from subledger.page_kit.parsing import decimal_of, decimal_text, minor_text, price_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.item_credits import credited_items, invoices_left
from subledger.transactions.models import Transaction
from subledger.transactions.rules.credits import CreditedItem
from subledger.transactions.rules.item_entry import PriceIs
from subledger.transactions.rules.items import ItemRef, unit_of

from .entered import credits_of, credits_text

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """An item of an invoice as the line that credits it shows it."""

    item: CreditedItem
    product: str

    @property
    def what(self) -> str:
        return self.item.description or self.product

    @property
    def place(self) -> int:
        return self.item.ref.position

    @property
    def number(self) -> str:
        return self.item.number

    @property
    def url(self) -> str:
        return page_url("transaction", self.item.ref.transaction_id)

    @property
    def tax(self) -> str:
        return say("{tax_percent:f} % tax", tax_percent=self.item.tax_percent.normalize())

    @property
    def service(self) -> str:
        start, end = self.item.service_start, self.item.service_end
        if start is None or end is None:
            return ""
        return f"{formats().write_day(start)} – {formats().write_day(end)}"

    @property
    def invoiced(self) -> str:
        return show.amount_text(sum(self.item.whole), self.item.currency)

    @property
    def priced(self) -> str:
        item = self.item
        unit = unit_of(item.net_minor, item.quantity)
        return f"{decimal_text(item.quantity.normalize())} × {price_text(unit, item.currency)}"

    @property
    def left(self) -> str:
        return show.amount_text(sum(self.item.left), self.item.currency)

    @property
    def left_in_parts(self) -> str:
        net, tax = (show.amount_text(minor, self.item.currency) for minor in self.item.left)
        return say("{net} + {tax} tax", net=net, tax=tax)

    @property
    def quantity_left(self) -> str:
        item = self.item
        if item.left == item.whole or item.quantity == 1 or item.countable != item.quantity_left:
            return ""
        return say(
            "{left} of {quantity} left",
            left=decimal_text(item.quantity_left),
            quantity=decimal_text(item.quantity.normalize()),
        )

    def fills(self, prefix: str) -> str:
        """All that is left, as it is typed, by the ids of the inputs."""
        typed = line_crediting(self.item, sum(self.item.left), self.item.currency, self.item.countable)
        typed["counted"] = typed["quantity"]
        return json.dumps({f"id_{prefix}-{name}": typed[name] for name in ("quantity", "counted", "price_is", "price")})


def credited_lines(texts: Sequence[str]) -> dict[str, CreditedLine]:
    """By what a line names: the items of invoices that lines credit."""
    refs = {text: ref for text in texts if (ref := _ref(text)) is not None}
    if not refs:
        return {}
    items = credited_items({ref.transaction_id for ref in refs.values()})
    found = {text: items[ref] for text, ref in refs.items() if ref in items}
    products = {item.product_id for item in found.values() if item.product_id}
    names = dict(Product.objects.filter(pk__in=products).values_list("pk", "name")) if products else {}
    return {text: CreditedLine(item, names.get(item.product_id or 0, "")) for text, item in found.items()}


def _ref(text: str) -> ItemRef | None:
    try:
        return credits_of({"credits": text})
    except ValueError:
        return None


def attach(items: Any) -> None:
    """Give the lines that credit an item what is known of it."""
    named = {form: str(form["credits"].value() or "") for form in items.forms}
    found = credited_lines([text for text in named.values() if text])
    for form, text in named.items():
        line = form.credited = found.get(text)
        form.fills = line.fills(form.prefix) if line else ""


def lines_left(invoice_id: int, currency: str) -> list[dict[str, Any]]:
    """A line for each item of an invoice of which something is left: all of it, as it is typed."""
    items = [item for item in credited_items([invoice_id]).values() if sum(item.left)]
    return [line_crediting(item, sum(item.left), currency, quantity=item.countable) for item in items]


def line_crediting(item: CreditedItem, minor: int, currency: str, quantity: Decimal = ONE) -> dict[str, Any]:
    """A line that credits ``minor`` of an item, with tax, as it is typed. The item says what else there is to say."""
    return {
        "credits": credits_text(item.ref),
        "product": None,
        "description": "",
        "quantity": decimal_text(quantity),
        "price": minor_text(minor, currency),
        "price_is": PriceIs.SUB_TOTAL.value,
        "tax_rate": None,
        "service_start": None,
        "service_end": None,
        "discount": "",
    }


def choices_left(account_id: int, currency: str) -> list[tuple[str, str]]:
    """The invoices of an account that can be credited, and what is left of each."""
    return [
        (
            ids.encode(Transaction.PREFIX, one.id),
            say(
                "{number} of {day}: {left} left",
                number=one.number,
                day=formats().write_day(one.posted_on),
                left=show.amount_text(one.left_minor, currency),
            ),
        )
        for one in invoices_left(account_id)
    ]


def counted(form: Any, data: Mapping[str, Any], currency: str) -> str | None:
    """What a quantity that was typed just now comes to; None where it was not, or cannot be read."""
    where, line = form.prefix, form.credited
    typed, before = data.get(f"{where}-quantity", ""), data.get(f"{where}-counted")
    if line is None or before is None or typed == before or data.get(f"{where}-price_is") != PriceIs.SUB_TOTAL:
        return None
    try:
        quantity = decimal_of(typed, param="/quantity")
    except DomainError:
        return None
    if quantity is None or not 0 < quantity < 10**12:
        return None
    return minor_text(line.item.part(quantity), currency)
