"""What the standard templates of dunning say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.transactions.letter_templates import standard

PAY_ONLINE = {
    "en": "You can pay online here:\n#PAY_LINK",
    "de": "Hier können Sie online bezahlen:\n#PAY_LINK",
    "it": "Può pagare online qui:\n#PAY_LINK",
    "el": "Μπορείτε να πληρώσετε ηλεκτρονικά εδώ:\n#PAY_LINK",
}
CHARGES = {
    "en": "For the late payment we charge #DUNNING_CHARGES, for which you will receive an invoice.",
    "de": "Für den Verzug berechnen wir #DUNNING_CHARGES; darüber erhalten Sie eine Rechnung.",
    "it": "Per il ritardo addebitiamo #DUNNING_CHARGES, per cui riceverà una fattura.",
    "el": "Για την καθυστέρηση χρεώνουμε #DUNNING_CHARGES, για τα οποία θα λάβετε τιμολόγιο.",
}
MORE = {
    "en": "and {count} more",
    "de": "und {count} weitere",
    "it": "e altri {count}",
    "el": "και {count} ακόμη",
}
DUE = {
    "en": "{number}, due {day}: {amount}",
    "de": "{number}, fällig {day}: {amount}",
    "it": "{number}, scadenza {day}: {amount}",
    "el": "{number}, λήξη {day}: {amount}",
}
# The item of the invoice of a late charge.
FEE_ITEM = {
    "en": "Late fee on {number}: {level}",
    "de": "Mahngebühr zu {number}: {level}",
    "it": "Spese di sollecito per {number}: {level}",
    "el": "Χρέωση καθυστέρησης για {number}: {level}",
}
INTEREST_ITEM = {
    "en": "Late interest on {number}, {first} to {last}, {percent} % a year",
    "de": "Verzugszinsen zu {number}, {first} bis {last}, {percent} % im Jahr",
    "it": "Interessi di mora su {number}, dal {first} al {last}, {percent} % annuo",
    "el": "Τόκοι υπερημερίας για {number}, {first} έως {last}, {percent} % ετησίως",
}
NOTICE = standard(
    (
        "Payment due soon: #COMPANY_NAME",
        "This is to let you know that payment is due soon:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\n"
        "#PAY_ONLINE\n\nIf you have already paid, please disregard this message.",
    ),
    (
        "Demnächst fällig: #COMPANY_NAME",
        "wir möchten Sie daran erinnern, dass demnächst fällig wird:\n\n#DUNNING_DOCUMENTS\n\nGesamt: "
        "#DUNNING_TOTAL\n\n#PAY_ONLINE\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte "
        "als gegenstandslos.",
    ),
    (
        "Scadenza vicina: #COMPANY_NAME",
        "Le ricordiamo che è prossima la scadenza di:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "#PAY_ONLINE\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.",
    ),
    (
        "Πλησιάζει η λήξη: #COMPANY_NAME",
        "σας ενημερώνουμε ότι πλησιάζει η λήξη για:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\n"
        "#PAY_ONLINE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.",
    ),
)
REMINDER = standard(
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "Our records show that the following is overdue:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nPlease pay "
        "it now.\n\n#LATE_CHARGES\n\n#PAY_ONLINE\n\nIf you have already paid, please disregard this message.",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "zu folgenden Posten konnten wir noch keinen Zahlungseingang feststellen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: "
        "#DUNNING_TOTAL\n\nBitte begleichen Sie den Betrag.\n\n#LATE_CHARGES\n\n#PAY_ONLINE\n\nSollten Sie inzwischen "
        "gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "Dalle nostre registrazioni risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "La preghiamo di provvedere al pagamento.\n\n#LATE_CHARGES\n\n#PAY_ONLINE\n\nSe ha già provveduto, non tenga "
        "conto di questo messaggio.",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "σύμφωνα με τα στοιχεία μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\n"
        "Παρακαλούμε προχωρήστε στην πληρωμή.\n\n#LATE_CHARGES\n\n#PAY_ONLINE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε "
        "αγνοήστε το μήνυμα αυτό.",
    ),
)
FINAL = standard(
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "Despite our reminders the following is still unpaid:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nThis "
        "is our last reminder. Unless you pay at once, we will take further steps.\n\n#LATE_CHARGES\n\n#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "trotz unserer Mahnungen ist noch offen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: #DUNNING_TOTAL\n\nDies ist unsere "
        "letzte Mahnung. Wenn Sie nicht umgehend zahlen, leiten wir weitere Schritte ein.\n\n#LATE_CHARGES\n\n"
        "#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "Nonostante i nostri solleciti risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "Questo è il nostro ultimo sollecito. In mancanza di pagamento immediato procederemo oltre.\n\n#LATE_CHARGES"
        "\n\n#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #COMPANY_NAME",
        "παρά τις υπενθυμίσεις μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\nΑυτή "
        "είναι η τελευταία μας υπενθύμιση. Εάν δεν πληρώσετε αμέσως, θα προβούμε σε περαιτέρω ενέργειες.\n\n"
        "#LATE_CHARGES\n\n#PAY_ONLINE",
    ),
)
