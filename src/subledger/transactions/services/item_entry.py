"""Items as people and programs enter them, completed from the company's products and tax rates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from subledger.accounts.models import Account
from subledger.catalog.models import Product, TaxRate
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.transactions.rules.item_entry import ProductTerms, completed, needs_price
from subledger.transactions.rules.items import NewItem


def completed_items(entered: Sequence[NewItem], *, account_id: int) -> tuple[NewItem, ...]:
    """What entered items come to be once their products and tax rates are looked up; they are priced by the rules.

    An item names its tax rate by id and, where it has one, needs no percentage: the rate gives it.

    Raises:
        NotFound: no such product, tax rate or account in this company.
        ItemInvalid: a product gives no price in the account's currency.
    """
    products = product_terms(item.product_id for item in entered)
    rates = _percents(item.tax_rate_id for item in entered)
    currency = _currency_of(account_id) if any(needs_price(item) for item in entered) else ""
    items = []
    for at, item in enumerate(entered):
        if item.product_id is not None and item.product_id not in products:
            raise NotFound("product", ids.encode(Product.PREFIX, item.product_id), param=f"/items/{at}/product")
        if item.tax_rate_id is not None:
            if item.tax_rate_id not in rates:
                raise NotFound(
                    say("tax rate"), ids.encode(TaxRate.PREFIX, item.tax_rate_id), param=f"/items/{at}/tax_rate"
                )
            item = replace(item, tax_percent=rates[item.tax_rate_id])
        product = None if item.product_id is None else products[item.product_id]
        items.append(completed(item, product=product, currency=currency, at=at))
    return tuple(items)


def product_terms(idents: Iterable[int | None]) -> dict[int, ProductTerms]:
    """What these products give to items, by id; those of other companies are left out."""
    wanted = {ident for ident in idents if ident is not None}
    if not wanted:
        return {}
    return {
        row.pk: ProductTerms(
            id=row.pk,
            name=row.name,
            unit_amount=row.unit_amount,
            currency=row.currency,
            tax_rate_id=row.tax_rate_id,
            tax_percent=None if row.tax_rate is None else row.tax_rate.percent,
        )
        for row in Product.objects.filter(pk__in=wanted).select_related("tax_rate")
    }


def _percents(idents: Iterable[int | None]) -> dict[int, Decimal]:
    wanted = {ident for ident in idents if ident is not None}
    return dict(TaxRate.objects.filter(pk__in=wanted).values_list("pk", "percent")) if wanted else {}


def _currency_of(account_id: int) -> str:
    found = Account.objects.filter(pk=account_id).values_list("currency", flat=True).first()
    if found is None:
        raise NotFound("account", ids.encode(Account.PREFIX, account_id), param="/account")
    return found
