"""Payments and refunds may wait for a gateway: drafts that nobody may change, in no balance."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs_again


class Migration(migrations.Migration):
    dependencies = [("transactions", "0004_speed")]
    operations = [
        installs_again("transactions", "transaction_arrived_v1"),
        installs_again("transactions", "transaction_stays_v1"),
        migrations.RemoveConstraint(
            model_name='transaction',
            name='transaction_state',
        ),
        migrations.RemoveConstraint(
            model_name='transaction',
            name='transaction_posted_has_number_and_day',
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending', 'posted', 'rejected', 'cancelled', 'written_off'])), name='transaction_state'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base_minor', None), ('number', None), ('posted_at', None), ('posted_on', None), ('state__in', ['draft', 'pending', 'rejected'])), models.Q(('base_minor__isnull', False), ('number__isnull', False), ('posted_at__isnull', False), ('posted_on__isnull', False), ('state__in', ['posted', 'cancelled', 'written_off'])), _connector='OR'), name='transaction_posted_has_number_and_day'),
        ),
    ]
