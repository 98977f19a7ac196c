"""The taxes that are applied to an invoice or a credit note, by rate, as JSON or XML."""

# No deferred annotations here: operations are annotated with types made here.
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from subledger.api_kit.resources import JsonObject, Resource, refuse_unknown_parameters
from subledger.catalog.models import TaxRate
from subledger.documents.values import TaxCategory, category_of
from subledger.kernel import ids
from subledger.transactions.models import Transaction, TransactionItem

from .documents import credit_notes, invoices
from .transactions import TransactionId

router = Router(tags=["Documents"])


class TaxFormat(StrEnum):
    JSON = "json"
    XML = "xml"


class AppliedTaxesQuery(Schema):
    format: TaxFormat = TaxFormat.JSON


class AppliedTax(Schema):
    tax_rate: str | None = Field(description="The id of the rate; null where an item names a percentage alone.")
    percent: str
    category: TaxCategory
    taxable: int = Field(description="Net less discount of its items, in minor units.")
    amount: int
    items: list[int] = Field(description="The positions of the items.")


class AppliedTaxes(Schema):
    object: Literal["applied_taxes"]
    document: str
    currency: str
    total: int
    taxes: list[AppliedTax]


def _applied(row: Transaction) -> JsonObject:
    """By rate, the highest first. Amounts are the sums of what the items say."""
    items = TransactionItem.objects.filter(transaction=row.pk).select_related("tax_rate").order_by("position")
    found: dict[tuple[Any, ...], JsonObject] = {}
    for item in items:
        rate = item.tax_rate
        category = category_of(item.tax_percent, rate.category) if rate else category_of(item.tax_percent)
        key = (item.tax_percent.normalize(), category, item.tax_rate_id or 0)
        one = found.setdefault(
            key,
            {
                "tax_rate": ids.encode(TaxRate.PREFIX, item.tax_rate_id) if item.tax_rate_id else None,
                "percent": f"{key[0]:f}", "category": category, "taxable": 0, "amount": 0, "items": [],
            },
        )  # fmt: skip
        one["taxable"] += item.net_minor - item.discount_minor
        one["amount"] += item.tax_minor
        one["items"].append(item.position)
    taxes = [one for _, one in sorted(found.items(), key=lambda pair: pair[0], reverse=True)]
    return {
        "object": "applied_taxes", "document": row.public_id, "currency": row.currency,
        "total": sum(one["amount"] for one in taxes), "taxes": taxes,
    }  # fmt: skip


def _xml(said: JsonObject) -> bytes:
    root = ElementTree.Element("applied_taxes", {name: str(said[name]) for name in ("document", "currency", "total")})
    taxes: Sequence[JsonObject] = said["taxes"]
    for one in taxes:
        tax = ElementTree.SubElement(
            root, "tax", {name: str(value) for name, value in one.items() if name != "items" and value is not None}
        )
        for position in one["items"]:
            ElementTree.SubElement(tax, "item", {"position": str(position)})
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _mounted(resource: Resource) -> None:
    thing = resource.path.removesuffix("s")

    @router.get(
        f"/{resource.path}/{{id}}/applied_taxes",
        response={200: AppliedTaxes},
        openapi_extra={"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}},
        operation_id=f"list_{thing}_applied_taxes",
        summary=f"Retrieve the taxes of {'an' if thing[0] == 'i' else 'a'} {thing.replace('_', ' ')}",
    )
    def applied_taxes(request: HttpRequest, id: TransactionId, query: Query[AppliedTaxesQuery]) -> Any:
        """What is taxed at each rate, and comes to how much."""
        refuse_unknown_parameters(request, AppliedTaxesQuery)
        said = _applied(resource.find(id))
        if query.format is TaxFormat.XML:
            return HttpResponse(_xml(said), content_type="application/xml")
        return said


for one in (invoices, credit_notes):
    _mounted(one)
