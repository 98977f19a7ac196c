"""Standard reminders name their document in the subject and say how to pay, where nobody wrote the templates anew since."""

from hashlib import sha256

from django.db import migrations

# Kind and language; the SHA-256 of the subject and body that stood there; the subject and body that stand there now.
WORDS = (
    (
        "dunning_notice", "en",
        "9b7b86ad8c63ba5e292eb14ff44aed81e9a58bb66986a8f663b144a62ad635d3",
        "Payment due soon: #DUNNING_ABOUT, #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThis is to let you know that payment is due soon:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nIf you have already paid, please disregard this message.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "dunning_notice", "de",
        "3eea41aaef6380afb7e4fac540080d7e9aa59e36fec8762994e095c00b1ea73d",
        "Demnächst fällig: #DUNNING_ABOUT, #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir möchten Sie daran erinnern, dass demnächst fällig wird:\n\n#DUNNING_DOCUMENTS\n\nGesamt: #DUNNING_TOTAL\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "dunning_notice", "it",
        "95e7f02525a72e33f96b80c6364a7db3240bc2b5121ea4e7d21c09cd5862745c",
        "Scadenza vicina: #DUNNING_ABOUT, #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe ricordiamo che è prossima la scadenza di:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "dunning_notice", "el",
        "668faec3f9e55eb6ff2c268c499e5895352a689aad38fd157c950f4fa05dc517",
        "Πλησιάζει η λήξη: #DUNNING_ABOUT, #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας ενημερώνουμε ότι πλησιάζει η λήξη για:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "dunning_reminder", "en",
        "43d2ad86fa496cafbb784c655329b89f0a75fc21e55b839fa1550db26c116ef9",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nOur records show that the following is overdue:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nPlease pay it now.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nIf you have already paid, please disregard this message.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "dunning_reminder", "de",
        "b36b54afbe47390b1031a9fdc1c0147723f1ebd6cec9af371c3c8448b2958975",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nzu folgenden Posten konnten wir noch keinen Zahlungseingang feststellen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: #DUNNING_TOTAL\n\nBitte begleichen Sie den Betrag.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "dunning_reminder", "it",
        "4a2798b23bf44feea44db0e1045240cce345348d0f84d18a434c60dbfb1c89d9",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\ndalle nostre registrazioni risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\nLa preghiamo di provvedere al pagamento.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSe ha già provveduto, non tenga conto di questo messaggio.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "dunning_reminder", "el",
        "7dade8f119fa9b7e24d8f47c6ffed9db07d9a6206938420b5024171de6c093c9",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσύμφωνα με τα στοιχεία μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\nΠαρακαλούμε προχωρήστε στην πληρωμή.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "dunning_final", "en",
        "77ed1f4ace81270fa52410eaba81657eb0a03b63def68f49d566f0c0a2155b49",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nDespite our reminders the following is still unpaid:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nThis is our last reminder. Unless you pay at once, we will take further steps.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "dunning_final", "de",
        "8c96a47dd0ea0032c7c17a2b44679a14d23ab85e7a817716ee8238ac3cc06507",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\ntrotz unserer Mahnungen ist noch offen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: #DUNNING_TOTAL\n\nDies ist unsere letzte Mahnung. Wenn Sie nicht umgehend zahlen, leiten wir weitere Schritte ein.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "dunning_final", "it",
        "4031d2f6bb72f716e23c021b24cb51fb0a4985eed11333a94400b3f05f0870d0",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nnonostante i nostri solleciti risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\nQuesto è il nostro ultimo sollecito. In mancanza di pagamento immediato procederemo oltre.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "dunning_final", "el",
        "5f621eb8bf9170442feff37a9ff6949e0566f285988ab9168aa7e741d2cde200",
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nπαρά τις υπενθυμίσεις μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\nΑυτή είναι η τελευταία μας υπενθύμιση. Εάν δεν πληρώσετε αμέσως, θα προβούμε σε περαιτέρω ενέργειες.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nΜε εκτίμηση\n#COMPANY_NAME",
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
    dependencies = [("dunning", "0005_names_by_language"), ("messages", "0005_warnings")]

    operations = [migrations.RunPython(say_it_anew, migrations.RunPython.noop)]
