"""A way to pay is released, no longer deleted: transactions name it."""

from django.db import migrations, models

from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="accountpaymentpreference", name="released_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddConstraint(
            model_name="accountpaymentpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_default", False), ("released_at__isnull", True), _connector="OR"),
                name="account_released_preference_no_default",
            ),
        ),
        append_only("accounts_accountpaymentpreference", updates=True),
    ]
