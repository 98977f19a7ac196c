"""What the standard templates of messages about collecting say, in each language that customers are spoken to in."""

from __future__ import annotations

from subledger.transactions.letter_templates import standard

CARD_ENDS = standard(
    (
        "Your card ends soon: #COMPANY_NAME",
        "We collect your invoices by #CARD, which can be charged until #CARD_ENDS_ON. So that nothing is left unpaid, "
        "please register another card here:\n#CARD_LINK",
    ),
    (
        "Ihre Karte läuft ab: #COMPANY_NAME",
        "wir ziehen Ihre Rechnungen über #CARD ein, die bis zum #CARD_ENDS_ON belastet werden kann. Damit nichts offen "
        "bleibt, hinterlegen Sie bitte hier eine andere Karte:\n#CARD_LINK",
    ),
    (
        "La Sua carta sta per scadere: #COMPANY_NAME",
        "incassiamo le Sue fatture con #CARD, utilizzabile fino al #CARD_ENDS_ON. Perché nulla resti da pagare, "
        "registri qui un'altra carta:\n#CARD_LINK",
    ),
    (
        "Η κάρτα σας λήγει: #COMPANY_NAME",
        "εισπράττουμε τα τιμολόγιά σας με την #CARD, η οποία μπορεί να χρεωθεί έως τις #CARD_ENDS_ON. Για να μη μείνει "
        "τίποτα ανεξόφλητο, καταχωρίστε εδώ άλλη κάρτα:\n#CARD_LINK",
    ),
)
