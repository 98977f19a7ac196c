from __future__ import annotations

from decimal import Decimal

import pytest
from tests.factories import make_company, refused_by

from subledger.catalog.errors import ProductInvalid, TaxRateInvalid
from subledger.catalog.models import Product, TaxRate
from subledger.catalog.services import create_products, create_tax_rate
from subledger.companies.errors import CodeTaken
from subledger.platform.models import Event
from subledger.platform.scope import company_scope


def test_products_are_created_all_or_none(company):
    good = {"code": "p1", "name": "Card", "unit_amount": Decimal(100_00), "currency": "EUR"}
    [row] = create_products(new=[good], actor="ana")
    assert (row.currency, row.unit_amount) == ("eur", 100_00)
    assert Event.objects.get(object_id=row.pk).actor == "ana"
    for bad in (
        {"code": "p1", "name": "Twin"},
        {"code": "", "name": "X"},
        {"code": "p3", "name": ""},
        {"code": "p3", "name": "X", "unit_amount": Decimal(-1), "currency": "eur"},
        {"code": "p3", "name": "X", "unit_amount": Decimal("NaN"), "currency": "eur"},
        {"code": "p2", "name": "the same code twice"},
    ):
        is_taken = bad["code"] in ("p1", "p2")
        with pytest.raises(CodeTaken if is_taken else ProductInvalid):
            create_products(new=[{"code": "p2", "name": "Fine"}, bad], actor="ana")
    assert not Product.objects.filter(code="p2").exists()


@pytest.mark.parametrize("percent", ["-1", "100.5", "NaN", "Infinity"])
def test_a_tax_rate_is_0_to_100_percent(company, percent: str):
    with pytest.raises(TaxRateInvalid, match="Use 0 to 100 percent"):
        create_tax_rate(code="odd", name="Odd", percent=Decimal(percent), actor="ana")


def test_codes_are_each_companys_own(company):
    with pytest.raises(CodeTaken, match="taken by another tax rate"):
        create_tax_rate(code="standard", name="Twin", percent=Decimal(20), actor="ana")
    create_tax_rate(code="luxury", name="Luxury", percent=Decimal("22.5"), actor="ana")
    with company_scope(make_company().pk):
        create_tax_rate(code="luxury", name="Luxury", percent=Decimal(25), actor="ana")
        assert TaxRate.objects.get(code="luxury").percent == 25
    assert TaxRate.objects.get(code="luxury").percent == Decimal("22.5")


def test_the_database_holds_the_bounds_too(company):
    with refused_by("tax_rate_percent"):
        TaxRate.objects.filter(code="standard").update(percent=101)
    with refused_by("tax_rate_code"):
        TaxRate.objects.filter(code="standard").update(code="reduced")
    with refused_by("catalog_taxrate_append_only"):
        TaxRate.objects.filter(code="zero").delete()
