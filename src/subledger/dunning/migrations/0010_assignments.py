"""Which plan serves an account has the day from which it does; as far as levels were told, by the plans of these."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.guards import append_only

BY_LEVELS_TOLD = """
    WITH day AS (
        SELECT DISTINCT ON (r.account_id, r.recorded_on) r.company_id, r.account_id, r.recorded_on, l.plan_id
          FROM dunning_dunningrecord r JOIN dunning_dunninglevel l ON l.id = r.level_id
         ORDER BY r.account_id, r.recorded_on, r.id DESC
    ), told AS (
        SELECT d.*, lag(d.plan_id) OVER (PARTITION BY d.account_id ORDER BY d.recorded_on) AS before FROM day d
    )
    INSERT INTO dunning_dunningassignment (company_id, account_id, plan_id, from_on)
    SELECT company_id, account_id, plan_id, CASE WHEN before IS NOT NULL THEN recorded_on END
      FROM told WHERE plan_id IS DISTINCT FROM before
"""

class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_recurring'),
        ('companies', '0011_numbering_changed'),
        ('dunning', '0009_claims_keep_their_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='DunningAssignment',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('from_on', models.DateField(null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('plan', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='dunning.dunningplan')),
            ],
            options={
                'verbose_name': 'dunning assignment',
                'constraints': [models.UniqueConstraint(models.F('account'), models.F('from_on'), name='dunning_assignment_day', nulls_distinct=False)],
            },
        ),
        append_only("dunning_dunningassignment", updates=True),
        migrations.RunSQL(BY_LEVELS_TOLD, migrations.RunSQL.noop),
    ]
