"""What the standard templates of messages about failed payments say, in each language of customers."""

from __future__ import annotations

from subledger.transactions.letter_templates import standard

ANOTHER_WAY = {
    "en": "Please register another card or account here:\n#CARD_LINK",
    "de": "Bitte hinterlegen Sie hier eine andere Karte oder ein anderes Konto:\n#CARD_LINK",
    "it": "La preghiamo di registrare qui un'altra carta o un altro conto:\n#CARD_LINK",
    "el": "Παρακαλούμε καταχωρίστε εδώ άλλη κάρτα ή άλλον λογαριασμό:\n#CARD_LINK",
}
ASK_US = {
    "en": "Please let us know how you would like to pay from now on.",
    "de": "Bitte teilen Sie uns mit, wie Sie künftig zahlen möchten.",
    "it": "La preghiamo di comunicarci come desidera pagare d'ora in poi.",
    "el": "Παρακαλούμε ενημερώστε μας πώς επιθυμείτε να πληρώνετε στο εξής.",
}
DECLINED_FOR_GOOD = standard(
    (
        "Your payment to #COMPANY_NAME did not go through",
        "We could not collect #PAYMENT_AMOUNT for #DOCUMENT_NUMBER by #CARD: it is not accepted any more, and we "
        "will not try it again.\n\n#ANOTHER_WAY",
    ),
    (
        "Ihre Zahlung an #COMPANY_NAME wurde nicht ausgeführt",
        "wir konnten #PAYMENT_AMOUNT für #DOCUMENT_NUMBER nicht über #CARD einziehen: Dieses Zahlungsmittel wird "
        "nicht mehr angenommen, und wir versuchen es damit nicht noch einmal.\n\n#ANOTHER_WAY",
    ),
    (
        "Il Suo pagamento a #COMPANY_NAME non è andato a buon fine",
        "non abbiamo potuto incassare #PAYMENT_AMOUNT per #DOCUMENT_NUMBER con #CARD: non è più accettata e non "
        "faremo altri tentativi con essa.\n\n#ANOTHER_WAY",
    ),
    (
        "Η πληρωμή σας προς #COMPANY_NAME δεν ολοκληρώθηκε",
        "δεν μπορέσαμε να εισπράξουμε #PAYMENT_AMOUNT για #DOCUMENT_NUMBER μέσω #CARD: δεν γίνεται πλέον δεκτή "
        "και δεν θα προσπαθήσουμε ξανά με αυτήν.\n\n#ANOTHER_WAY",
    ),
)
CHARGE_AGAIN = standard(
    (
        "We will try your payment to #COMPANY_NAME again",
        "We could not collect #PAYMENT_AMOUNT for #DOCUMENT_NUMBER by #CARD. We will try again on "
        "#TRIED_AGAIN_ON. If it can be charged then, nothing is left for you to do.\n\n#ANOTHER_WAY",
    ),
    (
        "Wir versuchen Ihre Zahlung an #COMPANY_NAME noch einmal",
        "wir konnten #PAYMENT_AMOUNT für #DOCUMENT_NUMBER nicht über #CARD einziehen. Wir versuchen es am "
        "#TRIED_AGAIN_ON noch einmal; wenn die Zahlung dann möglich ist, brauchen Sie nichts zu "
        "tun.\n\n#ANOTHER_WAY",
    ),
    (
        "Riproveremo a incassare il Suo pagamento a #COMPANY_NAME",
        "non abbiamo potuto incassare #PAYMENT_AMOUNT per #DOCUMENT_NUMBER con #CARD. Riproveremo il "
        "#TRIED_AGAIN_ON; se allora il pagamento sarà possibile, non è necessario alcun intervento da parte "
        "Sua.\n\n#ANOTHER_WAY",
    ),
    (
        "Θα προσπαθήσουμε ξανά για την πληρωμή σας προς #COMPANY_NAME",
        "δεν μπορέσαμε να εισπράξουμε #PAYMENT_AMOUNT για #DOCUMENT_NUMBER μέσω #CARD. Θα προσπαθήσουμε ξανά στις "
        "#TRIED_AGAIN_ON· αν τότε η χρέωση είναι δυνατή, δεν χρειάζεται να κάνετε κάτι.\n\n#ANOTHER_WAY",
    ),
)
