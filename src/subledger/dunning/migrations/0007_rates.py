"""Late interest of a plan has the days from which it holds; what stood so far holds from the beginning."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.sql_versions import installs

FROM_THE_BEGINNING = """
    INSERT INTO dunning_dunningrate (company_id, plan_id, from_on, percent, is_active)
    SELECT company_id, id, NULL, interest_percent, true FROM dunning_dunningplan
"""


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0011_numbering_changed'),
        ('dunning', '0006_how_to_pay'),
    ]

    operations = [
        migrations.AddField(
            model_name='dunningclaim',
            name='pieces',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='dunningclaim',
            name='plan',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='dunning.dunningplan'),
        ),
        migrations.CreateModel(
            name='DunningRate',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('from_on', models.DateField(blank=True, null=True)),
                ('percent', models.DecimalField(decimal_places=4, max_digits=7)),
                ('is_active', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='dunning.dunningplan')),
            ],
            options={
                'verbose_name': 'dunning rate',
                'ordering': ['plan', models.OrderBy(models.F('from_on'), nulls_first=True)],
                'constraints': [models.UniqueConstraint(models.F('plan'), models.F('from_on'), condition=models.Q(('is_active', True)), name='dunning_rate_day', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='dunning_rate_percent')],
            },
        ),
        installs("dunning", "dunning_plan_rated_v1"),
        migrations.RunSQL(FROM_THE_BEGINNING, migrations.RunSQL.noop),
    ]
