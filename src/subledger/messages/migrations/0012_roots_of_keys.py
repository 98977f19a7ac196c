"""What was sent last of a key is found by how it begins, in a database of any collation."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # who writes waits for no index

    dependencies = [("messages", "0011_unreached_since")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["company", "key"], name="message_key_root", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
        ),
    ]
