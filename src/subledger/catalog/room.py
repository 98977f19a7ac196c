from __future__ import annotations

from subledger.platform.rooms import ConfigurationTable, Permission, Room

from .defaults import DEFAULTS
from .entries import KEPT
from .imports import IMPORTS

ROOM = Room(
    name="catalog",
    permissions={
        "products.edit": Permission(
            title="Create and change products", roles=frozenset({"billing_manager", "accountant"})
        ),
    },
    scopes={"products": frozenset({"products.edit"})},
    tables=[
        ConfigurationTable(name="tax_rates", thing="tax_rate"),
        ConfigurationTable(name="product_groups", thing="product_group"),
    ],
    imports=IMPORTS,
    kept=KEPT,
    defaults=DEFAULTS,
)
