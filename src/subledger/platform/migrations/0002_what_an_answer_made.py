from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]

    operations = [migrations.AddField("storedanswer", "made", models.BigIntegerField(null=True))]
