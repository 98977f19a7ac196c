"""Ready rows of companies that are there get their names in the languages of customers, where nobody renamed them."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from subledger.catalog.models import Product
from subledger.dunning.models import DunningLevel
from subledger.kernel.names import TRANSLATIONS
from subledger.transactions.models import CreditReason, PaymentMethod, RefundMethod, TransactionType

pytestmark = pytest.mark.django_db
TABLES = {
    PaymentMethod: ("transactions", "0035"),
    RefundMethod: ("transactions", "0035"),
    CreditReason: ("transactions", "0035"),
    TransactionType: ("transactions", "0035"),
    Product: ("catalog", "0006"),
    DunningLevel: ("dunning", "0005"),
}


def names_of(model):
    """But of types that came later, with their names."""
    later = {"code__startswith": "wallet_"} if model is TransactionType else {"pk": 0}
    return sorted(model.objects.exclude(**later).values_list("name", *TRANSLATIONS.values()))


@pytest.mark.parametrize("model", TABLES)
def test_what_nobody_renamed_gets_the_names_of_new_companies(company, model):
    room, number = TABLES[model]
    ready = names_of(model)
    model.objects.update(**dict.fromkeys(TRANSLATIONS.values(), ""))
    renamed = model.objects.order_by("-pk").first()
    model.objects.filter(pk=renamed.pk).update(name="Our own")
    migration = import_module(f"subledger.{room}.migrations.{number}_names_by_language").Migration
    with connection.cursor() as cursor:
        for operation in migration.operations:
            if hasattr(operation, "sql"):
                cursor.execute(operation.sql)
    found = names_of(model)
    assert ("Our own", "", "", "", "") in found
    own = [row for row in ready if row[0] == renamed.name]
    assert sorted([*(row for row in found if row[0] != "Our own"), *own]) == ready
