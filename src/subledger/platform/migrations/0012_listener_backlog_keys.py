from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0011_listener_backlogs")]

    operations = [
        migrations.AlterField("listenerbacklog", "id", models.BigAutoField(primary_key=True, serialize=False)),
    ]
