"""Events that wait for a payment to have its end are told apart, so that they are worked off as soon as it has."""

from django.db import migrations, models
from django.db.models import Q

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("gateways", "0013_returned_first")]
    operations = [
        installs("gateways", "inbox_event_stays_v2", instead_of="inbox_event_stays_v1"),
        migrations.AddField(
            "inboxevent", "put_off_by", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        migrations.AddIndex(
            "inboxevent", models.Index("provider", condition=~Q(put_off_by=""), name="inbox_put_off")
        ),
    ]
