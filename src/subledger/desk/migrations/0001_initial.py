"""Contacts with customers who owe, and who collects an account."""

import django.db.models.deletion
import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0010_recurring'),
        ('companies', '0010_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='CollectionContact',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=7)),
                ('with_whom', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField()),
                ('happened_on', models.DateField()),
                ('follow_up_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.TextField()),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.TextField(blank=True)),
                ('done_note', models.TextField(blank=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='collection_contacts', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'verbose_name': 'collection contact',
                'indexes': [models.Index(models.F('account'), models.F('happened_on'), name='collection_contact_account'), models.Index(models.F('company'), models.F('follow_up_on'), condition=models.Q(('done_at', None), ('follow_up_on__isnull', False)), name='collection_contact_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['call', 'message', 'letter', 'visit', 'remark'])), name='collection_contact_kind'), models.CheckConstraint(condition=models.Q(('done_at', None), ('follow_up_on__isnull', False), _connector='OR'), name='collection_contact_done')],
            },
        ),
        migrations.CreateModel(
            name='Collector',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('actor', models.TextField()),
                ('since', models.DateTimeField()),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='collector', to='accounts.account')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'indexes': [models.Index(models.F('company'), models.F('actor'), name='collector_actor')],
            },
        ),
        installs("desk", "collection_contact_stays_v1"),
        append_only("desk_collectioncontact", updates=True),
        append_only("desk_collector", updates=True, deletes=True),
    ]

