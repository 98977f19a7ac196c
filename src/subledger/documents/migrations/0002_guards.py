from django.db import migrations

from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [
        append_only("documents_printedfile"),
        append_only("documents_copy"),
        append_only("documents_letterhead", updates=True),
        append_only("documents_logo", updates=True),
    ]
