"""The taxes that are applied to a document, by rate."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from tests.api.client import ApiClient
from tests.factories import Ledger

from subledger.catalog.services import create_tax_rate
from subledger.companies.models import Company
from subledger.transactions.models import Transaction
from subledger.transactions.rules.items import NewItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(ledger: Ledger, company: Company):
    rate = create_tax_rate(code="t19", name="Standard", percent=Decimal(19), actor="test")
    taxed = {"tax_rate_id": rate.pk, "tax_percent": rate.percent}
    items = (
        NewItem(description="Access", unit_amount=Decimal(10_000), **taxed),
        NewItem(description="Stamps", unit_amount=Decimal(500)),
        NewItem(description="Work", unit_amount=Decimal(5_000), discount_minor=1_000, **taxed),
    )
    row = Transaction.objects.get(pk=ledger.invoice(items=items, on="04/05").id)
    return ApiClient(company), row, rate


def test_each_rate_says_what_it_taxes(asked):
    api, row, rate = asked
    assert api.get(f"invoices/{row.public_id}/applied_taxes") == {
        "object": "applied_taxes",
        "document": row.public_id,
        "currency": "eur",
        "total": 2_660,
        "taxes": [
            {"tax_rate": rate.public_id, "percent": "19", "category": "S", "taxable": 14_000, "amount": 2_660,
             "items": [1, 3]},
            {"tax_rate": None, "percent": "0", "category": "Z", "taxable": 500, "amount": 0, "items": [2]},
        ],
    }  # fmt: skip
    assert row.tax_minor == 2_660


def test_as_xml_and_of_the_right_document_alone(asked):
    api, row, _ = asked
    answer = api.request("GET", f"invoices/{row.public_id}/applied_taxes?format=xml")
    root = ElementTree.fromstring(answer.content)
    assert (root.tag, root.get("total")) == ("applied_taxes", "2660")
    assert [one.get("amount") for one in root] == ["2660", "0"]
    assert api.get(f"credit_notes/{row.public_id}/applied_taxes", expect=404)["code"] == "not_found"
    assert api.get(f"invoices/{row.public_id}/applied_taxes?format=json&format=xml", expect=422)["param"] == "/format"
