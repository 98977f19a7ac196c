"""Banks may tell of a return before they tell of the booking that it undoes: its day is kept until they do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0012_pages_wake_less")]
    operations = [migrations.AddField("paymentrequest", "returned_first_on", models.DateField(null=True))]
