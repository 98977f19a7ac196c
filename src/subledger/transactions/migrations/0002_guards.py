"""What must never be false of transactions, items, open items and allocations, whatever door is used.

Statement triggers look at whole sets through transition tables. Joins are held to index look-ups so that a plan
made while tables were empty stays right when they are large.
"""

from django.db import migrations

from subledger.companies.guards import bumps_configuration
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0001_initial"), ("accounts", "0002_guards"), ("journal", "0002_guards")]
    operations = [
        installs("transactions", "transaction_arrived_v1"),
        installs("transactions", "transaction_stays_v1"),
        installs("transactions", "item_stays_v1"),
        installs("transactions", "item_arrived_v1"),
        installs("transactions", "open_item_is_derived_v1"),
        installs("transactions", "allocation_made_v1"),
        installs("transactions", "allocation_stays_v1"),
        installs("transactions", "allocation_released_v1"),
        installs("transactions", "control_accounts_stay_v1"),
        append_only("transactions_transaction", updates=True),
        append_only("transactions_allocation", updates=True),
        append_only("transactions_transactionitem", updates=True, deletes=True),
        *[
            append_only(f"transactions_{table}", updates=True)
            for table in ("transactiontype", "paymentmethod", "refundmethod", "category", "reason")
        ],
        bumps_configuration(
            "transactions_transactiontype", "transactions_paymentmethod", "transactions_refundmethod",
            "transactions_category", "transactions_transactiondefinition", "transactions_postingrule",
        ),
        installs("transactions", "bump_configuration_of_type_v1"),
    ]
