from __future__ import annotations

from subledger.kernel.errors import Invalid


class ProductInvalid(Invalid):
    code = "product_invalid"


class TaxRateInvalid(Invalid):
    code = "tax_rate_invalid"
