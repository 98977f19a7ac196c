from django.db import migrations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]
    operations = [
        installs("runs", "run_steps_added_v1"),
        installs("runs", "run_life_v1"),
        append_only("runs_rundefinition", updates=True, deletes=True),
        append_only("runs_run", updates=True),
        append_only("runs_runstage", updates=True),
        append_only("runs_runstep", updates=True),
        append_only("runs_runtally", updates=True),
    ]
