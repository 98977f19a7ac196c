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
    "en": "Late charges of #DUNNING_CHARGES are noted, with which it would be #DUNNING_WITH_CHARGES. They are not due "
    "yet: "
    "please pay them only when you receive an invoice for them.",
    "de": "Für den Verzug sind #DUNNING_CHARGES vorgemerkt, zusammen wären das #DUNNING_WITH_CHARGES. Dieser Betrag "
    "ist noch "
    "nicht fällig: Bitte zahlen Sie ihn erst, wenn Sie darüber eine Rechnung erhalten.",
    "it": "Per il ritardo sono previsti addebiti di #DUNNING_CHARGES, con i quali sarebbero #DUNNING_WITH_CHARGES. "
    "Non sono "
    "ancora dovuti: La preghiamo di pagarli solo quando riceverà la relativa fattura.",
    "el": "Για την καθυστέρηση προβλέπονται χρεώσεις #DUNNING_CHARGES, με τις οποίες το ποσό θα ήταν "
    "#DUNNING_WITH_CHARGES. "
    "Δεν οφείλονται ακόμη: παρακαλούμε πληρώστε τις μόνο όταν λάβετε σχετικό τιμολόγιο.",
}
HOW_TO_PAY = {
    "en": "Please transfer #DUNNING_TO_PAY to:\n#BANK_DETAILS\nPayment reference: #PAYMENT_REFERENCE",
    "de": "Bitte überweisen Sie #DUNNING_TO_PAY auf:\n#BANK_DETAILS\nVerwendungszweck: #PAYMENT_REFERENCE",
    "it": "La preghiamo di versare #DUNNING_TO_PAY su:\n#BANK_DETAILS\nCausale: #PAYMENT_REFERENCE",
    "el": "Παρακαλούμε καταθέστε #DUNNING_TO_PAY στον λογαριασμό:\n#BANK_DETAILS\nΑιτιολογία: #PAYMENT_REFERENCE",
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
    "en": "Late interest on {number}, {pieces}",
    "de": "Verzugszinsen zu {number}, {pieces}",
    "it": "Interessi di mora su {number}, {pieces}",
    "el": "Τόκοι υπερημερίας για {number}, {pieces}",
}
INTEREST_PIECE = {
    "en": "{first} to {last}, {percent} % a year",
    "de": "{first} bis {last}, {percent} % im Jahr",
    "it": "dal {first} al {last}, {percent} % annuo",
    "el": "{first} έως {last}, {percent} % ετησίως",
}
NOTICE = standard(
    (
        "Payment due soon: #DUNNING_ABOUT, #COMPANY_NAME",
        "This is to let you know that payment is due soon:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\n"
        "#HOW_TO_PAY\n\n#PAY_ONLINE\n\nIf you have already paid, please disregard this message.",
    ),
    (
        "Demnächst fällig: #DUNNING_ABOUT, #COMPANY_NAME",
        "wir möchten Sie daran erinnern, dass demnächst fällig wird:\n\n#DUNNING_DOCUMENTS\n\nGesamt: "
        "#DUNNING_TOTAL\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSollten Sie inzwischen gezahlt haben, betrachten Sie diese "
        "Nachricht bitte "
        "als gegenstandslos.",
    ),
    (
        "Scadenza vicina: #DUNNING_ABOUT, #COMPANY_NAME",
        "Le ricordiamo che è prossima la scadenza di:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSe ha già provveduto al pagamento, non tenga conto di questo messaggio.",
    ),
    (
        "Πλησιάζει η λήξη: #DUNNING_ABOUT, #COMPANY_NAME",
        "σας ενημερώνουμε ότι πλησιάζει η λήξη για:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\n"
        "#HOW_TO_PAY\n\n#PAY_ONLINE\n\nΕάν έχετε ήδη πληρώσει, παρακαλούμε αγνοήστε το μήνυμα αυτό.",
    ),
)
REMINDER = standard(
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Our records show that the following is overdue:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nPlease pay "
        "it now.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nIf you have already paid, please disregard this "
        "message.",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "zu folgenden Posten konnten wir noch keinen Zahlungseingang feststellen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: "
        "#DUNNING_TOTAL\n\nBitte begleichen Sie den Betrag.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSollten "
        "Sie inzwischen "
        "gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "dalle nostre registrazioni risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "La preghiamo di provvedere al pagamento.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nSe ha già "
        "provveduto, non tenga "
        "conto di questo messaggio.",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "σύμφωνα με τα στοιχεία μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\n"
        "Παρακαλούμε προχωρήστε στην πληρωμή.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE\n\nΕάν έχετε ήδη "
        "πληρώσει, παρακαλούμε "
        "αγνοήστε το μήνυμα αυτό.",
    ),
)
FINAL = standard(
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "Despite our reminders the following is still unpaid:\n\n#DUNNING_DOCUMENTS\n\nTotal: #DUNNING_TOTAL\n\nThis "
        "is our last reminder. Unless you pay at once, we will take further "
        "steps.\n\n#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "trotz unserer Mahnungen ist noch offen:\n\n#DUNNING_DOCUMENTS\n\nGesamt: #DUNNING_TOTAL\n\nDies ist unsere "
        "letzte Mahnung. Wenn Sie nicht umgehend zahlen, leiten wir weitere Schritte ein.\n\n#LATE_CHARGES\n\n"
        "#HOW_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "nonostante i nostri solleciti risulta ancora da pagare:\n\n#DUNNING_DOCUMENTS\n\nTotale: #DUNNING_TOTAL\n\n"
        "Questo è il nostro ultimo sollecito. In mancanza di pagamento immediato procederemo oltre.\n\n#LATE_CHARGES"
        "\n\n#HOW_TO_PAY\n\n#PAY_ONLINE",
    ),
    (
        "#DUNNING_LEVEL: #DUNNING_ABOUT, #COMPANY_NAME",
        "παρά τις υπενθυμίσεις μας παραμένουν ανεξόφλητα:\n\n#DUNNING_DOCUMENTS\n\nΣύνολο: #DUNNING_TOTAL\n\nΑυτή "
        "είναι η τελευταία μας υπενθύμιση. Εάν δεν πληρώσετε αμέσως, θα προβούμε σε περαιτέρω ενέργειες.\n\n"
        "#LATE_CHARGES\n\n#HOW_TO_PAY\n\n#PAY_ONLINE",
    ),
)
