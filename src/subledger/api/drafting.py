"""Items of documents as the API takes them: what an item leaves out comes from its product."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from subledger.catalog.models import Product, TaxRate
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.transactions.errors import ItemInvalid
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem, price_item
from subledger.transactions.states import Classification

from .accounts import accounts


def items_of(given: Sequence[dict[str, Any]], *, account_id: int) -> tuple[NewItem, ...]:
    """Items as posting takes them; NotFound and ItemInvalid name the item and the field."""
    products = _found(Product, [one["product"] for one in given], select="tax_rate")
    rates = _found(TaxRate, [one["tax_rate"] for one in given])
    items = []
    for at, one in enumerate(given):
        product = _named(products, one["product"], "product", at)
        rate = _named(rates, one["tax_rate"], "tax rate", at) or (product.tax_rate if product else None)
        items.append(
            NewItem(
                quantity=one["quantity"],
                unit_amount=_unit_amount(one, product, at, account_id),
                sub_total_minor=one["sub_total"],
                discount_percent=one["discount_percent"],
                discount_minor=one["discount_amount"],
                tax_percent=rate.percent if rate else None,
                tax_inclusive=one["tax_inclusive"],
                description=one["description"] or (product.name if product else ""),
                product_id=product.pk if product else None,
                tax_rate_id=rate.pk if rate else None,
            )
        )
    return tuple(items)


def _found(model: Any, idents: Sequence[int | None], *, select: str | None = None) -> dict[int, Any]:
    wanted = {ident for ident in idents if ident is not None}
    if not wanted:
        return {}
    rows = model.objects.filter(pk__in=wanted)
    return {row.pk: row for row in (rows.select_related(select) if select else rows)}


def _named(found: dict[int, Any], ident: int | None, thing: str, at: int) -> Any:
    if ident is None:
        return None
    if ident not in found:
        field = thing.replace(" ", "_")
        prefix = Product.PREFIX if thing == "product" else TaxRate.PREFIX
        raise NotFound(thing, ids.encode(prefix, ident), param=f"/items/{at}/{field}")
    return found[ident]


def _unit_amount(one: dict[str, Any], product: Product | None, at: int, account_id: int) -> Decimal | None:
    whole, exact = one["unit_amount"], one["unit_amount_decimal"]
    if whole is not None and exact is not None:
        raise ItemInvalid(
            f"Item {at + 1} has unit_amount and unit_amount_decimal. Give one of them.", at, "unit_amount"
        )
    if whole is not None:
        return Decimal(whole)
    if exact is not None or one["sub_total"] is not None or product is None or product.unit_amount is None:
        return exact
    currency = accounts.find(account_id, param="/account").currency
    if product.currency != currency:
        raise ItemInvalid(
            f"Item {at + 1} has no price: {product.name} is priced in {product.currency.upper()}, the account is kept "
            f"in {currency.upper()}. Give a unit_amount.", at, "unit_amount",
        )  # fmt: skip
    return product.unit_amount


def as_entered(draft: Transaction) -> NewTransaction:
    """What a draft says, as it could have been entered: the base that changes are laid over."""
    documented = draft.net_minor is not None
    rows = TransactionItem.objects.filter(transaction_id=draft.pk).order_by("position") if documented else ()
    return NewTransaction(
        classification=Classification(draft.classification),
        account_id=draft.account_id,
        items=tuple(_item_as_entered(row) for row in rows),
        amount_minor=None if documented else draft.amount_minor,
        type_id=draft.type_id,
        category_id=draft.category_id,
        payment_method_id=draft.payment_method_id,
        refund_method_id=draft.refund_method_id,
        payment_preference_id=draft.payment_preference_id,
        issued_on=draft.issued_on,
        due_on=draft.due_on,
        received_on=draft.received_on,
        received_by=draft.received_by,
        back_office_code=draft.back_office_code,
        issue_reason=draft.issue_reason,
        intended_ids=tuple(draft.intended_ids or ()),
        metadata=draft.metadata,
    )


def _item_as_entered(row: TransactionItem) -> NewItem:
    """An item that comes to the very same amounts: by its unit price where that does, else by its sub-total."""
    kept: dict[str, Any] = {
        "quantity": row.quantity, "tax_percent": row.tax_percent, "description": row.description,
        "product_id": row.product_id, "tax_rate_id": row.tax_rate_id,
    }  # fmt: skip
    by_unit = [
        NewItem(unit_amount=row.unit_amount, discount_minor=row.discount_minor, **kept),
        NewItem(unit_amount=row.unit_amount, discount_percent=row.discount_percent, tax_inclusive=True, **kept),
    ]
    amounts = (row.net_minor, row.discount_minor, row.tax_minor, row.sub_total_minor)
    for item in by_unit:
        priced = price_item(item)
        if (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor) == amounts:
            return item
    return NewItem(sub_total_minor=row.sub_total_minor, discount_minor=row.discount_minor, **kept)
