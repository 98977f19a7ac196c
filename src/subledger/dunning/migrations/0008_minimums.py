"""A dunning plan has a smallest amount by currency, below which it reminds of nothing."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0011_numbering_changed'),
        ('dunning', '0007_rates'),
    ]

    operations = [
        migrations.CreateModel(
            name='DunningMinimum',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('amount', models.DecimalField(decimal_places=8, max_digits=24)),
                ('currency', models.CharField(max_length=3)),
                ('is_active', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minimums', to='dunning.dunningplan')),
            ],
            options={
                'verbose_name': 'dunning minimum',
                'ordering': ['plan', 'currency'],
                'constraints': [models.UniqueConstraint(models.F('plan'), models.F('currency'), condition=models.Q(('is_active', True)), name='dunning_minimum_currency'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='dunning_minimum_amount')],
            },
        ),
    ]
