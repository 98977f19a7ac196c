"""Standard templates say how an invoice stands to be paid, where nobody wrote them anew since."""

from hashlib import sha256

from django.db import migrations

# Kind and language; the SHA-256 of the subject and body that stood there; the subject and body that stand there now.
WORDS = (
    (
        "invoice", "en",
        "9b8908ad2528a03405546eba92c79d9322f103b622a87b7d43af65e81363b9bd",
        "Invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThank you for your business. Invoice #FT_NUMBER dated #FT_DATE comes to #FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "invoice", "de",
        "f964208d56ecf4223aedc2b8b1504d53dd5157fadc4abb42ed00561b2844b096",
        "Rechnung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nvielen Dank für Ihren Auftrag. Unsere Rechnung #FT_NUMBER vom #FT_DATE beläuft sich auf #FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "invoice", "it",
        "86a04f6f2107e4485081c3fbb7f70cbae1444587afb526c59066bff1e909b744",
        "Fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\ngrazie per averci scelto. La fattura #FT_NUMBER del #FT_DATE ammonta a #FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "invoice", "el",
        "1d4712d7ddceabab9e4bac24783ac04d1ac994cace7308ec6786a3053cb6226b",
        "Τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας ευχαριστούμε για τη συνεργασία. Το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE ανέρχεται σε #FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "payment_reminder", "en",
        "46ec8070e08aedc839bdfdd3032d9afb64ba048484a147c0f9e8f97f074c9a98",
        "Reminder: invoice #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThis is a friendly reminder about invoice #FT_NUMBER dated #FT_DATE.\n\n#FT_TO_PAY\n\nIf you have already paid, please disregard this message.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "payment_reminder", "de",
        "44791a6ea8953af78149c1ca7057da70746cb4ab7d9bf327d47c59a477087ebb",
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir erinnern Sie an unsere Rechnung #FT_NUMBER vom #FT_DATE.\n\n#FT_TO_PAY\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "payment_reminder", "it",
        "73e573e22df9a502efe70397af081231a76c96a151c9a97280d713bb4b7c7a6a",
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nLe ricordiamo la fattura #FT_NUMBER del #FT_DATE.\n\n#FT_TO_PAY\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "payment_reminder", "el",
        "9ba3b9b1399a651ce725ac5cd5269ef2d80026aaa85a6caa199db4aad2d29fed",
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας υπενθυμίζουμε το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE.\n\n#FT_TO_PAY\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "credit_note", "en",
        "08a93b8ad13cca80ebc759c7712a251c17590192be7ef80cb52671815d79c518",
        "Credit note #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nWe have issued credit note #FT_NUMBER dated #FT_DATE for #FT_TOTAL. The amount has been credited to your account.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "credit_note", "de",
        "c3eecee06578659145479b81e83f50ad39c5f2a218b8258673bc81ec6a9f568a",
        "Gutschrift #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nmit der Gutschrift #FT_NUMBER vom #FT_DATE haben wir Ihrem Konto #FT_TOTAL gutgeschrieben.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "credit_note", "it",
        "d350eae31ba2b39af18e57001142c0fc59328bdf4b66269d9edf271542d2c6a4",
        "Nota di credito #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nabbiamo emesso la nota di credito #FT_NUMBER del #FT_DATE di #FT_TOTAL. L'importo è stato accreditato sul Suo conto.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "credit_note", "el",
        "38921994f797c0099427252407a63fea755e815f4c106ca9613421c92d5df596",
        "Πιστωτικό #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nεκδώσαμε το πιστωτικό τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE, ποσού #FT_TOTAL. Το ποσό πιστώθηκε στον λογαριασμό σας.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "payment_receipt", "en",
        "d1c533d254d3df5dcfdf69f3018095fb54b1111630231d997be21b032dc19fdd",
        "Receipt #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nThank you for your payment of #FT_TOTAL, which we received on #FT_DATE. Your receipt number is #FT_NUMBER.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "payment_receipt", "el",
        "473ed19e52a7950bffa5c2cd92ee5a7adc9b7cc6b878c2754d4620bfaab8ddf5",
        "Απόδειξη #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας ευχαριστούμε για την πληρωμή σας, ποσού #FT_TOTAL, την οποία λάβαμε στις #FT_DATE (απόδειξη #FT_NUMBER).\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "refund", "en",
        "3a17b0efadafe45d7629ef32f997f65626bf1f9bfe51625c58f1e91ae01a76d6",
        "Refund #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nWe refunded #FT_TOTAL to you on #FT_DATE. The refund number is #FT_NUMBER.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "refund", "el",
        "78cfdd3b30f7c3a0f210fb8d36d773b18469c644f3b566d391cd455bad497730",
        "Επιστροφή χρημάτων #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nσας επιστρέψαμε το ποσό των #FT_TOTAL στις #FT_DATE (επιστροφή #FT_NUMBER).\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "invoice_cancellation", "en",
        "6fef4639239b863a4fb6c54dbc446d36c369648e4bc959e51a5753c8dfbfd03b",
        "Cancellation of invoice #FT_CANCELLED: #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nWe cancelled invoice #FT_CANCELLED for #FT_TOTAL on #FT_DATE. The number of the cancellation is #FT_NUMBER.\n\nPlease do not pay this invoice. Any amount you have already paid towards it has been credited to your account.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "invoice_cancellation", "de",
        "36ab3196db9021a829ec9780feef34c239b30a11f19c8928337d5780282e1071",
        "Storno der Rechnung #FT_CANCELLED: #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir haben die Rechnung #FT_CANCELLED über #FT_TOTAL am #FT_DATE mit #FT_NUMBER storniert.\n\nBitte bezahlen Sie diese Rechnung nicht mehr. Bereits darauf gezahlte Beträge sind Ihrem Konto gutgeschrieben.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "invoice_cancellation", "it",
        "52a896dcca9b19c38468a38500a34e0b03e25b28163f37dd709bf475f7c156a6",
        "Annullamento della fattura #FT_CANCELLED: #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nabbiamo annullato la fattura #FT_CANCELLED di #FT_TOTAL il #FT_DATE con il documento #FT_NUMBER.\n\nLa preghiamo di non pagare questa fattura. Gli importi eventualmente già versati sono stati accreditati sul Suo conto.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "invoice_cancellation", "el",
        "e367147164f7900d894c313e36980d2cb0b6b5cac873dc44a9dacdb631ad52dd",
        "Ακύρωση του τιμολογίου #FT_CANCELLED: #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nακυρώσαμε το τιμολόγιο #FT_CANCELLED, ποσού #FT_TOTAL, στις #FT_DATE με το παραστατικό #FT_NUMBER.\n\nΠαρακαλούμε μην το πληρώσετε. Τυχόν ποσά που έχετε ήδη καταβάλει έχουν πιστωθεί στον λογαριασμό σας.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "payment_cancellation", "en",
        "bd020cc0eac406fca0432293eaeac918a5400bd89cc7eb047140426f997a1172",
        "Payment #FT_CANCELLED reversed: #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nYour payment #FT_CANCELLED of #FT_TOTAL was reversed on #FT_DATE. The number of the reversal is #FT_NUMBER. Anything it had paid is open again.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "payment_cancellation", "de",
        "52d67f6122a4a63e7e7155b7752b5916f7c7cb04eac08ea161655be2000a9d69",
        "Zahlung #FT_CANCELLED storniert: #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nIhre Zahlung #FT_CANCELLED über #FT_TOTAL wurde am #FT_DATE mit #FT_NUMBER storniert. Was damit bezahlt war, ist wieder offen.\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "payment_cancellation", "it",
        "fc7807ef13f19d4c8881c65c98fe137628d854995d36f7c0c547da93b686079a",
        "Pagamento #FT_CANCELLED stornato: #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nil Suo pagamento #FT_CANCELLED di #FT_TOTAL è stato stornato il #FT_DATE con il documento #FT_NUMBER. Quanto era stato pagato con esso è di nuovo aperto.\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "payment_cancellation", "el",
        "01ba6fa3945ff894c9fc7bda6c1052eb96c44bcf140d558d5ef9d358b3d5d7f7",
        "Ακύρωση πληρωμής #FT_CANCELLED: #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nη πληρωμή σας #FT_CANCELLED, ποσού #FT_TOTAL, ακυρώθηκε στις #FT_DATE με το παραστατικό #FT_NUMBER. Ό,τι είχε εξοφληθεί με αυτήν είναι και πάλι ανοικτό.\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "write_off", "en",
        "bc2297305aeda696b453fd80be1a1ef3922b973336de0b72a806d0fd748cbb23",
        "Write-off #FT_NUMBER from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nWe wrote off #FT_TOTAL of invoice #FT_WRITTEN_OFF on #FT_DATE. The number of the write-off is #FT_NUMBER.\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "write_off", "de",
        "7179369e8b01c99264838c37d631d691a66315bb56bf2188ee7d5c83af4a977d",
        "Ausbuchung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nwir haben von der Rechnung #FT_WRITTEN_OFF am #FT_DATE #FT_TOTAL ausgebucht (Ausbuchung #FT_NUMBER).\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "write_off", "it",
        "acf2b084ab6039a28a454dadea4ebd685c5b38b782512747e44ef96e45bc9564",
        "Storno di credito #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nabbiamo stornato #FT_TOTAL della fattura #FT_WRITTEN_OFF il #FT_DATE (documento #FT_NUMBER).\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "write_off", "el",
        "871b5dccbc59bb35ba3f416dc629bd23643a493c52515d878ea3adf27bca38b1",
        "Διαγραφή #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nδιαγράψαμε #FT_TOTAL από το τιμολόγιο #FT_WRITTEN_OFF στις #FT_DATE (παραστατικό #FT_NUMBER).\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "statement", "en",
        "1e6fafcbdd09b7bc6ca03658d824af88d5abc3887f075c83a67d09b7274a9c98",
        "Statement of account #AR_NUMBER, #AR_PERIOD",
        "Dear #CUSTOMER_NAME,\n\nThis is the statement of your account #AR_NUMBER for #AR_PERIOD. The closing balance is #AR_BALANCE.\n\n#AR_MOVEMENTS\n\nKind regards,\n#COMPANY_NAME",
    ),
    (
        "statement", "de",
        "7e4694fbad1e4eec7f51bf4560bd2f7c54f38d6ec9f303239c01377f49789029",
        "Kontoauszug #AR_NUMBER, #AR_PERIOD",
        "Guten Tag #CUSTOMER_NAME,\n\ndies ist der Auszug Ihres Kontos #AR_NUMBER für die Zeit #AR_PERIOD. Der Schlusssaldo beträgt #AR_BALANCE.\n\n#AR_MOVEMENTS\n\nMit freundlichen Grüßen\n#COMPANY_NAME",
    ),
    (
        "statement", "it",
        "90002b12e30d09f0f1ff3f398992812087754dcaf8cd1eee9d5eddcdffb2e42b",
        "Estratto conto #AR_NUMBER, #AR_PERIOD",
        "Gentile #CUSTOMER_NAME,\n\nquesto è l'estratto del Suo conto #AR_NUMBER per il periodo #AR_PERIOD. Il saldo finale è di #AR_BALANCE.\n\n#AR_MOVEMENTS\n\nCordiali saluti\n#COMPANY_NAME",
    ),
    (
        "statement", "el",
        "891e66c007b924386f0009caf0a5af06a7d8cd0abad4f224246e5d7dc6295a04",
        "Κατάσταση λογαριασμού #AR_NUMBER, #AR_PERIOD",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nαυτή είναι η κατάσταση του λογαριασμού σας #AR_NUMBER για την περίοδο #AR_PERIOD. Το τελικό υπόλοιπο είναι #AR_BALANCE.\n\n#AR_MOVEMENTS\n\nΜε εκτίμηση\n#COMPANY_NAME",
    ),
    (
        "generic", "en",
        "83f5e407ab344f1693c6bab9fdc9b11c65af5f26a5df3618dcdb50ec83db6e7d",
        "A message from #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nWe are writing to you about your account #AR_NUMBER.\n\nKind regards,\n#COMPANY_NAME",
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
    dependencies = [("transactions", "0025_changed_since"), ("messages", "0005_warnings")]

    operations = [migrations.RunPython(say_it_anew, migrations.RunPython.noop)]
