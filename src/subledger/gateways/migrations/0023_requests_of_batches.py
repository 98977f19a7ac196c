from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("gateways", "0022_request_batches")]

    operations = [
        AddIndexConcurrently(
            "paymentrequest",
            models.Index(
                models.F("batch"), models.F("id"), condition=models.Q(("batch__isnull", False)), name="request_batch"
            ),
        ),
    ]
