"""Ways to pay that were declined for good."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.guards import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_recurring'),
        ('companies', '0011_numbering_changed'),
        ('gateways', '0025_links_by_state'),
    ]

    operations = [
        migrations.CreateModel(
            name='BarredWay',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.TextField(blank=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('failed_request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gateways.paymentrequest')),
                ('preference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bars', to='accounts.accountpaymentpreference')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(models.F('preference'), condition=models.Q(('ended_at', None)), name='barred_way_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='barred_way_ended'),
                ],
            },
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(models.F('sent_at'), condition=models.Q(('ended_at', None)), name='attempt_unanswered'),
        ),
        append_only("gateways_barredway", updates=True),
    ]
