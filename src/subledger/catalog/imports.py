"""Products from a file, and the products and tax rates that files name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from subledger.accounts.imports.errors import CREATE_MISSING
from subledger.catalog.models import ProductGroup, TaxRate
from subledger.catalog.services import NewProduct, create_products
from subledger.import_kit.errors import EntryUnknown, NumberInvalid, RowInvalid
from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.lookups import Names, base_currency, rows_named
from subledger.import_kit.masters import Masters
from subledger.import_kit.options import Choices, Options
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.fields import Fields
from subledger.kernel.money import to_decimal
from subledger.kernel.names import TRANSLATIONS
from subledger.kernel.sentences import say


class ProductUnknown(RowInvalid):
    code = "product_unknown"

    def __init__(self, code: str) -> None:
        super().__init__(
            say("The books have no product {code!r}. Import or create it first.", code=code), "product", CREATE_MISSING
        )


PRODUCTS = """
    SELECT p.code, p.id, p.name, p.name_en, p.name_de, p.name_it, p.name_el,
           p.unit_amount, p.currency, p.tax_rate_id, r.percent AS tax_percent, p.description,
           g.code AS "group", p.is_revenue
      FROM catalog_product p LEFT JOIN catalog_taxrate r ON r.id = p.tax_rate_id
      LEFT JOIN catalog_productgroup g ON g.id = p.group_id
     WHERE p.company_id = %(company)s AND p.code = ANY(%(names)s)
"""


class ProductInBooks(NamedTuple):
    id: int
    name: str
    name_en: str
    name_de: str
    name_it: str
    name_el: str
    unit_amount: Decimal | None  # minor units
    currency: str
    tax_rate_id: int | None
    tax_percent: Decimal | None
    description: str
    group: str | None = None  # its code
    is_revenue: bool = True


def products_coded(codes: Sequence[str]) -> dict[str, ProductInBooks]:
    return dict(rows_named(ProductInBooks, PRODUCTS, codes))


class TaxRates:
    """Tax rates by code, name or percentage ("19", "19 %")."""

    def __init__(self) -> None:
        rates = list(TaxRate.objects.order_by("code"))
        self._rows = [rate for rate in rates if rate.is_active]
        self._percentages = frozenset(rate.percent for rate in rates)

    def find(self, row: Row, field: str = "tax_rate") -> tuple[TaxRate | None, Decimal | None]:
        """(the entry, the percentage) that a cell names; (None, None) when it is empty.

        Raises:
            EntryUnknown: the text is neither the name of an entry nor a percentage.
            PercentageAmbiguous: it may be a fraction of one, and no entry has that percentage.
        """
        text = row.text(field)
        if not text:
            return None, None
        for entry in self._rows:
            if text.casefold() in (entry.code.casefold(), entry.name.casefold()):
                return entry, entry.percent
        try:
            percent = row.percent(field, places=4, rates=self._percentages)
        except NumberInvalid:
            raise EntryUnknown(say("tax rate"), text, self.known(), field) from None
        return next((entry for entry in self._rows if entry.percent == percent), None), percent

    def percentages(self) -> frozenset[Decimal]:
        """Of all entries, in use or not."""
        return self._percentages

    def known(self) -> list[str]:
        return [row.code for row in self._rows]


class ProductGroups:
    """Product groups in use, by code or name."""

    def __init__(self) -> None:
        self._rows = list(ProductGroup.objects.filter(is_active=True).order_by("code"))

    def find(self, row: Row) -> ProductGroup | None:
        """The group that a cell names; None when it is empty. EntryUnknown."""
        text = row.text("group", longest=200)
        if not text:
            return None
        for entry in self._rows:
            if text.casefold() in (entry.code.casefold(), entry.name.casefold()):
                return entry
        raise EntryUnknown(say("product group"), text, [entry.code for entry in self._rows], "group")


class Products(Masters[Choices]):
    thing, field = "product", "product"

    def __init__(self, options: Options[Choices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._known = Names(products_coded)
        self._rates = TaxRates()
        self._groups = ProductGroups()
        self._base = base_currency()

    def name_of(self, row: Row) -> str:
        return row.needed("product", longest=60)

    def look_up(self, rows: Sequence[Row]) -> None:
        self._known.look_up(str(row.cells.get("product", "")) for row in rows)

    def read(self, row: Row, name: str) -> NewProduct | None:
        currency = row.currency() or self.options.currency or self._base
        price = row.unit_amount("unit_price", currency)
        found, percent = self._rates.find(row)
        if percent is not None and not found:
            raise EntryUnknown(say("tax rate"), row.text("tax_rate"), self._rates.known(), "tax_rate")
        group = self._groups.find(row)
        is_revenue = _flag(row, "is_revenue")
        names = {each: row.text(each, longest=200) for each in TRANSLATIONS.values()}
        known = self._known[name]
        if known:
            self.same(
                name,
                {
                    "name": (known.name, row.text("name", longest=200)),
                    **{each: (getattr(known, each), text) for each, text in names.items()},
                    "description": (known.description, row.text("description", longest=10_000)),
                    "currency": (known.currency.upper(), (currency if price is not None else "").upper()),
                    "unit_price": (_price(known.unit_amount, currency), _price(price, currency)),
                    "tax_rate": (known.tax_percent, found.percent if found else None),
                    "group": (known.group, group.code if group else None),
                    "is_revenue": (_yes(known.is_revenue), _yes(is_revenue)),
                },
            )
            return None
        new: NewProduct = {
            "code": name,
            "name": row.text("name", longest=200) or name,
            "description": row.text("description", longest=10_000),
            "unit_amount": price,
            "tax_rate": found,
            "group": group,
            "is_revenue": is_revenue is not False,
        }
        new.update(names)  # type: ignore[typeddict-item]
        if price is not None:
            new["currency"] = currency
        return new

    def create(self, new: list[NewProduct]) -> Sequence[Any]:
        return create_products(new=new, actor=self.options.actor)


YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


def _flag(row: Row, field: str) -> bool | None:
    """Yes or no; None where the cell is empty. EntryUnknown."""
    text = row.text(field).casefold()
    if text and text not in YES | NO:
        raise EntryUnknown("answer", text, ["yes", "no"], field)
    return text in YES if text else None


def _yes(flag: bool | None) -> str | None:
    return None if flag is None else "yes" if flag else "no"


def _price(minor: Decimal | None, currency: str) -> Decimal | None:
    """In major units, as people write it."""
    if minor is None:
        return None
    return minor.scaleb(int(to_decimal(1, currency).as_tuple().exponent)).normalize()


IMPORTS = [
    ImportKind(
        name="products",
        title=say("Products"),
        fields=Fields(
            ("product",),
            (
                "name",
                *TRANSLATIONS.values(),
                "description",
                "unit_price",
                "currency",
                "tax_rate",
                "group",
                "is_revenue",
            ),
            identity="product",
            money=frozenset({"unit_price"}),
            prices=frozenset({"unit_price"}),
            percentages=frozenset({"tax_rate"}),
            nameable=frozenset({"tax_rate"}),
            also_called={
                "unit_amount": ("unit_price",),
                "unit_amount_decimal": ("unit_price",),
                "tax_percent": ("tax_rate",),
                "percent": ("tax_rate",),
            },
        ),
        needed=("products.edit",),
        importer=Products,
        choices=Choices,
    )
]
