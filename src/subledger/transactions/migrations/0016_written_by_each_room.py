"""Posting writes its own tables, other rooms theirs; the side of a classification is said once; fewer triggers ask."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [
        ("transactions", "0015_types_that_are_no_revenue"),
        ("platform", "0009_written_by_their_room"),
        ("companies", "0007_configuration_changed"),
        ("journal", "0007_written_by_its_room"),
    ]

    operations = [
        installs("transactions", "is_debit_v1"),
        installs("transactions", "credited_within_v3", instead_of="credited_within_v2"),
        installs("transactions", "transaction_arrived_v5", instead_of="transaction_arrived_v4"),
        installs("transactions", "open_item_is_derived_v2", instead_of="open_item_is_derived_v1"),
        installs("transactions", "allocation_made_v4", instead_of="allocation_made_v3"),
        installs("transactions", "bump_configuration_of_type_v2", instead_of="bump_configuration_of_type_v1"),
        installs("transactions", "open_items_needed_v1"),
        installs("transactions", "posting_open_items_v3"),
        installs("transactions", "posting_read_v3"),
        installs("transactions", "posting_write_v6"),
    ]
