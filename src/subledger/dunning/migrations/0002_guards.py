"""Levels that documents reached, and late charges, stay as they were."""

from django.db import migrations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("dunning", "0001_initial")]
    operations = [
        installs("dunning", "dunning_record_stays_v1"),
        installs("dunning", "dunning_claim_stays_v1"),
        append_only("dunning_dunningrecord", updates=True),
        append_only("dunning_dunningclaim", updates=True),
    ]
