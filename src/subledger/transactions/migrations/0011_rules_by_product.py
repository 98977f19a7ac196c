"""Posting rules may name a product or a product group, and the deferred part of items with a service period."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_product_groups'),
        ('companies', '0006_provided'),
        ('journal', '0006_sources'),
        ('transactions', '0010_posting_in_fewer_statements'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='postingrule',
            name='posting_rule_component',
        ),
        migrations.RemoveConstraint(
            model_name='postingrule',
            name='posting_rule_once',
        ),
        migrations.AddField(
            model_name='postingrule',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product'),
        ),
        migrations.AddField(
            model_name='postingrule',
            name='product_group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.productgroup'),
        ),
        migrations.AddConstraint(
            model_name='postingrule',
            constraint=models.CheckConstraint(condition=models.Q(('component__in', ['net', 'discount', 'tax', 'total', 'deferred'])), name='posting_rule_component'),
        ),
        migrations.AddConstraint(
            model_name='postingrule',
            constraint=models.CheckConstraint(condition=models.Q(('product', None), ('product_group', None), _connector='OR'), name='posting_rule_product_or_group'),
        ),
        migrations.AddConstraint(
            model_name='postingrule',
            constraint=models.UniqueConstraint(models.F('company'), models.F('classification'), models.F('role'), models.F('type'), models.F('product'), models.F('product_group'), models.F('component'), name='posting_rule_once', nulls_distinct=False),
        ),
    ]
