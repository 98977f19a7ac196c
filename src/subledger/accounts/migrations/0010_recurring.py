"""Whether runs may collect by a way to pay is said of each, whoever processes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_contact_words")]

    operations = [
        migrations.AddField(
            "accountpaymentpreference", "is_recurring", models.BooleanField(db_default=True, default=True)
        ),
    ]
