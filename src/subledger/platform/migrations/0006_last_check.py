from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0005_installation")]

    operations = [
        migrations.CreateModel(
            name="LastCheck",
            fields=[
                ("company_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("finished_at", models.DateTimeField()),
                ("breaches", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("breaches__gte", 0)), name="last_check_breaches")
                ],
            },
        ),
    ]
