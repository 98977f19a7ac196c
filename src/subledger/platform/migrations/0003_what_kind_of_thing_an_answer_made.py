from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_what_an_answer_made")]

    operations = [migrations.AddField("storedanswer", "made_kind", models.TextField(db_default="", default=""))]
