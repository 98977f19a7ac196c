"""Products and tax rates are kept."""

from __future__ import annotations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present

PRESENT = Present(
    versions=(),
    guards=(
        append_only("catalog_product", updates=True),
        append_only("catalog_taxrate", updates=True),
        append_only("catalog_productgroup", updates=True),
        bumps_configuration("catalog_product"),
        bumps_configuration("catalog_taxrate"),
    ),
)
