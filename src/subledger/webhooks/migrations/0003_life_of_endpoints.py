from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_guards")]
    operations = [installs("webhooks", "webhook_endpoint_life_v1")]
