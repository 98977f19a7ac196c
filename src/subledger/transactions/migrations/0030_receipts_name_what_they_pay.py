"""Standard receipts name the invoices that they pay, and a write-off is "stralcio" in Italian wherever it is named,
where nobody wrote the templates anew since."""

from hashlib import sha256

from django.db import migrations

# Kind and language; the SHA-256 of the subject and body that stood there; the subject and body that stand there now.
WORDS = (
    (
        "payment_receipt", "en",
        "0b9910c5e09df98eec99d185a0f86c6100d65747517d7450b6074ad4d4f4cdf8",
        "Receipt #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThank you for your payment of #FT_TOTAL, which we received on #FT_DATE. Your receipt number is #FT_NUMBER.\n\n#FT_APPLIED\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "payment_receipt", "de",
        "6b2fc89d4d21b358e2c0fa0c1d1f166286e13481aa4b8de3f43ad7e21f9def2e",
        "Zahlungsbestätigung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nvielen Dank für Ihre Zahlung von #FT_TOTAL, die wir am #FT_DATE erhalten haben (Beleg #FT_NUMBER).\n\n#FT_APPLIED\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "payment_receipt", "it",
        "8f142f2bca1f76ac355e634f4132617d5c13ba0994cc4fb91d41cf070e3e95a5",
        "Ricevuta #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\ngrazie per il Suo pagamento di #FT_TOTAL, ricevuto il #FT_DATE (ricevuta #FT_NUMBER).\n\n#FT_APPLIED\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "payment_receipt", "el",
        "f11e54dba9f540902b2ffcbd650c8f5d82a1bbe0953c023e5ee17c3713dc9819",
        "Απόδειξη #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας ευχαριστούμε για την πληρωμή σας, ποσού #FT_TOTAL, την οποία λάβαμε στις #FT_DATE (απόδειξη #FT_NUMBER).\n\n#FT_APPLIED\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "write_off", "it",
        "f1205967df668c4e75707ed347a6efd25f2721c44dca03198359d8523d8d5f04",
        "Stralcio #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nabbiamo stralciato #FT_TOTAL dalla fattura #FT_WRITTEN_OFF il #FT_DATE (documento #FT_NUMBER).\n\nCordiali saluti\n#COMPANY_NAME",
    ),
)


def say_it_anew(apps, schema_editor):
    model = apps.get_model("messages", "MessageTemplate")
    for kind, language, stood, subject, body in WORDS:
        for row in model._base_manager.filter(kind=kind, language=language):
            if sha256(f"{row.subject}\n{row.body.strip()}".encode()).hexdigest() == stood:
                row.subject, row.body = subject, body
                row.save(update_fields=["subject", "body"])


class Migration(migrations.Migration):
    dependencies = [("transactions", "0029_found_by_purchase_order"), ("messages", "0005_warnings")]

    operations = [migrations.RunPython(say_it_anew, migrations.RunPython.noop)]
