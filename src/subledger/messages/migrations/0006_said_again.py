"""Messages keep how their troubles and warnings are said in other languages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messages", "0005_warnings")]

    operations = [
        migrations.AddField("message", "sentences", models.JSONField(db_default={}, default=dict)),
    ]
