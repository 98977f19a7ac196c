"""A chain of retries ends where the payment request of its retry was taken back."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

REASONS = models.CheckConstraint(
    condition=models.Q(('stop_reason__in', ['exhausted', 'called_off', 'taken_back', 'silence', 'settled', 'payment_rejected', 'account_terminated', 'disputed', 'promised', 'method_removed', 'plan_ended', 'not_recurring', 'currency', 'refused', 'by_hand', 'superseded']), ('stop_reason__isnull', True), _connector='OR'),
    name='retry_stop_reason',
)


class Migration(migrations.Migration):

    dependencies = [
        ('retries', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='retry', name='retry_stop_reason'),
        AddConstraintNotValid('retry', REASONS),
        ValidateConstraint('retry', 'retry_stop_reason'),
    ]
