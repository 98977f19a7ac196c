"""What events of catalog are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.catalog.models import TaxRate
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "tax_rate.created": say("Tax rate created"),
}
THINGS = {
    "product": say("Product"),
    "productgroup": say("Product group"),
    "taxrate": say("Tax rate"),
    "tax_rate": say("Tax rate"),
}
EVENT_LABELS = {
    "unit_amount": say("Price"),
}
NAMED = {
    "tax_rate": Named(
        lambda idents: TaxRate.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("entry", "tax-rates", row.public_id),
    ),
}
