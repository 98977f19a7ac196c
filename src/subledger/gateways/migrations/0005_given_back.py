"""Money goes back once: what the books gave back by hand, fees beside a charge's own, payments that a bank returns."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only

# As payment_request_stays of 0002, but that a posted payment may come back too: an unpaid direct debit is returned.
RETURNS = """
    CREATE FUNCTION payment_request_stays_v2() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.id, OLD.company_id, OLD.provider_id, OLD.mode, OLD.type, OLD.account_id, OLD.amount_minor, OLD.currency,
            OLD.charge_id) IS DISTINCT FROM
           (NEW.id, NEW.company_id, NEW.provider_id, NEW.mode, NEW.type, NEW.account_id, NEW.amount_minor, NEW.currency,
            NEW.charge_id)
           OR (OLD.state = 'posted' AND NEW.state NOT IN ('posted', 'rejected'))
           OR (OLD.state = 'rejected' AND NEW.state NOT IN ('rejected', 'posted')) THEN
            RAISE EXCEPTION 'payment request % is %: it cannot be changed so', OLD.id, OLD.state
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_request_stays';
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER payment_request_stays ON gateways_paymentrequest;
    CREATE TRIGGER payment_request_stays BEFORE UPDATE ON gateways_paymentrequest
        FOR EACH ROW EXECUTE FUNCTION payment_request_stays_v2();
"""
STAYED = """
    DROP TRIGGER payment_request_stays ON gateways_paymentrequest;
    CREATE TRIGGER payment_request_stays BEFORE UPDATE ON gateways_paymentrequest
        FOR EACH ROW EXECUTE FUNCTION payment_request_stays();
    DROP FUNCTION payment_request_stays_v2();
"""


class Migration(migrations.Migration):
    dependencies = [("gateways", "0004_defaults")]
    operations = [
        migrations.AddField("dispute", "in_books_minor", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("paymentrequest", "in_books_minor", models.BigIntegerField(db_default=0, default=0)),
        migrations.CreateModel(
            name="Fee",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at", models.DateTimeField()),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="gateways.charge"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("charge"), models.F("reference"), name="fee_reference")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor", 0), _negated=True), name="fee_amount")
                ],
            },
        ),
        append_only("gateways_fee"),
        migrations.RunSQL(RETURNS, STAYED),
    ]
