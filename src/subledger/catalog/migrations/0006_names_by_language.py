"""Products are called in the languages of customers: the ready one by its ready names, where nobody renamed it."""

from django.db import migrations, models

COLUMNS = ("name_en", "name_de", "name_it", "name_el")
GIVE = """
    UPDATE catalog_product p
       SET name_en = CASE WHEN p.name = w.en THEN '' ELSE w.en END,
           name_de = CASE WHEN p.name = w.de THEN '' ELSE w.de END,
           name_it = w.it, name_el = w.el
      FROM (VALUES ('write-off', 'Write-off', 'Ausbuchung', 'Stralcio', 'Διαγραφή')) AS w (code, en, de, it, el)
     WHERE p.code = w.code AND p.name IN (w.en, w.de);
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_tax_categories")]

    operations = [
        *(
            migrations.AddField(
                "product", column, models.CharField(blank=True, db_default="", default="", max_length=200)
            )
            for column in COLUMNS
        ),
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
