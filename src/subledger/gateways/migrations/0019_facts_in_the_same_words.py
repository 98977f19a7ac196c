"""Facts that one statement tells in the same words are told apart by their place among them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateways", "0018_request_reports")]

    operations = [migrations.AddField("unbookedfact", "place", models.IntegerField(db_default=1, default=1))]
