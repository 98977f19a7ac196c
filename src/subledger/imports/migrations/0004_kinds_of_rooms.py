from django.db import migrations, models


class Migration(migrations.Migration):
    """What can be imported is declared by rooms, which the table need not know."""

    dependencies = [("imports", "0003_parts")]
    operations = [
        migrations.RemoveConstraint("importrun", "import_run_kind"),
        migrations.AlterField("importrun", "kind", models.CharField(max_length=60)),
    ]
