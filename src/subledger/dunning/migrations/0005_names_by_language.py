"""Levels are called in the languages of customers: the ready ones by their ready names, where nobody renamed them."""

from django.db import migrations, models

COLUMNS = ("name_en", "name_de", "name_it", "name_el")
# In English, German, Italian and Greek.
READY = (
    ("Due soon", "Bald fällig", "Scadenza vicina", "Πλησιάζει η λήξη"),
    ("First reminder", "Zahlungserinnerung", "Primo sollecito", "Πρώτη υπενθύμιση"),
    ("Second reminder", "Zweite Mahnung", "Secondo sollecito", "Δεύτερη υπενθύμιση"),
    ("Final reminder", "Letzte Mahnung", "Ultimo sollecito", "Τελευταία υπενθύμιση"),
    ("End of dunning", "Ende des Mahnwesens", "Fine dei solleciti", "Τέλος των υπενθυμίσεων"),
)
GIVE = """
    UPDATE dunning_dunninglevel r
       SET name_en = CASE WHEN r.name = w.en THEN '' ELSE w.en END,
           name_de = CASE WHEN r.name = w.de THEN '' ELSE w.de END,
           name_it = w.it, name_el = w.el
      FROM (VALUES {rows}) AS w (en, de, it, el)
     WHERE r.name IN (w.en, w.de);
    SET CONSTRAINTS ALL IMMEDIATE;
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Migration(migrations.Migration):
    dependencies = [("dunning", "0004_letters_lapse")]

    operations = [
        *(
            migrations.AddField(
                "dunninglevel", column, models.CharField(blank=True, db_default="", default="", max_length=200)
            )
            for column in COLUMNS
        ),
        migrations.RunSQL(
            GIVE.format(rows=", ".join(f"({', '.join(map(quoted, row))})" for row in READY)),
            migrations.RunSQL.noop,
        ),
    ]
