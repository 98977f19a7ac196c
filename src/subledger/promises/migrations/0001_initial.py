"""Promises to pay with their instalments, and disputes that hold an invoice."""

import django.db.models.deletion
import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0009_contact_words'),
        ('companies', '0010_language'),
        ('transactions', '0026_letters_say_how_it_stands'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('promised_minor', models.BigIntegerField()),
                ('grace_days', models.PositiveSmallIntegerField(default=3)),
                ('waives_interest', models.BooleanField(default=False)),
                ('note', models.TextField(blank=True)),
                ('state', models.CharField(default="open", max_length=9)),
                ('made_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.TextField()),
                ('open_since', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.TextField(blank=True)),
                ('end_reason', models.CharField(max_length=11, null=True)),
                ('end_note', models.TextField(blank=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='transactions.transaction')),
            ],
            options={
                'verbose_name': 'promise to pay',
                'verbose_name_plural': 'promises to pay',
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('agreed_on', models.DateField()),
                ('minor', models.BigIntegerField()),
                ('promise', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='promises.promise')),
            ],
            options={
                'ordering': ['agreed_on'],
            },
        ),
        migrations.CreateModel(
            name='PromiseDefinition',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('grace_days', models.PositiveSmallIntegerField(default=3)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'verbose_name': 'promise definition',
            },
        ),
        migrations.CreateModel(
            name='InvoiceDispute',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('reason', models.TextField()),
                ('amount_minor', models.BigIntegerField(null=True)),
                ('note', models.TextField(blank=True)),
                ('follow_up_on', models.DateField(null=True)),
                ('state', models.CharField(default="open", max_length=6)),
                ('opened_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.TextField()),
                ('outcome', models.CharField(max_length=15, null=True)),
                ('resolution', models.TextField(blank=True)),
                ('closed_on', models.DateField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.TextField(blank=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_disputes', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_disputes', to='transactions.transaction')),
            ],
            options={
                'verbose_name': 'invoice dispute',
                'indexes': [models.Index(models.F('document'), name='invoice_dispute_document'), models.Index(models.F('company'), models.F('follow_up_on'), condition=models.Q(('state', "open")), name='invoice_dispute_open')],
                'constraints': [models.UniqueConstraint(models.F('document'), condition=models.Q(('state', "open")), name='invoice_dispute_one_open'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'closed'])), name='invoice_dispute_state'), models.CheckConstraint(condition=models.Q(('outcome__in', ['accepted', 'partly_accepted', 'rejected', 'settled']), ('outcome__isnull', True), _connector='OR'), name='invoice_dispute_outcome'), models.CheckConstraint(condition=models.Q(('amount_minor', None), ('amount_minor__gt', 0), _connector='OR'), name='invoice_dispute_amount'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_on', None), ('outcome', None), ('state', "open")), models.Q(('closed_at__isnull', False), ('closed_on__gte', models.F('opened_on')), ('outcome__isnull', False), ('state', "closed")), _connector='OR'), name='invoice_dispute_closed')],
            },
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(models.F('document'), name='promise_document'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(models.F('company'), models.F('id'), condition=models.Q(('state', "open")), name='promise_open'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(models.F('company'), models.F('ended_on'), condition=models.Q(('state', "broken")), name='promise_broken'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(models.F('document'), condition=models.Q(('state__in', ["kept", "open"])), name='promise_one_living'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'kept', 'broken', 'withdrawn'])), name='promise_state'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('end_reason__in', ['by_hand', 'cancelled', 'written_off']), ('end_reason__isnull', True), _connector='OR'), name='promise_end_reason'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('promised_minor__gt', 0)), name='promise_amount'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('grace_days__lte', 365)), name='promise_grace'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', None), ('ended_at', None), ('ended_on', None), ('state', "open")), models.Q(('end_reason__isnull', False), ('ended_at__isnull', False), ('ended_on__isnull', False), ('state', "withdrawn")), models.Q(('end_reason', None), ('ended_at__isnull', False), ('ended_on__isnull', False), ('state__in', ["kept", "broken"])), _connector='OR'), name='promise_ended'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(models.F('promise'), models.F('agreed_on'), name='instalment_day'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='instalment_amount'),
        ),
        migrations.AddConstraint(
            model_name='promisedefinition',
            constraint=models.UniqueConstraint(models.F('company'), name='promise_definition_one'),
        ),
        migrations.AddConstraint(
            model_name='promisedefinition',
            constraint=models.CheckConstraint(condition=models.Q(('grace_days__lte', 365)), name='promise_definition_grace'),
        ),
        installs("promises", "promise_stays_v1"),
        installs("promises", "instalments_sum_v1"),
        installs("promises", "promises_follow_v1"),
        installs("promises", "invoice_dispute_stays_v1"),
        append_only("promises_promise", updates=True),
        append_only("promises_instalment"),
        append_only("promises_invoicedispute", updates=True),
        append_only("promises_promisedefinition", updates=True),
    ]

