"""What the standard templates of messages with links say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.messages.kinds import Standard

PAY = {
    "en": Standard(
        "Pay invoice #FT_NUMBER of #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\n#FT_OUTSTANDING of invoice #FT_NUMBER is to be paid by #FT_DUE_DATE. You can pay it "
        "here:\n#PAY_LINK\n\nKind regards\n#COMPANY_NAME\n",
    ),
    "de": Standard(
        "Rechnung #FT_NUMBER von #COMPANY_NAME bezahlen",
        "Guten Tag #CUSTOMER_NAME,\n\nvon der Rechnung #FT_NUMBER sind #FT_OUTSTANDING bis zum #FT_DUE_DATE zu zahlen. "
        "Hier können Sie bezahlen:\n#PAY_LINK\n\nMit freundlichen Grüßen\n#COMPANY_NAME\n",
    ),
    "it": Standard(
        "Pagare la fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nrestano da pagare #FT_OUTSTANDING della fattura #FT_NUMBER entro il #FT_DUE_DATE. "
        "Può pagare qui:\n#PAY_LINK\n\nCordiali saluti\n#COMPANY_NAME\n",
    ),
    "el": Standard(
        "Πληρωμή του τιμολογίου #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nαπομένουν προς πληρωμή #FT_OUTSTANDING του τιμολογίου #FT_NUMBER έως "
        "#FT_DUE_DATE. Μπορείτε να πληρώσετε εδώ:\n#PAY_LINK\n\nΜε εκτίμηση\n#COMPANY_NAME\n",
    ),
}
REMINDER = {
    "en": Standard(
        "Reminder: invoice #FT_NUMBER of #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\n#FT_OUTSTANDING of invoice #FT_NUMBER of #FT_DATE is still open; it was to be paid by "
        "#FT_DUE_DATE. You can pay it here:\n#PAY_LINK\n\nIf you have paid meanwhile, you need do nothing more.\n\n"
        "Kind regards\n#COMPANY_NAME\n",
    ),
    "de": Standard(
        "Zahlungserinnerung: Rechnung #FT_NUMBER von #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nvon der Rechnung #FT_NUMBER vom #FT_DATE sind noch #FT_OUTSTANDING offen; sie "
        "war bis zum #FT_DUE_DATE zu zahlen. Hier können Sie bezahlen:\n#PAY_LINK\n\nHaben Sie inzwischen gezahlt, ist "
        "nichts weiter zu tun.\n\nMit freundlichen Grüßen\n#COMPANY_NAME\n",
    ),
    "it": Standard(
        "Sollecito: fattura #FT_NUMBER di #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\ndella fattura #FT_NUMBER del #FT_DATE restano aperti #FT_OUTSTANDING; andava "
        "pagata entro il #FT_DUE_DATE. Può pagare qui:\n#PAY_LINK\n\nSe nel frattempo ha pagato, non occorre fare "
        "altro.\n\nCordiali saluti\n#COMPANY_NAME\n",
    ),
    "el": Standard(
        "Υπενθύμιση: τιμολόγιο #FT_NUMBER από #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nαπό το τιμολόγιο #FT_NUMBER της #FT_DATE απομένουν #FT_OUTSTANDING· έπρεπε "
        "να πληρωθεί έως #FT_DUE_DATE. Μπορείτε να πληρώσετε εδώ:\n#PAY_LINK\n\nΑν έχετε ήδη πληρώσει, δεν χρειάζεται "
        "τίποτε άλλο.\n\nΜε εκτίμηση\n#COMPANY_NAME\n",
    ),
}
AUTHENTICATION = {
    "en": Standard(
        "Please confirm your payment to #COMPANY_NAME",
        "Dear #CUSTOMER_NAME,\n\nyour bank asks you to confirm a payment of #REQUEST_AMOUNT to us. Please do it here "
        "by #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nKind regards\n#COMPANY_NAME\n",
    ),
    "de": Standard(
        "Bitte bestätigen Sie Ihre Zahlung an #COMPANY_NAME",
        "Guten Tag #CUSTOMER_NAME,\n\nIhre Bank bittet Sie, eine Zahlung von #REQUEST_AMOUNT an uns zu bestätigen. "
        "Bitte tun Sie das hier bis zum #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nMit freundlichen Grüßen\n#COMPANY_NAME\n",
    ),
    "it": Standard(
        "Confermi il Suo pagamento a #COMPANY_NAME",
        "Gentile #CUSTOMER_NAME,\n\nla Sua banca Le chiede di confermare un pagamento di #REQUEST_AMOUNT a nostro "
        "favore. Lo confermi qui entro il #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nCordiali saluti\n#COMPANY_NAME\n",
    ),
    "el": Standard(
        "Επιβεβαιώστε την πληρωμή σας προς #COMPANY_NAME",
        "Αγαπητέ πελάτη #CUSTOMER_NAME,\n\nη τράπεζά σας ζητά να επιβεβαιώσετε πληρωμή #REQUEST_AMOUNT προς εμάς. "
        "Επιβεβαιώστε την εδώ έως #CONFIRM_BY:\n#AUTHENTICATION_LINK\n\nΜε εκτίμηση\n#COMPANY_NAME\n",
    ),
}
