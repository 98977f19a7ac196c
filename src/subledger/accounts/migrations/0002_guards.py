from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        installs("accounts", "account_keeps_its_identity_v1"),
        append_only("accounts_account", updates=True),
        append_only("accounts_customer", updates=True),
        bumps_configuration("accounts_accountdefinition"),
    ]
