"""Standard templates with a link to pay say how an invoice stands beside it, where nobody wrote them anew since."""

from hashlib import sha256

from django.db import migrations

# Kind and language; the SHA-256 of the subject and body that stood there; the subject and body that stand there now.
WORDS = (
    (
        "pay_link", "en",
        "dca7d49f1e8deae1056688b2b49f373ecc3a6a1e0dd5951d082c78d215dc4633",
        "Pay invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nHere is a link to pay invoice #FT_NUMBER online.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "pay_link", "de",
        "bd9f8624370798ab7e4f5d2753b2e374a1044b71861815f00503c7d594bfbb82",
        "Rechnung #FT_NUMBER von #COMPANY_NAME bezahlen",
        "Guten Tag #CUSTOMER_NAME,\n\nwir senden Ihnen einen Link, um unsere Rechnung #FT_NUMBER zu bezahlen.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "pay_link", "it",
        "acf362ded263a68aafd75ca1b429ec076e45bf74e7dcfb8223185399d05d16f1",
        "Pagare la fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe inviamo un link per pagare la fattura #FT_NUMBER.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "pay_link", "el",
        "5428d873b98c426452263b2c207e703de288e06cee293b6c7761038aa4681e2d",
        "Πληρωμή του τιμολογίου #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας στέλνουμε έναν σύνδεσμο για την πληρωμή του τιμολογίου #FT_NUMBER.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "en",
        "2af23bee2d43892de4a5d4eef08909eb3e38f4a756a7d000b15baf31d4d0d7e9",
        "Reminder: invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThis is a friendly reminder about invoice #FT_NUMBER dated #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nIf you have already paid, please disregard this message.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "de",
        "7feb730ae94c2e7ad8c65a0858f488fdf061ed347bdf6153bfac3576787a3851",
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir erinnern Sie an unsere Rechnung #FT_NUMBER vom #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "it",
        "bbb052afc55e0823e458ea96d32f23b19f23e23a9ae58bb53834efcf557a5b9a",
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe ricordiamo la fattura #FT_NUMBER del #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "el",
        "456875dfc4ef50e09999f7824c0b8422e0e9562c8fe19b55e49b5a41e6c36506",
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας υπενθυμίζουμε το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
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
    dependencies = [("gateways", "0024_request_indexes"), ("messages", "0005_warnings")]

    operations = [migrations.RunPython(say_it_anew, migrations.RunPython.noop)]
