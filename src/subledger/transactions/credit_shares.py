"""The table of what credit notes for invoices as a whole take of single items."""

from __future__ import annotations

from django.db import models

from subledger.platform.fields import minor_field
from subledger.platform.scope import ScopedManager


class CreditShare(models.Model):
    """What a posted credit note for invoices as a whole takes of an item of one of them."""

    pk = models.CompositePrimaryKey("transaction_id", "invoice_id", "position")
    transaction = models.ForeignKey(
        "transactions.Transaction", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="credit_shares"
    )
    invoice_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    net_minor = minor_field()  # after discount
    tax_minor = minor_field()

    objects = ScopedManager("transaction__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["invoice_id", "position"], name="credit_share_index")]
