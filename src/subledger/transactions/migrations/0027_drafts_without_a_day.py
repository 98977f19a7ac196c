"""A draft bears the day on which it is posted, unless somebody said another. Those of before keep theirs."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0026_letters_say_how_it_stands")]

    operations = [
        migrations.AddField(
            model_name="transaction",
            name="is_dated",
            field=models.BooleanField(db_default=True, default=True),
        ),
        installs("transactions", "posting_write_v8"),
    ]
