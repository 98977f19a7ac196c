"""Ids stay in order when the machine's clock is set back: whoever pages by id would miss what is numbered lower."""

from django.db import migrations

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_what_kind_of_thing_an_answer_made")]

    operations = [installs("platform", "next_id_v2", instead_of="next_id_v1")]
