"""Lists as people keep them: views with a name, and the columns somebody chose."""

import django.contrib.postgres.fields
import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0008_setup'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('list_name', models.CharField(max_length=100)),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField(blank=True)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.membership')),
            ],
        ),
        migrations.CreateModel(
            name='ListChoice',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('list_name', models.CharField(max_length=100)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.membership')),
                ('opens_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='companies.savedview')),
            ],
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(models.F('company'), models.F('owner'), models.F('list_name'), models.F('name'), name='saved_view_name', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='listchoice',
            constraint=models.UniqueConstraint(models.F('membership'), models.F('list_name'), name='list_choice_once'),
        ),
        installs("companies", "saved_view_is_own_v1"),
    ]
