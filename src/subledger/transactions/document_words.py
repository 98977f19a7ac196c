"""What stands on documents of transactions and on no others, in the languages that customers are written to in."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "credited": {
        "en": "Total credited",
        "de": "Gutschriftsbetrag",
        "it": "Totale accreditato",
        "el": "Σύνολο πίστωσης",
    },
    "cancelled_total": {
        "en": "Total cancelled",
        "de": "Stornierter Betrag",
        "it": "Totale annullato",
        "el": "Σύνολο ακύρωσης",
    },
    "received": {"en": "Amount received", "de": "Erhaltener Betrag", "it": "Importo ricevuto", "el": "Ποσό που ελήφθη"},
    "refunded": {
        "en": "Amount refunded",
        "de": "Erstatteter Betrag",
        "it": "Importo rimborsato",
        "el": "Ποσό που επιστράφηκε",
    },
    "taken_back": {
        "en": "Amount taken back",
        "de": "Zurückgenommener Betrag",
        "it": "Importo stornato",
        "el": "Ποσό που ακυρώθηκε",
    },
    "written_off": {
        "en": "Amount written off",
        "de": "Ausgebuchter Betrag",
        "it": "Importo stralciato",
        "el": "Ποσό που διαγράφηκε",
    },
    "method": {"en": "Method", "de": "Zahlungsart", "it": "Metodo", "el": "Τρόπος"},
    "received_on": {"en": "Received on", "de": "Eingang am", "it": "Ricevuto il", "el": "Ελήφθη στις"},
    "applied_to": {"en": "Applied to", "de": "Verrechnet mit", "it": "Applicato a", "el": "Εξοφλεί"},
    "not_applied": {
        "en": "Not applied yet",
        "de": "Noch nicht verrechnet",
        "it": "Non ancora imputato",
        "el": "Δεν έχει συμψηφιστεί ακόμη",
    },
    "credit_terms": {
        "en": "Credits are set off against what is owed, or paid back.",
        "de": "Gutschriften werden mit offenen Beträgen verrechnet oder ausgezahlt.",
        "it": "I crediti sono compensati con quanto dovuto o rimborsati.",
        "el": "Οι πιστώσεις συμψηφίζονται με οφειλές ή επιστρέφονται.",
    },
}


def words(*names: str) -> Mapping[str, Mapping[str, str]]:
    """Those that one kind says."""
    return {name: WORDS[name] for name in names}
