"""Retry plans, what decline codes mean, and retries of payments that failed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import subledger.platform.fields
import subledger.retries.models
from django.db import migrations, models

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0010_recurring'),
        ('companies', '0010_language'),
        ('gateways', '0023_requests_of_batches'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetryPlan',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=subledger.retries.models.standard_days, size=None)),
                ('paydays', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=subledger.retries.models.standard_hours, size=None)),
                ('only_automatic', models.BooleanField(default=False)),
                ('tells_customers', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('providers', models.ManyToManyField(blank=True, related_name='retry_plans', to='gateways.provider')),
            ],
            options={
                'verbose_name': 'retry plan',
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Retry',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('document_kind', models.CharField(max_length=20)),
                ('document_id', models.BigIntegerField()),
                ('document_number', models.CharField(max_length=100)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('decline_class', models.CharField(max_length=16)),
                ('code', models.CharField(max_length=80)),
                ('failed_on', models.DateField()),
                ('number', models.PositiveSmallIntegerField(default=0)),
                ('of', models.PositiveSmallIntegerField(default=0)),
                ('used_days', models.PositiveSmallIntegerField(default=0)),
                ('used_hours', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(max_length=9)),
                ('due_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('put_off', models.CharField(blank=True, max_length=24)),
                ('stop_reason', models.CharField(max_length=20, null=True)),
                ('stop_note', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retries', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('failed_request', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='retries', to='gateways.paymentrequest')),
                ('made_request', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='made_by_retries', to='gateways.paymentrequest')),
                ('preference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.accountpaymentpreference')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gateways.provider')),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='retries.retryplan')),
            ],
            options={
                'verbose_name': 'retry',
                'verbose_name_plural': 'retries',
            },
        ),
        migrations.CreateModel(
            name='DeclineCode',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=80)),
                ('decline_class', models.CharField(max_length=16)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gateways.provider')),
            ],
            options={
                'verbose_name': 'decline code',
                'constraints': [models.UniqueConstraint(models.F('company'), models.F('provider'), models.F('code'), name='decline_code_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('decline_class__in', ['hard', 'soft', 'customer_needed', 'gateway_error', 'silence', 'called_off'])), name='decline_code_class')],
            },
        ),
        migrations.AddConstraint(
            model_name='retryplan',
            constraint=models.UniqueConstraint(models.F('company'), models.F('code'), name='retry_plan_code'),
        ),
        migrations.AddIndex(
            model_name='retry',
            index=models.Index(models.F('due_at'), condition=models.Q(('state', 'scheduled')), name='retry_due'),
        ),
        migrations.AddIndex(
            model_name='retry',
            index=models.Index(models.F('company'), models.F('account'), condition=models.Q(('state__in', ['scheduled', 'waiting'])), name='retry_live_account'),
        ),
        migrations.AddIndex(
            model_name='retry',
            index=models.Index(models.F('document_id'), name='retry_document'),
        ),
        migrations.AddIndex(
            model_name='retry',
            index=models.Index(fields=['company', '-id'], name='retry_newest'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.UniqueConstraint(models.F('failed_request'), name='retry_one_a_failure'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.UniqueConstraint(models.F('made_request'), name='retry_of_request_once'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.UniqueConstraint(models.F('document_kind'), models.F('document_id'), condition=models.Q(('state__in', ['scheduled', 'waiting'])), name='retry_one_live'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['scheduled', 'waiting', 'made', 'stopped'])), name='retry_state'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.CheckConstraint(condition=models.Q(('stop_reason__in', ['exhausted', 'called_off', 'silence', 'settled', 'payment_rejected', 'account_terminated', 'disputed', 'promised', 'method_removed', 'plan_ended', 'not_recurring', 'currency', 'refused', 'by_hand', 'superseded']), ('stop_reason__isnull', True), _connector='OR'), name='retry_stop_reason'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.CheckConstraint(condition=models.Q(('decline_class__in', ['hard', 'soft', 'customer_needed', 'gateway_error', 'silence', 'called_off'])), name='retry_decline_class'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='retry_amount'),
        ),
        migrations.AddConstraint(
            model_name='retry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('due_on__isnull', False), ('ended_at', None), ('made_request', None), ('state', 'scheduled'), ('stop_reason', None)), models.Q(('due_at', None), ('ended_at', None), ('made_request', None), ('state', 'waiting'), ('stop_reason', None)), models.Q(('ended_at__isnull', False), ('made_request__isnull', False), ('state', 'made'), ('stop_reason', None)), models.Q(('ended_at__isnull', False), ('made_request', None), ('state', 'stopped'), ('stop_reason__isnull', False)), _connector='OR'), name='retry_ended'),
        ),
        installs("retries", "retry_stays_v1"),
        append_only("retries_retry", updates=True),
    ]
