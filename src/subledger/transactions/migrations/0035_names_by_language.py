"""Methods, reasons of credit notes and types are called in the languages of customers: the ready ones by their ready names,
where nobody renamed them."""

from django.db import migrations, models

COLUMNS = ("name_en", "name_de", "name_it", "name_el")
# By table: code, and the name in English, German, Italian and Greek.
READY = {
    "paymentmethod": (
        ("cash", "Cash", "Bar", "Contanti", "Μετρητά"),
        ("bank_transfer", "Bank transfer", "Überweisung", "Bonifico", "Τραπεζικό έμβασμα"),
        ("cheque", "Cheque", "Scheck", "Assegno", "Επιταγή"),
        ("card", "Card", "Karte", "Carta", "Κάρτα"),
    ),
    "refundmethod": (
        ("bank_transfer", "Bank transfer", "Überweisung", "Bonifico", "Τραπεζικό έμβασμα"),
        ("cash", "Cash", "Bar", "Contanti", "Μετρητά"),
        ("card", "Back to the card", "Auf die Karte", "Sulla carta", "Στην κάρτα"),
    ),
    "creditreason": (
        ("duplicate", "Duplicate", "Doppelt", "Duplicato", "Διπλή έκδοση"),
        ("fraudulent", "Fraudulent", "Betrug", "Frode", "Απάτη"),
        ("order_change", "Order change", "Geänderte Bestellung", "Modifica dell'ordine", "Αλλαγή παραγγελίας"),
        ("product_unsatisfactory", "Product unsatisfactory", "Mangelhaftes Produkt", "Prodotto non soddisfacente", "Μη ικανοποιητικό προϊόν"),
        ("other", "Other", "Sonstiges", "Altro", "Άλλο"),
    ),
    "transactiontype": (
        (
            "paid_back",
            "Paid back through the gateway",
            "Über den Zahlungsdienst zurückgezahlt",
            "Restituito tramite il fornitore di pagamenti",
            "Επιστράφηκε μέσω του παρόχου πληρωμών",
        ),
        ("late_fee", "Late fee", "Mahngebühr", "Spese di sollecito", "Χρέωση καθυστέρησης"),
        ("late_interest", "Late interest", "Verzugszinsen", "Interessi di mora", "Τόκοι υπερημερίας"),
    ),
}
GIVE = """
    UPDATE transactions_{table} r
       SET name_en = CASE WHEN r.name = w.en THEN '' ELSE w.en END,
           name_de = CASE WHEN r.name = w.de THEN '' ELSE w.de END,
           name_it = w.it, name_el = w.el
      FROM (VALUES {rows}) AS w (code, en, de, it, el)
     WHERE r.code = w.code AND r.name IN (w.en, w.de);
    SET CONSTRAINTS ALL IMMEDIATE;
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def give(table):
    rows = ", ".join(f"({', '.join(map(quoted, row))})" for row in READY[table])
    return GIVE.format(table=table, rows=rows)


class Migration(migrations.Migration):
    dependencies = [("transactions", "0034_days_and_rarer_kinds")]

    operations = [
        *(
            migrations.AddField(
                table, column, models.CharField(blank=True, db_default="", default="", max_length=200)
            )
            for table in READY
            for column in COLUMNS
        ),
        *(migrations.RunSQL(give(table), migrations.RunSQL.noop) for table in READY),
    ]
