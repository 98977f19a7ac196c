"""Messages keep what of their files is not printed as it was written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messages", "0004_attachments")]

    operations = [
        migrations.AddField("message", "warnings", models.TextField(blank=True, db_default="", default="")),
    ]
