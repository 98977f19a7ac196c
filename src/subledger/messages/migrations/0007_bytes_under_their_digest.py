"""The bytes of files that went out are held to the digest that they are kept under."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

import subledger.platform.fields

HELD = models.CheckConstraint(
    condition=models.Q(("sha256", subledger.platform.fields.Digest(models.F("content")))), name="file_content_sha256"
)


class Migration(migrations.Migration):
    atomic = False  # what is there is looked at without holding up who writes

    dependencies = [("messages", "0006_said_again")]

    operations = [
        AddConstraintNotValid("filecontent", HELD),
        ValidateConstraint("filecontent", "file_content_sha256"),
    ]
