"""Since when a message waits because the mail server cannot be reached."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # who writes waits for no index

    dependencies = [("messages", "0010_suppressed_meanwhile")]

    operations = [
        migrations.AddField(model_name="message", name="unreached_since", field=models.DateTimeField(null=True)),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("unreached_since__isnull", False)),
                fields=["company", "unreached_since"],
                name="message_unreached",
            ),
        ),
    ]
