"""What a listener could not hear of one company waits by itself, and the others go on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0010_own_numbers")]

    operations = [
        migrations.CreateModel(
            "ListenerBacklog",
            [
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listener", models.TextField()),
                ("company_id", models.BigIntegerField()),
                ("floor", models.BigIntegerField(default=0)),
                ("recorded_in", models.BigIntegerField()),
                ("event_id", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField()),
                ("failed_at", models.DateTimeField(null=True)),
                ("tries", models.IntegerField()),
                ("next_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["listener", "company_id"], name="listener_backlog_of_company")
                ]
            },
        ),
    ]
