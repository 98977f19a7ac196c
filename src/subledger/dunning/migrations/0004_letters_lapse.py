"""A letter that waits to be printed lapses where nothing of it is to be demanded any more."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

from subledger.platform.sql_versions import installs

OUTCOMES = models.CheckConstraint(
    condition=models.Q(("outcome__in", ["sent", "to_print", "printed", "lapsed", "overtaken", "silent"])),
    name="dunning_record_outcome",
)


class Migration(migrations.Migration):
    dependencies = [("dunning", "0003_segments")]
    operations = [
        migrations.RemoveConstraint("dunningrecord", "dunning_record_outcome"),
        AddConstraintNotValid("dunningrecord", OUTCOMES),
        ValidateConstraint("dunningrecord", "dunning_record_outcome"),
        installs("dunning", "dunning_record_stays_v2", instead_of="dunning_record_stays_v1"),
    ]
