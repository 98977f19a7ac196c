"""Electronic invoices: what a letterhead says in them, and copies of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_guards")]

    operations = [
        migrations.AddField(
            "letterhead", "tax_number", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
        migrations.AddField(
            "letterhead", "electronic_address", models.CharField(blank=True, db_default="", default="", max_length=120)
        ),
        migrations.RemoveConstraint("copy", "document_copy_format"),
        migrations.AddConstraint(
            "copy",
            models.CheckConstraint(
                condition=models.Q(("format__in", ["pdf", "html", "xlsx", "csv", "rtf", "ubl", "cii", "facturx"])),
                name="document_copy_format",
            ),
        ),
    ]
