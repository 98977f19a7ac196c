"""Whether a document or payment of a file is the one in the books: equal in every fact that the file states."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from subledger.import_kit import errors
from subledger.import_kit.comparison import shown
from subledger.import_kit.rules.columns import META
from subledger.kernel.money import Money
from subledger.kernel.numbers import plain_decimal
from subledger.kernel.sentences import say
from subledger.transactions.rules.items import NewItem, price_item

from .queries import DocumentInBooks, ItemInBooks

OWN = ("product", "description", "service_start", "service_end", "credits_item")  # compared where the row states them


class Stated(NamedTuple):
    """An item of a file, and which of its facts the file states: the others came from a product or are defaults."""

    item: NewItem
    fields: frozenset[str]


def refuse_other_items(
    thing: str, number: str, stated: Sequence[Stated], books: Sequence[ItemInBooks], currency: str
) -> None:
    """AlreadyDiffers unless the items are the same, in whatever order; where one differs, its place is told first.

    Compared is what was entered, not what it came to: rounding is the company's rule, and may have changed since.
    """
    if len(stated) != len(books):
        raise errors.AlreadyDiffers(
            thing, number, "number", say("{count} items", count=len(books)), say("{count} items", count=len(stated))
        )
    fields = stated[0].fields if stated else frozenset()
    if all(one.fields == fields for one in stated):
        there = Counter(tuple(_facts_of_books(item, fields).values()) for item in books)
        if there == Counter(tuple(_facts(one).values()) for one in stated):
            return
    for at, (one, item) in enumerate(zip(stated, books, strict=True)):
        theirs, ours = _facts_of_books(item, one.fields), _facts(one)
        for field, value in ours.items():
            if theirs[field] != value:
                column = "discount_percent" if field == "discount_amount" and field not in one.fields else field
                differing = [_shown(field, value, currency) for value in (theirs[field], value)]
                error = errors.AlreadyDiffers(thing, number, column, *differing)
                error.at = at
                raise error


def document_facts(
    known: DocumentInBooks, *, account_id: int, currency: str, days: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """The facts of a document's or payment's head; ``days`` are those that the file states."""
    if known.account_id != account_id:
        return {"account": (say("another account"), say("this one"))}
    there = {"posted_on": known.posted_on, "issued_on": known.issued_on, "due_on": known.due_on}
    there["received_on"] = known.received_on
    return {
        "currency": (known.currency.upper(), currency.upper()),
        **{field: (there[field], on) for field, on in days.items()},
    }


def _compared(fields: frozenset[str]) -> list[str]:
    """What a row says of an item. Quantity and discount it says by leaving them out, too; price and tax only where no
    product would give them, whose price and tax may be others by now."""
    gives = "product" in fields or "credits_item" in fields
    own = ["quantity"] if "quantity" in fields or "credits_item" not in fields else []
    if "unit_price" in fields or not gives:
        own += ["unit_price", "discount_amount"]
    if "tax_rate" in fields or not gives:
        own.append("tax_rate")
    metadata = sorted(field for field in fields if field.startswith(META))
    return [*own, *(field for field in OWN if field in fields), *metadata]


def _facts(one: Stated) -> dict[str, Any]:
    item = one.item
    priced = None if item.unit_amount is None and item.sub_total_minor is None else price_item(item)
    facts = {
        "quantity": item.quantity,
        "unit_price": priced and priced.unit_amount,
        "discount_amount": priced and priced.discount_minor,
        "tax_rate": item.tax_percent or Decimal(0),
        "credits_item": item.credits,
        "product": one.item.product_id,
        "description": one.item.description,
        "service_start": one.item.service_start,
        "service_end": one.item.service_end,
        **{f"{META}{key}": value for key, value in item.metadata.items()},
    }
    return {field: facts.get(field) for field in _compared(one.fields)}


def _facts_of_books(item: ItemInBooks, fields: frozenset[str]) -> dict[str, Any]:
    facts = {
        "quantity": item.quantity,
        "unit_price": item.unit_amount,
        "discount_amount": item.discount_minor,
        "tax_rate": item.tax_percent,
        "product": item.product_id,
        "description": item.description,
        "service_start": item.service_start,
        "service_end": item.service_end,
        "credits_item": None if item.credits_id is None else (item.credits_id, item.credits_position),
        **{f"{META}{key}": value for key, value in json.loads(item.metadata or "{}").items()},
    }
    return {field: facts.get(field) for field in _compared(fields)}


def _shown(field: str, value: Any, currency: str) -> Any:
    if field in ("unit_price", "discount_amount"):
        return _price(value, currency)
    if field == "credits_item":
        return say("another item") if value else say("nothing")
    if field == "product":
        return say("another product") if value else say("nothing")
    return say("{percent} %", percent=plain_decimal(value)) if field == "tax_rate" else shown(value)


def _price(minor: Decimal | int, currency: str) -> Money | str:
    if minor == int(minor):
        return Money(int(minor), currency)
    places = Money(0, currency).to_decimal().as_tuple().exponent
    amount = plain_decimal(Decimal(minor).scaleb(places))  # type: ignore[arg-type]
    return say("{amount} {currency}", amount=amount, currency=currency.upper())
