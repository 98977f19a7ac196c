"""Standard templates with links say how an invoice stands to be paid, where nobody wrote them anew since."""

from hashlib import sha256

from django.db import migrations

# Kind and language; the SHA-256 of the subject and body that stood there; the subject and body that stand there now.
WORDS = (
    (
        "pay_link", "en",
        "f005333cac2da094dcebb16398307a8d10efc13d3c165ea8fdae45eff2fbf16f",
        "Pay invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nHere is a link to pay invoice #FT_NUMBER online.\n\n#FT_TO_PAY\n\nYou can pay online here:\n#PAY_LINK\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "pay_link", "de",
        "8bece8a4b71e2e14bc65f525ad0a557a2b9ffebc3966468cffa1cb9f929c74eb",
        "Rechnung #FT_NUMBER von #COMPANY_NAME bezahlen",
        "Guten Tag #CUSTOMER_NAME,\n\nwir senden Ihnen einen Link, um unsere Rechnung #FT_NUMBER zu bezahlen.\n\n#FT_TO_PAY\n\nHier können Sie online bezahlen:\n#PAY_LINK\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "pay_link", "it",
        "4ccc31428655d7d31feced011b287cdb6a714cf85b620413a1b1b48bc0ef0378",
        "Pagare la fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe inviamo un link per pagare la fattura #FT_NUMBER.\n\n#FT_TO_PAY\n\nPuò pagare online qui:\n#PAY_LINK\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "pay_link", "el",
        "314a93306b2c77c7bd3d988efc9f90489c0b1b7eaa8b3e663215ed5373bdbd85",
        "Πληρωμή του τιμολογίου #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας στέλνουμε έναν σύνδεσμο για την πληρωμή του τιμολογίου #FT_NUMBER.\n\n#FT_TO_PAY\n\nΜπορείτε να πληρώσετε ηλεκτρονικά εδώ:\n#PAY_LINK\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "en",
        "09be91155a5745f0170bc89e0130ce0c60cfd7931905071710930e44b4b607f5",
        "Reminder: invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThis is a friendly reminder about invoice #FT_NUMBER dated #FT_DATE.\n\n#FT_TO_PAY\n\nYou can pay online here:\n#PAY_LINK\n\nIf you have already paid, please disregard this message.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "de",
        "fd8f7849b4ab54e9b6a814d6670b9006b1be3996c716049abacdb664970d7cc0",
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir erinnern Sie an unsere Rechnung #FT_NUMBER vom #FT_DATE.\n\n#FT_TO_PAY\n\nHier können Sie online bezahlen:\n#PAY_LINK\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "it",
        "efdac7ffa00b97278e4e81df8beff8f39ec7603d14a578c8c2b7f6b02c6b1688",
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe ricordiamo la fattura #FT_NUMBER del #FT_DATE.\n\n#FT_TO_PAY\n\nPuò pagare online qui:\n#PAY_LINK\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "pay_link_reminder", "el",
        "6c4dbfb171d39407b352b5111d9d8cac09e8faa5a1305a2f84ff5971f69c0aca",
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας υπενθυμίζουμε το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE.\n\n#FT_TO_PAY\n\nΜπορείτε να πληρώσετε ηλεκτρονικά εδώ:\n#PAY_LINK\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "authentication_reminder", "en",
        "d5af40f3415188d3c060eae330ce49d5f24286256b332fc00f781f58b5c89b30",
        "Please confirm your payment to #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nYour bank has asked you to confirm a payment of #REQUEST_AMOUNT to us. Please confirm it here by #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "authentication_reminder", "de",
        "a96befa188b55af273e5bba0776288d6ef3c7c11cf1c0c573cf627957cdfbef4",
        "Bitte bestätigen Sie Ihre Zahlung an #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nIhre Bank bittet Sie, eine Zahlung von #REQUEST_AMOUNT an uns zu bestätigen. Bitte bestätigen Sie sie bis zum #CONFIRM_BY hier:\n#AUTHENTICATION_LINK\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "authentication_reminder", "el",
        "99113283caadb07f7d75cd6619b5e7edf46e1e3f93b89f3ff8ff4a2d8801eb67",
        "Επιβεβαιώστε την πληρωμή σας προς #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nη τράπεζά σας ζητά να επιβεβαιώσετε πληρωμή #REQUEST_AMOUNT προς εμάς. Επιβεβαιώστε την εδώ έως τις #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nΜε εκτίμηση\n#COMPANY_NAME",
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
    dependencies = [("gateways", "0019_facts_in_the_same_words"), ("messages", "0005_warnings")]

    operations = [migrations.RunPython(say_it_anew, migrations.RunPython.noop)]
