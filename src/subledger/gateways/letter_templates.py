"""What the standard templates of messages with links say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.transactions.letter_templates import standard

PAY_ONLINE = {
    "en": "You can pay online here:\n#PAY_LINK",
    "de": "Hier können Sie online bezahlen:\n#PAY_LINK",
    "it": "Può pagare online qui:\n#PAY_LINK",
    "el": "Μπορείτε να πληρώσετε ηλεκτρονικά εδώ:\n#PAY_LINK",
}
UNLESS_PAID = {
    "en": "Unless you pay it before then, we will charge #FT_OUTSTANDING to your #FT_CHARGED_TO on #FT_CHARGED_ON.",
    "de": "Wenn Sie nicht vorher zahlen, ziehen wir den Betrag von #FT_OUTSTANDING am #FT_CHARGED_ON ein "
    "(#FT_CHARGED_TO).",
    "it": "Se non paga prima, l'importo di #FT_OUTSTANDING sarà addebitato il #FT_CHARGED_ON (#FT_CHARGED_TO).",
    "el": "Εάν δεν πληρώσετε νωρίτερα, το ποσό των #FT_OUTSTANDING θα χρεωθεί στις #FT_CHARGED_ON (#FT_CHARGED_TO).",
}
COLLECTED = {
    "en": "Payment of #FT_OUTSTANDING is already being collected, so there is nothing you need to do.",
    "de": "Der Betrag von #FT_OUTSTANDING wird bereits eingezogen; Sie brauchen nichts zu tun.",
    "it": "L'incasso di #FT_OUTSTANDING è già in corso: non è necessario alcun intervento da parte Sua.",
    "el": "Η είσπραξη των #FT_OUTSTANDING βρίσκεται ήδη σε εξέλιξη και δεν χρειάζεται να κάνετε κάτι.",
}
TO_BE_CONFIRMED = {
    "en": "Payment of #FT_OUTSTANDING is already under way and is waiting for you to confirm it. Please do not pay it "
    "in another way.",
    "de": "Die Zahlung von #FT_OUTSTANDING ist bereits veranlasst und wartet auf Ihre Bestätigung. Bitte zahlen Sie "
    "den Betrag nicht auf anderem Weg.",
    "it": "Il pagamento di #FT_OUTSTANDING è già in corso e attende la Sua conferma. La preghiamo di non pagarlo in "
    "altro modo.",
    "el": "Η πληρωμή των #FT_OUTSTANDING βρίσκεται ήδη σε εξέλιξη και αναμένει την επιβεβαίωσή σας. Παρακαλούμε μην "
    "την καταβάλετε με άλλον τρόπο.",
}
COLLECTED_IN_PART = {
    "en": "A payment towards this invoice is already being collected. Whatever then remains of #FT_OUTSTANDING is due "
    "by #FT_DUE_DATE. Please quote #FT_NUMBER as the payment reference.",
    "de": "Ein Teil dieser Rechnung wird bereits eingezogen. Was danach von #FT_OUTSTANDING offen bleibt, ist bis zum "
    "#FT_DUE_DATE zu zahlen. Bitte geben Sie bei der Zahlung #FT_NUMBER als Verwendungszweck an.",
    "it": "Un pagamento parziale di questa fattura è già in corso di incasso. Quanto resterà di #FT_OUTSTANDING è "
    "dovuto entro il #FT_DUE_DATE. La preghiamo di indicare #FT_NUMBER nella causale.",
    "el": "Μέρος του τιμολογίου αυτού βρίσκεται ήδη υπό είσπραξη. Το υπόλοιπο των #FT_OUTSTANDING είναι πληρωτέο έως "
    "τις #FT_DUE_DATE. Παρακαλούμε αναφέρετε τον αριθμό #FT_NUMBER στην αιτιολογία της πληρωμής.",
}
PAY = standard(
    (
        "Pay invoice #FT_NUMBER from #COMPANY_NAME",
        "Here is a link to pay invoice #FT_NUMBER online.\n\n#FT_TO_PAY\n\n#PAY_HERE",
    ),
    (
        "Rechnung #FT_NUMBER von #COMPANY_NAME bezahlen",
        "wir senden Ihnen einen Link, um unsere Rechnung #FT_NUMBER zu bezahlen.\n\n#FT_TO_PAY\n\n#PAY_HERE",
    ),
    (
        "Pagare la fattura #FT_NUMBER di #COMPANY_NAME",
        "Le inviamo un link per pagare la fattura #FT_NUMBER.\n\n#FT_TO_PAY\n\n#PAY_HERE",
    ),
    (
        "Πληρωμή του τιμολογίου #FT_NUMBER από #COMPANY_NAME",
        "σας στέλνουμε έναν σύνδεσμο για την πληρωμή του τιμολογίου #FT_NUMBER.\n\n#FT_TO_PAY\n\n#PAY_HERE",
    ),
)
REMINDER = standard(
    (
        "Reminder: invoice #FT_NUMBER from #COMPANY_NAME",
        "This is a friendly reminder about invoice #FT_NUMBER dated #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\n"
        "If you have already paid, please disregard this message.",
    ),
    (
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "wir erinnern Sie an unsere Rechnung #FT_NUMBER vom #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\n"
        "Sollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als "
        "gegenstandslos.",
    ),
    (
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Le ricordiamo la fattura #FT_NUMBER del #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\n"
        "Se ha già provveduto al pagamento, non tenga conto di questo messaggio.",
    ),
    (
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "σας υπενθυμίζουμε το τιμολόγιο #FT_NUMBER με ημερομηνία #FT_DATE.\n\n#FT_TO_PAY\n\n#PAY_HERE\n\n"
        "Εάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.",
    ),
)
AUTHENTICATION = standard(
    (
        "Please confirm your payment to #COMPANY_NAME",
        "Your bank has asked you to confirm a payment of #REQUEST_AMOUNT to us. Please confirm it here by "
        "#CONFIRM_BY:\n#AUTHENTICATION_LINK",
    ),
    (
        "Bitte bestätigen Sie Ihre Zahlung an #COMPANY_NAME",
        "Ihre Bank bittet Sie, eine Zahlung von #REQUEST_AMOUNT an uns zu bestätigen. Bitte bestätigen Sie sie "
        "bis zum #CONFIRM_BY hier:\n#AUTHENTICATION_LINK",
    ),
    (
        "Confermi il Suo pagamento a #COMPANY_NAME",
        "la Sua banca Le chiede di confermare un pagamento di #REQUEST_AMOUNT a nostro favore. Lo confermi qui "
        "entro il #CONFIRM_BY:\n#AUTHENTICATION_LINK",
    ),
    (
        "Επιβεβαιώστε την πληρωμή σας προς #COMPANY_NAME",
        "η τράπεζά σας ζητά να επιβεβαιώσετε πληρωμή #REQUEST_AMOUNT προς εμάς. Επιβεβαιώστε την εδώ έως τις "
        "#CONFIRM_BY:\n#AUTHENTICATION_LINK",
    ),
)
