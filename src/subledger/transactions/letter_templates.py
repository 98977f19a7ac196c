"""What the standard templates of messages say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.messages.kinds import Standard

_EN = ("Dear #CUSTOMER_NAME,\n\n", "\n\nKind regards,\n#COMPANY_NAME\n")
_DE = ("Guten Tag #CUSTOMER_NAME,\n\n", "\n\nMit freundlichen Grüßen\n#COMPANY_NAME\n")
_IT = ("Gentile #CUSTOMER_NAME,\n\n", "\n\nCordiali saluti\n#COMPANY_NAME\n")
_EL = ("Αγαπητέ πελάτη #CUSTOMER_NAME,\n\n", "\n\nΜε εκτίμηση\n#COMPANY_NAME\n")


def standard(en: tuple[str, str], de: tuple[str, str], it: tuple[str, str], el: tuple[str, str]) -> dict[str, Standard]:
    """The templates of a kind: of each language the subject, and the body between its greeting and its end."""
    frames = {"en": (_EN, en), "de": (_DE, de), "it": (_IT, it), "el": (_EL, el)}
    return {
        language: Standard(subject, f"{greeting}{body}{end}")
        for language, ((greeting, end), (subject, body)) in frames.items()
    }


INVOICE = standard(
    (
        "Invoice #FT_NUMBER from #COMPANY_NAME",
        "Thank you for your business. Invoice #FT_NUMBER dated #FT_DATE comes to "
        "#FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "Rechnung #FT_NUMBER von #COMPANY_NAME",
        "vielen Dank für Ihren Auftrag. Unsere Rechnung #FT_NUMBER vom #FT_DATE beläuft sich auf "
        "#FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "Fattura #FT_NUMBER di #COMPANY_NAME",
        "grazie per averci scelto. La fattura #FT_NUMBER del #FT_DATE ammonta a "
        "#FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "Τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "σας ευχαριστούμε για τη συνεργασία. Το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE ανέρχεται σε "
        "#FT_TOTAL.\n\n#FT_TO_PAY\n\n#PAY_ONLINE",
    ),
)
REMINDER = standard(
    (
        "Reminder: invoice #FT_NUMBER from #COMPANY_NAME",
        "This is a friendly reminder about invoice #FT_NUMBER dated #FT_DATE.\n\n#FT_TO_PAY\n\nIf you have "
        "already paid, please disregard this message.",
    ),
    (
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "wir erinnern Sie an unsere Rechnung #FT_NUMBER vom #FT_DATE.\n\n#FT_TO_PAY\n\nSollten Sie inzwischen "
        "gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.",
    ),
    (
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Le ricordiamo la fattura #FT_NUMBER del #FT_DATE.\n\n#FT_TO_PAY\n\nSe ha già provveduto al pagamento, "
        "non tenga conto di questo messaggio.",
    ),
    (
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "σας υπενθυμίζουμε το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE.\n\n#FT_TO_PAY\n\nΕάν έχετε ήδη "
        "πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.",
    ),
)
CREDIT_NOTE = standard(
    (
        "Credit note #FT_NUMBER from #COMPANY_NAME",
        "We have issued credit note #FT_NUMBER dated #FT_DATE for #FT_TOTAL. The amount has been credited to "
        "your account.",
    ),
    (
        "Gutschrift #FT_NUMBER von #COMPANY_NAME",
        "mit der Gutschrift #FT_NUMBER vom #FT_DATE haben wir Ihrem Konto #FT_TOTAL gutgeschrieben.",
    ),
    (
        "Nota di credito #FT_NUMBER di #COMPANY_NAME",
        "abbiamo emesso la nota di credito #FT_NUMBER del #FT_DATE di #FT_TOTAL. L'importo è stato accreditato "
        "sul Suo conto.",
    ),
    (
        "Πιστωτικό #FT_NUMBER από #COMPANY_NAME",
        "εκδώσαμε το πιστωτικό τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE, ποσού #FT_TOTAL. Το ποσό πιστώθηκε "
        "στον λογαριασμό σας.",
    ),
)
PAYMENT = standard(
    (
        "Receipt #FT_NUMBER from #COMPANY_NAME",
        "Thank you for your payment of #FT_TOTAL, which we received on #FT_DATE. Your receipt number is "
        "#FT_NUMBER.\n\n#FT_APPLIED",
    ),
    (
        "Zahlungsbestätigung #FT_NUMBER von #COMPANY_NAME",
        "vielen Dank für Ihre Zahlung von #FT_TOTAL, die wir am #FT_DATE erhalten haben (Beleg #FT_NUMBER)."
        "\n\n#FT_APPLIED",
    ),
    (
        "Ricevuta #FT_NUMBER di #COMPANY_NAME",
        "grazie per il Suo pagamento di #FT_TOTAL, ricevuto il #FT_DATE (ricevuta #FT_NUMBER).\n\n#FT_APPLIED",
    ),
    (
        "Απόδειξη #FT_NUMBER από #COMPANY_NAME",
        "σας ευχαριστούμε για την πληρωμή σας, ποσού #FT_TOTAL, την οποία λάβαμε στις #FT_DATE (απόδειξη #FT_NUMBER)."
        "\n\n#FT_APPLIED",
    ),
)
REFUND = standard(
    (
        "Refund #FT_NUMBER from #COMPANY_NAME",
        "We refunded #FT_TOTAL to you on #FT_DATE. The refund number is #FT_NUMBER.",
    ),
    (
        "Erstattung #FT_NUMBER von #COMPANY_NAME",
        "wir haben Ihnen am #FT_DATE #FT_TOTAL erstattet (Erstattung #FT_NUMBER).",
    ),
    (
        "Rimborso #FT_NUMBER di #COMPANY_NAME",
        "Le abbiamo rimborsato #FT_TOTAL il #FT_DATE (rimborso #FT_NUMBER).",
    ),
    (
        "Επιστροφή χρημάτων #FT_NUMBER από #COMPANY_NAME",
        "σας επιστρέψαμε το ποσό των #FT_TOTAL στις #FT_DATE (επιστροφή #FT_NUMBER).",
    ),
)
INVOICE_CANCELLATION = standard(
    (
        "Cancellation of invoice #FT_CANCELLED: #FT_NUMBER from #COMPANY_NAME",
        "We cancelled invoice #FT_CANCELLED for #FT_TOTAL on #FT_DATE. The number of the cancellation is "
        "#FT_NUMBER.\n\nPlease do not pay this invoice. Any amount you have already paid towards it has been "
        "credited to your account.",
    ),
    (
        "Storno der Rechnung #FT_CANCELLED: #FT_NUMBER von #COMPANY_NAME",
        "wir haben die Rechnung #FT_CANCELLED über #FT_TOTAL am #FT_DATE mit #FT_NUMBER storniert.\n\nBitte "
        "bezahlen Sie diese Rechnung nicht mehr. Bereits darauf gezahlte Beträge sind Ihrem Konto gutgeschrieben.",
    ),
    (
        "Annullamento della fattura #FT_CANCELLED: #FT_NUMBER di #COMPANY_NAME",
        "abbiamo annullato la fattura #FT_CANCELLED di #FT_TOTAL il #FT_DATE con il documento #FT_NUMBER.\n\nLa "
        "preghiamo di non pagare questa fattura. Gli importi eventualmente già versati sono stati accreditati "
        "sul Suo conto.",
    ),
    (
        "Ακύρωση του τιμολογίου #FT_CANCELLED: #FT_NUMBER από #COMPANY_NAME",
        "ακυρώσαμε το τιμολόγιο #FT_CANCELLED, ποσού #FT_TOTAL, στις #FT_DATE με το παραστατικό "
        "#FT_NUMBER.\n\nΠαρακαλούμε μην το πληρώσετε. Τυχόν ποσά που έχετε ήδη καταβάλει έχουν πιστωθεί στον "
        "λογαριασμό σας.",
    ),
)
PAYMENT_CANCELLATION = standard(
    (
        "Payment #FT_CANCELLED reversed: #FT_NUMBER from #COMPANY_NAME",
        "Your payment #FT_CANCELLED of #FT_TOTAL was reversed on #FT_DATE. The number of the reversal is "
        "#FT_NUMBER. Anything it had paid is open again.",
    ),
    (
        "Zahlung #FT_CANCELLED storniert: #FT_NUMBER von #COMPANY_NAME",
        "Ihre Zahlung #FT_CANCELLED über #FT_TOTAL wurde am #FT_DATE mit #FT_NUMBER storniert. Was damit bezahlt "
        "war, ist wieder offen.",
    ),
    (
        "Pagamento #FT_CANCELLED stornato: #FT_NUMBER di #COMPANY_NAME",
        "il Suo pagamento #FT_CANCELLED di #FT_TOTAL è stato stornato il #FT_DATE con il documento #FT_NUMBER. "
        "Quanto era stato pagato con esso è di nuovo aperto.",
    ),
    (
        "Ακύρωση πληρωμής #FT_CANCELLED: #FT_NUMBER από #COMPANY_NAME",
        "η πληρωμή σας #FT_CANCELLED, ποσού #FT_TOTAL, ακυρώθηκε στις #FT_DATE με το παραστατικό #FT_NUMBER. "
        "Ό,τι είχε εξοφληθεί με αυτήν είναι και πάλι ανοικτό.",
    ),
)
WRITE_OFF = standard(
    (
        "Write-off #FT_NUMBER from #COMPANY_NAME",
        "We wrote off #FT_TOTAL of invoice #FT_WRITTEN_OFF on #FT_DATE. The number of the write-off is #FT_NUMBER.",
    ),
    (
        "Ausbuchung #FT_NUMBER von #COMPANY_NAME",
        "wir haben von der Rechnung #FT_WRITTEN_OFF am #FT_DATE #FT_TOTAL ausgebucht (Ausbuchung #FT_NUMBER).",
    ),
    (
        "Stralcio #FT_NUMBER di #COMPANY_NAME",
        "abbiamo stralciato #FT_TOTAL dalla fattura #FT_WRITTEN_OFF il #FT_DATE (documento #FT_NUMBER).",
    ),
    (
        "Διαγραφή #FT_NUMBER από #COMPANY_NAME",
        "διαγράψαμε #FT_TOTAL από το τιμολόγιο #FT_WRITTEN_OFF στις #FT_DATE (παραστατικό #FT_NUMBER).",
    ),
)
STATEMENT = standard(
    (
        "Statement of account #AR_NUMBER, #AR_PERIOD",
        "This is the statement of your account #AR_NUMBER for #AR_PERIOD. The closing balance is "
        "#AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
    (
        "Kontoauszug #AR_NUMBER, #AR_PERIOD",
        "dies ist der Auszug Ihres Kontos #AR_NUMBER für die Zeit #AR_PERIOD. Der Schlusssaldo beträgt "
        "#AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
    (
        "Estratto conto #AR_NUMBER, #AR_PERIOD",
        "questo è l'estratto del Suo conto #AR_NUMBER per il periodo #AR_PERIOD. Il saldo finale è di "
        "#AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
    (
        "Κατάσταση λογαριασμού #AR_NUMBER, #AR_PERIOD",
        "αυτή είναι η κατάσταση του λογαριασμού σας #AR_NUMBER για την περίοδο #AR_PERIOD. Το τελικό υπόλοιπο "
        "είναι #AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
)
GENERIC = standard(
    (
        "A message from #COMPANY_NAME",
        "We are writing to you about your account #AR_NUMBER.",
    ),
    (
        "Eine Nachricht von #COMPANY_NAME",
        "wir schreiben Ihnen zu Ihrem Konto #AR_NUMBER.",
    ),
    (
        "Un messaggio da #COMPANY_NAME",
        "Le scriviamo in merito al Suo conto #AR_NUMBER.",
    ),
    (
        "Μήνυμα από #COMPANY_NAME",
        "σας γράφουμε σχετικά με τον λογαριασμό σας #AR_NUMBER.",
    ),
)
