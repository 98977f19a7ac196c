"""Products and tax rates in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from subledger.api_kit.callers import caller_of
from subledger.api_kit.configuration import entry_table
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Code, Currency, Flag, IdOf, LongText, Metadata, Name, Percent, UnitAmount
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Resource,
    Thing,
    collection,
    partial,
    serialise_fields,
)
from subledger.catalog.models import Product, ProductGroup, TaxRate
from subledger.catalog.services import create_products, update_product
from subledger.companies.entries import save_entry

router = Router(tags=["Products"])
configuration = Router(tags=["Configuration"])
tax_rates = entry_table(configuration, "tax_rates", TaxRate, save=save_entry, extra={"percent": (Percent, ...)})
product_groups = entry_table(configuration, "product_groups", ProductGroup, save=save_entry)
ProductId = Annotated[int, IdOf(Product.PREFIX)]
TaxRateId = Annotated[int, IdOf(TaxRate.PREFIX)]
GroupId = Annotated[int, IdOf(ProductGroup.PREFIX)]
FIELDS = ("code", "name", "description", "is_active", "tax_rate", "group", "metadata")


class ProductOut(Thing):
    object: Literal["product"]
    code: str
    name: str
    description: str
    is_active: bool
    unit_amount_decimal: str | None
    currency: str | None
    tax_rate: str | tax_rates.out | None  # type: ignore[name-defined]
    group: str | product_groups.out | None  # type: ignore[name-defined]


class ProductIn(Input):
    """``unit_amount_decimal`` is in minor units and needs ``currency``; null means priced by hand."""

    code: Code
    name: Name
    description: LongText = ""
    is_active: Flag = True
    unit_amount_decimal: UnitAmount | None = None
    currency: Currency | None = None
    tax_rate: TaxRateId | None = None
    group: GroupId | None = None
    metadata: Metadata = {}


ProductUpdate = partial(ProductIn)


def serialise(rows: Sequence[Product], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, *FIELDS),
            "object": "product",
            "unit_amount_decimal": serialise_fields(row, "unit_amount")["unit_amount"],
            "currency": row.currency or None,
        }
        for row in rows
    ]


products = Resource(
    path="products",
    model=Product,
    out=ProductOut,
    serialise=serialise,
    rows=lambda: Product.objects.all(),
    filters={
        "code": Filter(type=Code, lookup="code"),
        "is_active": Filter(type=bool, lookup="is_active"),
        "currency": Filter(type=Currency, lookup="currency"),
        "tax_rate": Filter(type=TaxRateId, lookup="tax_rate_id"),
        "group": Filter(type=GroupId, lookup="group_id"),
    },
    expands={"tax_rate": tax_rates, "group": product_groups},
)
collection(router, products)


@router.post("", response={201: ProductOut}, operation_id="create_product")
def create(request: HttpRequest, body: ProductIn) -> Status[JsonObject]:
    new: Any = _values(body.model_dump())
    row = create_products(new=[new], actor=caller_of(request).actor)[0]
    return Status(201, products.one(row.pk, request))


@router.patch("/{id}", response=ProductOut, operation_id="update_product")
def update(request: HttpRequest, id: ProductId, body: ProductUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Change some fields; documents keep what they copied."""
    products.find(id)
    changes = _values(body.changes())  # type: ignore[attr-defined]
    update_product(product_id=id, changes=changes, actor=caller_of(request).actor)
    return products.one(id, request)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "unit_amount_decimal" in values:
        values["unit_amount"] = values.pop("unit_amount_decimal")
    if "currency" in values:
        values["currency"] = values["currency"] or ""
    if values.get("tax_rate") is not None:
        values["tax_rate"] = tax_rates.find(values["tax_rate"], param="/tax_rate")
    if values.get("group") is not None:
        values["group"] = product_groups.find(values["group"], param="/group")
    return values


API = ApiFace(
    mounts=(Mount(path="/products", router=router), Mount(router=configuration)),
    examples={"percent": "22"},
)
