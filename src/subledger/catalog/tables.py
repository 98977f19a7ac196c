"""What people configure of what is sold: products, their groups, and taxes."""

from __future__ import annotations

from subledger.documents.values import TaxCategory
from subledger.kernel.sentences import say
from subledger.platform.configuration import (
    CODE,
    DESCRIPTION,
    IN_USE,
    NAME,
    NAMES,
    PLAIN,
    Change,
    ConfigurationField,
    ConfigurationTable,
    FieldKind,
    Use,
    Words,
)

from .guards import check_tax_rate
from .models import Product, ProductGroup, TaxRate
from .services import check_price

GROUP = say("Products and taxes")
TAX_CATEGORIES: dict[str, str] = {
    TaxCategory.STANDARD: say("Standard"),
    TaxCategory.ZERO: say("Zero-rated"),
    TaxCategory.EXEMPT: say("Exempt"),
    TaxCategory.REVERSE_CHARGE: say("Reverse charge"),
    TaxCategory.INTRA_COMMUNITY: say("Intra-Community supply"),
    TaxCategory.EXPORT: say("Export"),
    TaxCategory.OUTSIDE: say("Outside the scope of tax"),
}


def _product(change: Change) -> None:
    check_price(change.row.unit_amount, change.row.currency)


TAX_RATES = ConfigurationTable(
    model=TaxRate,
    name="tax_rates",
    title=say("Tax rates"),
    noun=say("tax rate"),
    about=say("Percentages of the net amount."),
    group=GROUP,
    position=32,
    fields=(
        NAME,
        CODE,
        ConfigurationField(name="percent"),
        ConfigurationField(
            name="category",
            help=say(
                "As electronic invoices say it. Above 0 % it is standard; a rate of 0 % that is said to "
                "be standard is zero-rated."
            ),
            choices=TaxCategory,
            spoken=TAX_CATEGORIES,
            is_filter=True,
        ),
        ConfigurationField(
            name="exemption",
            label=say("Why no tax"),
            help=say(
                "Said on documents, such as: Exempt under article 132 of the VAT directive. The usual "
                "words of the category if left out."
            ),
        ),
        DESCRIPTION,
        IN_USE,
    ),
    columns=("name", "code", "percent", "category", "is_active"),
    guard=check_tax_rate,
    words={
        "tax_rate_percent": Words(say("A tax rate is 0 to 100 percent. Correct it."), field="percent"),
        "tax_rate_taxed_is_standard": Words(
            say("A rate above 0 percent is of the standard category. Choose that, or a rate of 0."), field="category"
        ),
    },
)

PRODUCT_GROUPS = ConfigurationTable(
    model=ProductGroup,
    name="product_groups",
    title=say("Product groups"),
    noun=say("product group"),
    about=say("Products that posting rules treat alike."),
    group=GROUP,
    position=31,
    fields=PLAIN,
    columns=("name", "code", "is_active"),
)

PRODUCTS = ConfigurationTable(
    model=Product,
    name="products",
    title=say("Products"),
    noun=say("product"),
    about=say("What is sold, at which price and tax rate."),
    note=say(
        "``unit_amount_decimal`` is in minor units and needs ``currency``; null means priced by "
        "hand. Documents keep what they copied of it."
    ),
    tag=say("Products"),
    group=GROUP,
    position=30,
    permission="products.edit",
    fields=(
        NAME,
        CODE,
        ConfigurationField(
            name="unit_amount",
            api_name="unit_amount_decimal",
            page_name="price",
            label=say("Unit price"),
            help=say("Typed on each document if left empty."),
            kind=FieldKind.UNIT_PRICE,
            currency="currency",
        ),
        ConfigurationField(name="currency", kind=FieldKind.CURRENCY, is_filter=True),
        ConfigurationField(name="tax_rate", is_filter=True, expands=True),
        ConfigurationField(name="group", is_filter=True, expands=True),
        ConfigurationField(
            name="is_revenue",
            label=say("Counts as revenue"),
            short=say("Revenue"),
            help=say(
                "Not deposits, vouchers sold, or what is passed on: their posting rules name no account of income."
            ),
            is_filter=True,
        ),
        DESCRIPTION,
        *NAMES,
        IN_USE,
        ConfigurationField(name="metadata"),
    ),
    columns=("name", "code", "unit_amount", "currency", "tax_rate", "group", "is_active"),
    guard=_product,
    uses=[Use(TaxRate, "tax_rate", say("the tax rate of the product"))],
)

TABLES = (TAX_RATES, PRODUCT_GROUPS, PRODUCTS)
