"""Companies keep account of what they were given: those that are there were given everything that rooms declared then."""

import django.contrib.postgres.fields
from django.db import migrations, models

GIVEN = [
    "permission view", "permission export", "permission notes.add", "permission configuration.edit",
    "permission people.edit", "permission customers.edit", "permission accounts.edit", "permission accounts.state",
    "permission products.edit", "permission journal.close", "permission journal.rates",
    "permission transactions.draft", "permission transactions.post", "permission transactions.refund",
    "permission transactions.cancel", "permission transactions.write_off", "permission transactions.move",
    "permission gateways.charge", "permission gateways.edit", "permission imports.run",
    "number series customer", "number series account", "number series invoice", "number series credit_note",
    "number series payment", "number series refund", "number series write_off",
    "number series invoice_cancellation", "number series payment_cancellation", "number series mirror_invoice",
    "account definition", "account classifications", "credit ratings", "payment and delivery methods of accounts",
    "suspense and write-off accounts", "tax rate of nothing", "transaction types and methods", "reasons",
    "transaction definition", "type of payments that a gateway gave back",
    *(
        f"ledger account {code}"
        for code in (
            "1000", "1010", "1020", "1200", "2100", "2200", "4000", "4100", "4900", "5100", "5200", "5900", "9100",
            "9110",
        )
    ),
    *(
        f"posting rule {rule}"
        for rule in (
            "invoice customer net", "invoice customer discount", "invoice customer tax",
            "credit_note customer net", "credit_note customer discount", "credit_note customer tax",
            "payment customer total", "refund customer total", "write_off customer net", "write_off customer tax",
            "payment suspense total", "refund suspense total", "invoice write_off total",
        )
    ),
]  # fmt: skip


def fill(apps, schema_editor):
    apps.get_model("companies", "Company").objects.update(provided=GIVEN)


class Migration(migrations.Migration):
    dependencies = [("companies", "0005_second_factor")]
    operations = [
        migrations.AddField(
            "company",
            "provided",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], default=list),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
