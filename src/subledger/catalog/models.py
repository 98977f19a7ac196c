from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.companies.owned import Catalogue, Translated, one_of
from subledger.documents.values import TaxCategory
from subledger.platform.fields import currency_field


class TaxRate(Catalogue):
    PREFIX = "tax"

    percent = models.DecimalField(max_digits=7, decimal_places=4)  # 19 for 19 %
    # What documents say of the tax; `documents.values.category_of` reads it, for one of 0 % is none of the standard.
    category = models.CharField(max_length=2, default=TaxCategory.STANDARD, db_default=TaxCategory.STANDARD.value)
    exemption = models.CharField(max_length=300, blank=True, default="", db_default="")  # why there is no tax

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="tax_rate_code"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="tax_rate_percent"),
            one_of("category", TaxCategory, name="tax_rate_category"),
            models.CheckConstraint(
                condition=Q(percent=0) | Q(category=TaxCategory.STANDARD.value), name="tax_rate_taxed_is_standard"
            ),
        ]


class ProductGroup(Catalogue):
    """Products that are treated alike, as by posting rules."""

    PREFIX = "pgr"

    class Meta(Catalogue.Meta):
        constraints = [models.UniqueConstraint("company", "code", name="product_group_code")]


class Product(Translated, Catalogue):
    PREFIX = "prd"

    unit_amount = models.DecimalField(max_digits=24, decimal_places=8, null=True)  # minor units; null: priced by hand
    currency = currency_field(blank=True)
    tax_rate = models.ForeignKey(TaxRate, models.PROTECT, null=True)
    group = models.ForeignKey(ProductGroup, models.PROTECT, null=True)
    is_revenue = models.BooleanField(default=True, db_default=True)  # deposits and what is passed through are not
    metadata = models.JSONField(default=dict)

    class Meta(Catalogue.Meta):
        constraints = [models.UniqueConstraint("company", "code", name="product_code")]
