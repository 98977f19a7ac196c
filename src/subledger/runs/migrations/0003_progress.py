from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_guards")]
    operations = [
        migrations.AddField(
            "runstage", "doing", models.CharField(blank=True, db_default="", max_length=60)
        ),
        migrations.AddField("runstage", "reached", models.BigIntegerField(null=True)),
        migrations.AddField("runstage", "target", models.BigIntegerField(null=True)),
    ]
