"""How the items of drafts were entered, so that a draft is edited as it was written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_guards'),
        ('transactions', '0006_zero_and_tax_rounding'),
    ]

    operations = [
        migrations.AddField(
            model_name='transactionitem',
            name='entered_discount_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='transactionitem',
            name='entered_discount_percent',
            field=models.DecimalField(decimal_places=4, max_digits=9, null=True),
        ),
        migrations.AddField(
            model_name='transactionitem',
            name='price_is',
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddConstraint(
            model_name='transactionitem',
            constraint=models.CheckConstraint(condition=models.Q(('price_is__in', ['unit', 'unit_with_tax', 'sub_total']), ('price_is__isnull', True), _connector='OR'), name='item_price_is'),
        ),
    ]
