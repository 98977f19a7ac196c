"""What the standard templates of messages say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.messages.kinds import Standard

_EN = ("Dear #CUSTOMER_NAME,\n\n", "\n\nKind regards\n#COMPANY_NAME\n")
_DE = ("Guten Tag #CUSTOMER_NAME,\n\n", "\n\nMit freundlichen Grüßen\n#COMPANY_NAME\n")
_IT = ("Gentile #CUSTOMER_NAME,\n\n", "\n\nCordiali saluti\n#COMPANY_NAME\n")
_EL = ("Αγαπητέ πελάτη #CUSTOMER_NAME,\n\n", "\n\nΜε εκτίμηση\n#COMPANY_NAME\n")


def _standard(
    en: tuple[str, str], de: tuple[str, str], it: tuple[str, str], el: tuple[str, str]
) -> dict[str, Standard]:
    frames = {"en": (_EN, en), "de": (_DE, de), "it": (_IT, it), "el": (_EL, el)}
    return {
        language: Standard(subject, f"{greeting}{body}{end}")
        for language, ((greeting, end), (subject, body)) in frames.items()
    }


INVOICE = _standard(
    (
        "Invoice #FT_NUMBER of #COMPANY_NAME",
        "here is invoice #FT_NUMBER of #FT_DATE over #FT_TOTAL. #FT_OUTSTANDING of it is still to be paid, by "
        "#FT_DUE_DATE.\n\nPlease name #FT_NUMBER when you pay.",
    ),
    (
        "Rechnung #FT_NUMBER von #COMPANY_NAME",
        "hier ist die Rechnung #FT_NUMBER vom #FT_DATE über #FT_TOTAL. Davon sind noch #FT_OUTSTANDING zu zahlen, bis "
        "zum #FT_DUE_DATE.\n\nBitte geben Sie bei der Zahlung #FT_NUMBER an.",
    ),
    (
        "Fattura #FT_NUMBER di #COMPANY_NAME",
        "ecco la fattura #FT_NUMBER del #FT_DATE di #FT_TOTAL. Restano da pagare #FT_OUTSTANDING entro il "
        "#FT_DUE_DATE.\n\nLa preghiamo di indicare #FT_NUMBER nel pagamento.",
    ),
    (
        "Τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "σας στέλνουμε το τιμολόγιο #FT_NUMBER της #FT_DATE, ποσού #FT_TOTAL. Απομένουν προς πληρωμή #FT_OUTSTANDING, "
        "έως #FT_DUE_DATE.\n\nΠαρακαλούμε αναφέρετε τον αριθμό #FT_NUMBER στην πληρωμή.",
    ),
)
REMINDER = _standard(
    (
        "Reminder: invoice #FT_NUMBER of #COMPANY_NAME",
        "#FT_OUTSTANDING of invoice #FT_NUMBER of #FT_DATE is still open; it was to be paid by #FT_DUE_DATE. Please "
        "pay it, and name #FT_NUMBER when you do. If you have paid meanwhile, you need do nothing more.",
    ),
    (
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "von der Rechnung #FT_NUMBER vom #FT_DATE sind noch #FT_OUTSTANDING offen; sie war bis zum #FT_DUE_DATE zu "
        "zahlen. Bitte zahlen Sie und geben Sie dabei #FT_NUMBER an. Haben Sie inzwischen gezahlt, ist nichts weiter "
        "zu tun.",
    ),
    (
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "della fattura #FT_NUMBER del #FT_DATE restano aperti #FT_OUTSTANDING; andava pagata entro il #FT_DUE_DATE. La "
        "preghiamo di pagare indicando #FT_NUMBER. Se nel frattempo ha pagato, non occorre fare altro.",
    ),
    (
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "από το τιμολόγιο #FT_NUMBER της #FT_DATE απομένουν #FT_OUTSTANDING· έπρεπε να πληρωθεί έως #FT_DUE_DATE. "
        "Παρακαλούμε πληρώστε αναφέροντας τον αριθμό #FT_NUMBER. Αν έχετε ήδη πληρώσει, δεν χρειάζεται τίποτε άλλο.",
    ),
)
CREDIT_NOTE = _standard(
    (
        "Credit note #FT_NUMBER of #COMPANY_NAME",
        "we have credited you #FT_TOTAL with credit note #FT_NUMBER of #FT_DATE.",
    ),
    (
        "Gutschrift #FT_NUMBER von #COMPANY_NAME",
        "wir haben Ihnen mit der Gutschrift #FT_NUMBER vom #FT_DATE #FT_TOTAL gutgeschrieben.",
    ),
    (
        "Nota di credito #FT_NUMBER di #COMPANY_NAME",
        "Le abbiamo accreditato #FT_TOTAL con la nota di credito #FT_NUMBER del #FT_DATE.",
    ),
    (
        "Πιστωτικό #FT_NUMBER από #COMPANY_NAME",
        "σας πιστώσαμε #FT_TOTAL με το πιστωτικό τιμολόγιο #FT_NUMBER της #FT_DATE.",
    ),
)
PAYMENT = _standard(
    (
        "Receipt #FT_NUMBER of #COMPANY_NAME",
        "thank you for your payment of #FT_TOTAL, which we received on #FT_DATE (receipt #FT_NUMBER).",
    ),
    (
        "Zahlungsbestätigung #FT_NUMBER von #COMPANY_NAME",
        "vielen Dank für Ihre Zahlung von #FT_TOTAL, die wir am #FT_DATE erhalten haben (Beleg #FT_NUMBER).",
    ),
    (
        "Ricevuta #FT_NUMBER di #COMPANY_NAME",
        "grazie per il Suo pagamento di #FT_TOTAL, ricevuto il #FT_DATE (ricevuta #FT_NUMBER).",
    ),
    (
        "Απόδειξη #FT_NUMBER από #COMPANY_NAME",
        "ευχαριστούμε για την πληρωμή σας #FT_TOTAL, που λάβαμε στις #FT_DATE (απόδειξη #FT_NUMBER).",
    ),
)
REFUND = _standard(
    ("Refund #FT_NUMBER of #COMPANY_NAME", "we have refunded you #FT_TOTAL on #FT_DATE (refund #FT_NUMBER)."),
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
        "σας επιστρέψαμε #FT_TOTAL στις #FT_DATE (επιστροφή #FT_NUMBER).",
    ),
)
INVOICE_CANCELLATION = _standard(
    (
        "Cancellation #FT_NUMBER of #COMPANY_NAME",
        "we have cancelled invoice #FT_CANCELLED with #FT_NUMBER of #FT_DATE, over #FT_TOTAL. "
        "Please do not pay that invoice "
        "any more; what you paid of it stands to your credit.",
    ),
    (
        "Stornorechnung #FT_NUMBER von #COMPANY_NAME",
        "wir haben die Rechnung #FT_CANCELLED mit #FT_NUMBER vom #FT_DATE über #FT_TOTAL "
        "storniert. Bitte bezahlen Sie diese "
        "Rechnung nicht mehr; was Sie darauf gezahlt haben, ist Ihnen gutgeschrieben.",
    ),
    (
        "Annullamento #FT_NUMBER di #COMPANY_NAME",
        "abbiamo annullato la fattura #FT_CANCELLED con il documento #FT_NUMBER del #FT_DATE, di "
        "#FT_TOTAL. La preghiamo di non "
        "pagare più quella fattura; quanto già pagato resta a Suo credito.",
    ),
    (
        "Ακύρωση #FT_NUMBER από #COMPANY_NAME",
        "ακυρώσαμε το τιμολόγιο #FT_CANCELLED με το παραστατικό #FT_NUMBER της #FT_DATE, ποσού "
        "#FT_TOTAL. Παρακαλούμε μην "
        "το πληρώσετε πλέον· ό,τι έχετε ήδη πληρώσει παραμένει σε πίστωσή σας.",
    ),
)
PAYMENT_CANCELLATION = _standard(
    (
        "Payment #FT_CANCELLED taken back: #FT_NUMBER of #COMPANY_NAME",
        "we have cancelled payment #FT_CANCELLED of #FT_TOTAL with #FT_NUMBER of #FT_DATE: what it "
        "had paid is open again.",
    ),
    (
        "Zahlung #FT_CANCELLED storniert: #FT_NUMBER von #COMPANY_NAME",
        "wir haben die Zahlung #FT_CANCELLED über #FT_TOTAL mit #FT_NUMBER vom #FT_DATE storniert: "
        "Was damit bezahlt war, ist "
        "wieder offen.",
    ),
    (
        "Pagamento #FT_CANCELLED annullato: #FT_NUMBER di #COMPANY_NAME",
        "abbiamo annullato il pagamento #FT_CANCELLED di #FT_TOTAL con il documento #FT_NUMBER del "
        "#FT_DATE: quanto era stato "
        "pagato con esso è di nuovo aperto.",
    ),
    (
        "Ακύρωση πληρωμής #FT_CANCELLED: #FT_NUMBER από #COMPANY_NAME",
        "ακυρώσαμε την πληρωμή #FT_CANCELLED ποσού #FT_TOTAL με το παραστατικό #FT_NUMBER της "
        "#FT_DATE: ό,τι είχε εξοφληθεί "
        "με αυτήν είναι και πάλι ανοικτό.",
    ),
)
WRITE_OFF = _standard(
    (
        "Write-off #FT_NUMBER of #COMPANY_NAME",
        "we have written off #FT_TOTAL of invoice #FT_WRITTEN_OFF with #FT_NUMBER of #FT_DATE.",
    ),
    (
        "Ausbuchung #FT_NUMBER von #COMPANY_NAME",
        "wir haben von der Rechnung #FT_WRITTEN_OFF mit #FT_NUMBER vom #FT_DATE #FT_TOTAL ausgebucht.",
    ),
    (
        "Storno di credito #FT_NUMBER di #COMPANY_NAME",
        "abbiamo stornato #FT_TOTAL della fattura #FT_WRITTEN_OFF con il documento #FT_NUMBER del #FT_DATE.",
    ),
    (
        "Διαγραφή #FT_NUMBER από #COMPANY_NAME",
        "διαγράψαμε #FT_TOTAL από το τιμολόγιο #FT_WRITTEN_OFF με το παραστατικό #FT_NUMBER της #FT_DATE.",
    ),
)
STATEMENT = _standard(
    (
        "Statement of account #AR_NUMBER",
        "the balance of your account #AR_NUMBER with us is #AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
    ("Kontostand #AR_NUMBER", "der Saldo Ihres Kontos #AR_NUMBER bei uns beträgt #AR_BALANCE.\n\n#AR_MOVEMENTS"),
    ("Estratto conto #AR_NUMBER", "il saldo del Suo conto #AR_NUMBER presso di noi è di #AR_BALANCE.\n\n#AR_MOVEMENTS"),
    (
        "Κατάσταση λογαριασμού #AR_NUMBER",
        "το υπόλοιπο του λογαριασμού σας #AR_NUMBER είναι #AR_BALANCE.\n\n#AR_MOVEMENTS",
    ),
)
GENERIC = _standard(
    ("A message from #COMPANY_NAME", "we write to you about your account #AR_NUMBER."),
    ("Eine Nachricht von #COMPANY_NAME", "wir schreiben Ihnen zu Ihrem Konto #AR_NUMBER."),
    ("Un messaggio da #COMPANY_NAME", "Le scriviamo in merito al Suo conto #AR_NUMBER."),
    ("Μήνυμα από #COMPANY_NAME", "σας γράφουμε σχετικά με τον λογαριασμό σας #AR_NUMBER."),
)
