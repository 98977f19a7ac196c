"""A request names no run: the program reads and writes the column no more. A later release drops it.

The server of the version before still names it in what it reads.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gateways", "0016_restorations")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("paymentrequest", "run_id")]),
    ]
