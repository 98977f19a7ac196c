"""Plans serve the accounts of a segment, too."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dunning", "0002_guards"), ("promises", "0001_initial"), ("segments", "0001_initial")]
    operations = [
        migrations.AddField(
            "dunningplan",
            "segment",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="segments.segment",
            ),
        ),
    ]
