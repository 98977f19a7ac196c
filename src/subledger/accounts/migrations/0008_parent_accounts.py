"""An account may have a parent."""

import django.db.models.deletion
from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_words")]

    operations = [
        migrations.AddField(
            "account",
            "parent",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="accounts.account"
            ),
        ),
        installs("accounts", "account_parent_stands_v1"),
    ]
