from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0002_guards")]
    operations = [
        migrations.AddField("provider", "creditor", models.JSONField(blank=True, default=dict)),
    ]
