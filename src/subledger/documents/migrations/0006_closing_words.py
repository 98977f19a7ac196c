"""Closing words of documents in the languages that customers are spoken to in."""

from django.db import migrations, models


def words() -> models.TextField:
    return models.TextField(blank=True, db_default="", default="", max_length=2000)


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_kept_parties")]

    operations = [
        migrations.AddField("letterhead", "footer_en", words()),
        migrations.AddField("letterhead", "footer_de", words()),
        migrations.AddField("letterhead", "footer_it", words()),
        migrations.AddField("letterhead", "footer_el", words()),
    ]
