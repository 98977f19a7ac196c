"""A company's own sender of mail, of a domain that the operator allows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messages", "0008_no_templates_of_logins")]

    operations = [
        migrations.AddField(
            model_name="messagesettings",
            name="sender",
            field=models.CharField(blank=True, db_default="", default="", max_length=320),
        ),
    ]
