"""The CHECKs of transactions, items and allocations are evaluated by their guards, whose plans are kept."""

from django.db import migrations, models

from subledger.platform.guards import GuardedCheck
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [
        ("transactions", "0008_default_tax_rate"),
    ]

    operations = [
        installs("transactions", "transaction_arrived_v3", instead_of="transaction_arrived_v2"),
        installs("transactions", "item_arrived_v2", instead_of="item_arrived_v1"),
        installs("transactions", "allocation_made_v2", instead_of="allocation_made_v1"),
        installs("transactions", "allocation_released_v2", instead_of="allocation_released_v1"),
        migrations.RemoveConstraint("allocation", "allocation_principle"),
        migrations.RemoveConstraint("allocation", "allocation_release_reason"),
        migrations.RemoveConstraint("allocation", "allocation_amount"),
        migrations.RemoveConstraint("allocation", "allocation_release"),
        migrations.RemoveConstraint("transaction", "transaction_classification"),
        migrations.RemoveConstraint("transaction", "transaction_total"),
        migrations.RemoveConstraint("transaction", "transaction_invoice_due"),
        migrations.RemoveConstraint("transaction", "transaction_state"),
        migrations.RemoveConstraint("transaction", "transaction_posted_has_number_and_day"),
        migrations.RemoveConstraint("transaction", "transaction_amount"),
        migrations.RemoveConstraint("transactionitem", "item_sub_total"),
        migrations.RemoveConstraint("transactionitem", "item_price_is"),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=GuardedCheck(
                condition=models.Q(("principle__in", ["fifo", "against_item"])), name="allocation_principle"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("release_reason__in", ["displaced", "invoice_cancelled", "payment_cancelled", "payment_moved"]),
                    ("release_reason__isnull", True),
                    _connector="OR",
                ),
                name="allocation_release_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=GuardedCheck(condition=models.Q(("minor__gt", 0)), name="allocation_amount"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=GuardedCheck(
                condition=models.Q(
                    models.Q(("release_reason", None), ("released_at", None), ("released_on", None)),
                    models.Q(
                        ("release_reason__isnull", False),
                        ("released_at__isnull", False),
                        ("released_on__gte", models.F("allocated_on")),
                    ),
                    _connector="OR",
                ),
                name="allocation_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    (
                        "classification__in",
                        [
                            "invoice",
                            "credit_note",
                            "payment",
                            "refund",
                            "write_off",
                            "invoice_cancellation",
                            "payment_cancellation",
                        ],
                    )
                ),
                name="transaction_classification",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("state__in", ["draft", "pending", "posted", "rejected", "cancelled", "written_off"])
                ),
                name="transaction_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("amount_minor__lt", 9007199254740992),
                    models.Q(
                        ("amount_minor__gt", 0),
                        models.Q(("amount_minor", 0), ("classification__in", ["invoice", "invoice_cancellation"])),
                        _connector="OR",
                    ),
                ),
                name="transaction_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("net_minor__isnull", True),
                    ("amount_minor", models.F("net_minor") - models.F("discount_minor") + models.F("tax_minor")),
                    _connector="OR",
                ),
                name="transaction_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    models.Q(
                        ("base_minor", None),
                        ("number", None),
                        ("posted_at", None),
                        ("posted_on", None),
                        ("state__in", ["draft", "pending", "rejected"]),
                    ),
                    models.Q(
                        ("base_minor__isnull", False),
                        ("number__isnull", False),
                        ("posted_at__isnull", False),
                        ("posted_on__isnull", False),
                        ("state__in", ["posted", "cancelled", "written_off"]),
                    ),
                    _connector="OR",
                ),
                name="transaction_posted_has_number_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(
                    models.Q(("classification", "invoice"), _negated=True),
                    ("posted_on", None),
                    models.Q(("due_on__gte", models.F("posted_on")), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="transaction_invoice_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionitem",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("sub_total_minor", models.F("net_minor") - models.F("discount_minor") + models.F("tax_minor"))
                ),
                name="item_sub_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="transactionitem",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("price_is__in", ["unit", "unit_with_tax", "sub_total"]),
                    ("price_is__isnull", True),
                    _connector="OR",
                ),
                name="item_price_is",
            ),
        ),
    ]
