from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        append_only("catalog_product", updates=True),
        append_only("catalog_taxrate", updates=True),
        bumps_configuration("catalog_product", "catalog_taxrate"),
    ]
