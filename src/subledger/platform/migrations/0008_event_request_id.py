from django.db import migrations, models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    """A default that is no constant of a row's own fills a column without writing the table anew."""

    dependencies = [("platform", "0007_listeners")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="request_id",
            field=models.TextField(
                db_default=Coalesce(
                    Func(Value("subledger.request_id"), Value(True), function="current_setting"), Value("")
                )
            ),
        ),
    ]
