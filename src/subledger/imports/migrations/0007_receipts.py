from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0006_orders")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="receipts",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
