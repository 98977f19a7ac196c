"""What the standard template of the message with a link to the customer's page says, in each language that customers
are spoken to in."""

from __future__ import annotations

from subledger.transactions.letter_templates import standard

ACCOUNT_PAGE = standard(
    (
        "Your account with #COMPANY_NAME",
        "The balance of your account #AR_NUMBER with us is #AR_BALANCE. Here you see what is open, pay one invoice, "
        "several or everything, and find your receipts and statements:\n#PAY_BALANCE_LINK",
    ),
    (
        "Ihr Konto bei #COMPANY_NAME",
        "der Saldo Ihres Kontos #AR_NUMBER bei uns beträgt #AR_BALANCE. Hier sehen Sie, was offen ist, bezahlen eine "
        "Rechnung, mehrere oder alles, und finden Ihre Quittungen und Kontoauszüge:\n#PAY_BALANCE_LINK",
    ),
    (
        "Il Suo conto presso #COMPANY_NAME",
        "il saldo del Suo conto #AR_NUMBER presso di noi è di #AR_BALANCE. Qui può vedere che cosa resta da pagare, "
        "pagare una fattura, più fatture o tutto, e trovare ricevute ed estratti conto:\n#PAY_BALANCE_LINK",
    ),
    (
        "Ο λογαριασμός σας στην εταιρεία #COMPANY_NAME",
        "το υπόλοιπο του λογαριασμού σας #AR_NUMBER είναι #AR_BALANCE. Εδώ βλέπετε τι οφείλεται, πληρώνετε ένα "
        "τιμολόγιο, περισσότερα ή όλα, και βρίσκετε τις αποδείξεις και την κίνηση του λογαριασμού "
        "σας:\n#PAY_BALANCE_LINK",
    ),
)
