from django.db import migrations

from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]
    operations = [append_only("imports_importrun")]
