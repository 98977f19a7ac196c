from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collecting", "0002_card_notices")]
    operations = [
        migrations.AddField(model_name="cardnotice", name="ends_on", field=models.DateField(null=True)),
        migrations.RemoveConstraint(model_name="cardnotice", name="card_notice_once"),
        migrations.AddConstraint(
            model_name="cardnotice",
            constraint=models.UniqueConstraint(
                models.F("card"), models.F("level"), models.F("ends_on"), name="card_notice_of_end"
            ),
        ),
    ]
