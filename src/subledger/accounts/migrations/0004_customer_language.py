"""In which language a customer is spoken to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_release_payment_preferences")]
    operations = [
        migrations.AddField(
            model_name="customer",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
    ]
