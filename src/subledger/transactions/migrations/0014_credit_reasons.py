"""Credit notes have a reason of the company's list; companies that are there get the five that new ones begin with."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import GuardedCheck, append_only
from subledger.platform.sql_versions import installs

GIVE = """
    INSERT INTO transactions_creditreason (company_id, code, name, description, is_active)
    SELECT c.id, r.code, r.name, '', true
      FROM companies_company c
     CROSS JOIN (VALUES ('duplicate', 'Duplicate'), ('fraudulent', 'Fraudulent'), ('order_change', 'Order change'),
                        ('product_unsatisfactory', 'Product unsatisfactory'), ('other', 'Other')) r (code, name);
    UPDATE companies_company SET provided = array_append(provided, 'reasons of credit notes');
"""
TAKE = "UPDATE companies_company SET provided = array_remove(provided, 'reasons of credit notes');"


class Migration(migrations.Migration):
    dependencies = [("companies", "0006_provided"), ("transactions", "0013_credited_items")]

    operations = [
        migrations.CreateModel(
            name="CreditReason",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={"ordering": ["name"], "abstract": False},
        ),
        migrations.AddConstraint(
            model_name="creditreason",
            constraint=models.UniqueConstraint(
                models.F("company"), models.F("code"), name="transactions_creditreason_code"
            ),
        ),
        migrations.RunSQL(GIVE, TAKE),
        migrations.AddField(
            "transaction",
            "credit_reason",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="transactions.creditreason",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=GuardedCheck(
                condition=models.Q(("credit_reason", None), ("classification", "credit_note"), _connector="OR"),
                name="transaction_credit_reason",
            ),
        ),
        migrations.AddIndex(
            "transaction",
            models.Index(
                models.F("credit_reason"),
                models.F("id"),
                condition=models.Q(("credit_reason__isnull", False)),
                name="transaction_credit_reasons",
            ),
        ),
        append_only("transactions_creditreason", updates=True),
        bumps_configuration("transactions_creditreason"),
        installs("transactions", "transaction_arrived_v4", instead_of="transaction_arrived_v3"),
        installs("transactions", "credited_within_v2", instead_of="credited_within_v1"),
        installs("transactions", "posting_write_v5"),
    ]
