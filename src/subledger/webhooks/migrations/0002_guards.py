from django.db import migrations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]
    operations = [
        installs("webhooks", "webhook_delivery_stays_v1"),
        installs("webhooks", "webhook_cursor_forward_v1"),
        append_only("webhooks_webhookendpoint", updates=True),
        append_only("webhooks_webhookcursor", updates=True),
        append_only("webhooks_webhookdelivery", updates=True, deletes=True),
    ]
