"""What copies can be of is a table that rooms fill."""

from django.db import migrations, models

from subledger.platform.guards import append_only

KINDS = (
    *("invoice", "credit_note", "invoice_cancellation", "payment", "payment_cancellation", "refund", "write_off"),
    "statement",
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_electronic_invoices")]

    operations = [
        migrations.CreateModel(
            name="CopyKind",
            fields=[("name", models.CharField(max_length=24, primary_key=True, serialize=False))],
        ),
        # Those that copies have by now; rooms tell them anew, with whatever they added, at the end of the migration.
        migrations.RunSQL(
            "INSERT INTO documents_copykind (name) VALUES " + ", ".join(f"('{name}')" for name in KINDS),
            migrations.RunSQL.noop,
        ),
        append_only("documents_copykind"),
        migrations.RemoveConstraint("copy", "document_copy_kind"),
        migrations.AlterField(
            "copy",
            "kind",
            models.ForeignKey(
                "documents.CopyKind", models.PROTECT, db_column="kind", db_index=False, related_name="+"
            ),
        ),
    ]
