"""What messages of an invoice say while it is disputed, or promised for a day: nobody is asked to pay it now."""

from __future__ import annotations

from datetime import date

from subledger.gateways.services.payables import payable
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MoreTags, Tag
from subledger.platform import clock
from subledger.transactions.letter_values import day, money

from .holds import Hold, holds_of
from .models import Instalment

DISPUTED = {
    "en": "You have raised a query about this invoice, and we are looking into it. You do not need to pay any of it "
    "until "
    "you have heard from us.",
    "de": "Sie haben diese Rechnung beanstandet, und wir prüfen das. Bis Sie von uns hören, brauchen Sie nichts davon "
    "zu bezahlen.",
    "it": "Lei ha contestato questa fattura e stiamo verificando. Non occorre pagarne alcuna parte finché non avrà "
    "avuto "
    "nostre notizie.",
    "el": "Έχετε υποβάλει ένσταση για το τιμολόγιο αυτό και την εξετάζουμε. Δεν χρειάζεται να πληρώσετε κανένα μέρος "
    "του μέχρι να "
    "επικοινωνήσουμε μαζί σας.",
}
ALL_THE_SAME = {
    "en": "Should you wish to pay it all the same, you can do so online here:\n#PAY_LINK",
    "de": "Möchten Sie sie dennoch bezahlen, können Sie das hier online tun:\n#PAY_LINK",
    "it": "Se desidera comunque pagarla, può farlo online qui:\n#PAY_LINK",
    "el": "Εάν επιθυμείτε παρ' όλα αυτά να το πληρώσετε, μπορείτε να το κάνετε ηλεκτρονικά εδώ:\n#PAY_LINK",
}
PROMISED = {
    "en": "As agreed with you, payment of #FT_PROMISED is expected by #FT_PROMISED_ON. Please quote #FT_NUMBER as the "
    "payment reference.",
    "de": "Mit Ihnen ist die Zahlung von #FT_PROMISED bis zum #FT_PROMISED_ON vereinbart. Bitte geben Sie bei der "
    "Zahlung #FT_NUMBER als Verwendungszweck an.",
    "it": "Come concordato con Lei, il pagamento di #FT_PROMISED è previsto entro il #FT_PROMISED_ON. La preghiamo di "
    "indicare #FT_NUMBER nella causale.",
    "el": "Όπως συμφωνήσαμε, η πληρωμή #FT_PROMISED αναμένεται έως τις #FT_PROMISED_ON. Παρακαλούμε αναφέρετε τον "
    "αριθμό #FT_NUMBER στην αιτιολογία της πληρωμής.",
}


def _hold(letter: Letter) -> Hold | None:
    """What holds the invoice of a letter; None where its money is under way, or is charged by itself on a day."""
    charge = letter.record.charge
    if charge is not None and charge.on is not None:
        return None
    hold = holds_of([letter.object_id]).get(letter.object_id)
    return None if hold is None or not hold.reason or payable([letter.object_id]).is_collected else hold


def _to_pay(letter: Letter | None, language: str) -> str | None:
    hold = _hold(letter) if letter is not None else None
    if hold is None:
        return None
    words = DISPUTED if hold.is_disputed else PROMISED
    return words.get(language, words[ENGLISH])


def _pay_online(letter: Letter | None, language: str) -> str | None:
    """Nobody is led to pay what is disputed."""
    hold = _hold(letter) if letter is not None else None
    return "" if hold is not None and hold.is_disputed else None


def _pay_here(letter: Letter | None, language: str) -> str | None:
    """Whoever is sent a link to pay what is disputed is not asked to."""
    hold = _hold(letter) if letter is not None else None
    return None if hold is None or not hold.is_disputed else ALL_THE_SAME.get(language, ALL_THE_SAME[ENGLISH])


def promised_next(letter: Letter) -> tuple[int, date] | None:
    """What is promised next of the invoice of a letter, in minor units, never more than is open, and its day; the last
    where all days are over and the promise is open still. None where nothing is promised."""
    hold = holds_of([letter.object_id]).get(letter.object_id)
    if hold is None or hold.promise_id is None:
        return None
    today = clock.today(letter.record.company.time_zone)
    left = hold.open_minor
    found: tuple[int, date] | None = None
    for one in Instalment.objects.filter(promise=hold.promise_id).order_by("-agreed_on"):
        if found is not None and one.agreed_on < today:
            break
        found = (min(one.minor, left), one.agreed_on)
        left -= found[0]
        if not left:
            break
    return found


def _promised(letter: Letter) -> str:
    found = promised_next(letter)
    return money(found[0], letter.record.row.currency, letter.written_in) if found else ""


def _promised_on(letter: Letter) -> str:
    found = promised_next(letter)
    return day(found[1], letter.written_in) if found else ""


TAGS = (
    MoreTags(
        name="promises and disputes",
        of=frozenset({"invoice"}),
        tags=(
            Tag("FT_PROMISED", say("what the customer promised to pay next of it"), "€122.00", _promised),
            Tag("FT_PROMISED_ON", say("the day on which that is promised"), say("31 May 2026"), _promised_on),
            Tag(
                "FT_TO_PAY",
                say(
                    "a sentence: what is to be paid and by when, that it is collected, disputed, promised for a day or "
                    "paid"
                ),
                "",
                words=_to_pay,
            ),
            Tag(
                "PAY_ONLINE",
                say(
                    "a sentence with a link to pay, where a payment gateway takes payments; nothing where it is paid, "
                    "or disputed"
                ),
                "",
                words=_pay_online,
            ),
            Tag(
                "PAY_HERE",
                say("a sentence with a link to pay, for messages that are sent for the sake of it"),
                "",
                words=_pay_here,
            ),
        ),
    ),
)
