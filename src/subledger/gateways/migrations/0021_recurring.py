"""Whether runs may use a card or mandate stands on its payment preference.

The server of the version before still reads and writes the column here; a later release drops it.
"""

from django.db import migrations

TAKE_OVER = """
    UPDATE accounts_accountpaymentpreference p SET is_recurring = false
      FROM gateways_instrument i WHERE i.chosen_id = p.id AND NOT i.is_recurring;
    ALTER TABLE gateways_instrument ALTER COLUMN is_recurring SET DEFAULT true;
"""
GIVE_BACK = """
    ALTER TABLE gateways_instrument ALTER COLUMN is_recurring DROP DEFAULT;
    UPDATE gateways_instrument i SET is_recurring = p.is_recurring
      FROM accounts_accountpaymentpreference p WHERE i.chosen_id = p.id AND i.is_recurring <> p.is_recurring;
"""


class Migration(migrations.Migration):
    dependencies = [("gateways", "0020_letters_say_how_it_stands"), ("accounts", "0010_recurring")]

    operations = [
        migrations.RunSQL(TAKE_OVER, GIVE_BACK),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("instrument", "is_recurring")]),
    ]
