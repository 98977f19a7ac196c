import django.db.models.deletion
from django.db import migrations, models

# Steps are found by their run, which `run_step_key` and `run_step_by_outcome` begin with.
GONE = {"runs_runstep_company_id_201df9ee": "company_id", "runs_runstep_run_id_b15bfaff": "run_id"}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("companies", "0010_language"), ("runs", "0004_files")]

    operations = [
        # An altered field would have its references checked anew, row by row.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON runs_runstep ({column})",
                )
                for name, column in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    "runstep",
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                migrations.AlterField(
                    "runstep",
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="runs.run",
                    ),
                ),
            ],
        ),
    ]
