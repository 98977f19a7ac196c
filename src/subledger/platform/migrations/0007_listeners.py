"""Events know the transaction that wrote them, and listeners how far they have heard.

The column comes without a value for what is there, and its default after it, so that the table is not written anew.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

COLUMN = """
    ALTER TABLE platform_event ADD COLUMN recorded_in bigint;
    ALTER TABLE platform_event ALTER COLUMN recorded_in SET DEFAULT txid_current();
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0006_last_check")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(COLUMN, "ALTER TABLE platform_event DROP COLUMN recorded_in")],
            [
                migrations.AddField(
                    "event",
                    "recorded_in",
                    models.BigIntegerField(db_default=models.Func(function="txid_current"), null=True),
                )
            ],
        ),
        migrations.AddIndex(
            "event",
            django.contrib.postgres.indexes.BrinIndex(
                models.F("recorded_in"), autosummarize=True, name="event_recorded_in"
            ),
        ),
        migrations.CreateModel(
            "ListenerCursor",
            [
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("floor", models.BigIntegerField(default=0)),
                ("recorded_in", models.BigIntegerField()),
                ("event_id", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField()),
                ("failed_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
