"""Products may belong to a group, which posting rules can name."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.guards import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_guards'),
        ('companies', '0006_provided'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductGroup',
            fields=[
                ('id', models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('is_active', models.BooleanField(default=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='companies.company')),
            ],
            options={
                'ordering': ['name'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='product',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='catalog.productgroup'),
        ),
        migrations.AddConstraint(
            model_name='productgroup',
            constraint=models.UniqueConstraint(models.F('company'), models.F('code'), name='product_group_code'),
        ),
        append_only("catalog_productgroup", updates=True),
    ]
