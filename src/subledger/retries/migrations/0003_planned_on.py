"""The day of the plan of what was stopped before it; and what was declined for good is so of its way to pay."""

from django.db import migrations, models

PLANNED = "UPDATE retries_retry SET planned_on = due_on WHERE state = 'scheduled'"
# What waits for another way to pay since its own was declined for good, and what a promise or a dispute ended so.
BARRED = """
    INSERT INTO gateways_barredway (company_id, preference_id, failed_request_id, since, ended_by)
    SELECT DISTINCT ON (r.preference_id) r.company_id, r.preference_id, r.failed_request_id, r.created_at, ''
      FROM retries_retry r
     WHERE r.decline_class = 'hard' AND (r.state = 'waiting' OR r.stop_reason IN ('promised', 'disputed'))
       AND NOT EXISTS (SELECT FROM gateways_paymentrequest p
                        WHERE p.preference_id = r.preference_id AND p.id > r.failed_request_id
                          AND p.type = 'payment' AND p.state = 'posted')
     ORDER BY r.preference_id, r.id
        ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('gateways', '0026_barred_ways'),
        ('retries', '0002_taken_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='retry',
            name='planned_on',
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name='retry',
            index=models.Index(models.F('company'), models.F('planned_on'), condition=models.Q(('stop_reason__in', ['disputed', 'exhausted', 'promised'])), name='retry_left_alone'),
        ),
        migrations.RunSQL(PLANNED, migrations.RunSQL.noop),
        migrations.RunSQL(BARRED, migrations.RunSQL.noop),
    ]
