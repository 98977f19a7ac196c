"""What messages say of how an invoice stands to be paid, in each language that customers are spoken to in."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

from subledger.documents.labels import labels_of
from subledger.documents.layouts import charged_to as what_is_charged
from subledger.kernel.languages import ENGLISH
from subledger.messages.kinds import Letter
from subledger.platform import clock

from .letter_values import day, money
from .models import Allocation, OpenItem
from .states import Classification


class Due(Enum):
    """How an invoice stands to be paid."""

    CHARGED = "charged"  # by us, on a day to come
    WHOLE = "whole"
    PART = "part"  # of it something is paid or credited
    LATE = "late"
    PAID = "paid"  # by payments alone
    SETTLED = "settled"  # by credits as well, or there was nothing to pay


TO_PAY = {
    "en": {
        Due.CHARGED: "We will charge #FT_OUTSTANDING to your #FT_CHARGED_TO on #FT_CHARGED_ON. There is "
        "nothing for you to do.",
        Due.WHOLE: "Payment of #FT_OUTSTANDING is due by #FT_DUE_DATE. Please quote #FT_NUMBER as the payment "
        "reference.",
        Due.PART: "The remaining balance of #FT_OUTSTANDING is due by #FT_DUE_DATE. Please quote #FT_NUMBER as the "
        "payment reference.",
        Due.LATE: "A balance of #FT_OUTSTANDING was due on #FT_DUE_DATE and is still outstanding. Please pay it now "
        "and quote #FT_NUMBER as the payment reference.",
        Due.PAID: "This invoice has been paid in full. Thank you for your payment.",
        Due.SETTLED: "This invoice is settled in full, and there is nothing left to pay.",
    },
    "de": {
        Due.CHARGED: "Den Betrag von #FT_OUTSTANDING ziehen wir am #FT_CHARGED_ON ein (#FT_CHARGED_TO). Sie "
        "müssen nichts tun.",
        Due.WHOLE: "Der Betrag von #FT_OUTSTANDING ist bis zum #FT_DUE_DATE zu zahlen. Bitte geben Sie bei der Zahlung "
        "#FT_NUMBER als Verwendungszweck an.",
        Due.PART: "Der Restbetrag von #FT_OUTSTANDING ist bis zum #FT_DUE_DATE zu zahlen. Bitte geben Sie bei der "
        "Zahlung #FT_NUMBER als Verwendungszweck an.",
        Due.LATE: "Der Betrag von #FT_OUTSTANDING war am #FT_DUE_DATE fällig und ist noch offen. Bitte begleichen Sie "
        "ihn und geben Sie dabei #FT_NUMBER als Verwendungszweck an.",
        Due.PAID: "Diese Rechnung ist vollständig bezahlt. Vielen Dank für Ihre Zahlung.",
        Due.SETTLED: "Diese Rechnung ist vollständig ausgeglichen; es ist nichts mehr zu zahlen.",
    },
    "it": {
        Due.CHARGED: "L'importo di #FT_OUTSTANDING sarà addebitato il #FT_CHARGED_ON (#FT_CHARGED_TO). Non "
        "occorre fare nulla.",
        Due.WHOLE: "Il pagamento di #FT_OUTSTANDING è dovuto entro il #FT_DUE_DATE. La preghiamo di indicare "
        "#FT_NUMBER nella causale.",
        Due.PART: "Il saldo residuo di #FT_OUTSTANDING è dovuto entro il #FT_DUE_DATE. La preghiamo di indicare "
        "#FT_NUMBER nella causale.",
        Due.LATE: "L'importo di #FT_OUTSTANDING, scaduto il #FT_DUE_DATE, risulta ancora da pagare. La preghiamo di "
        "provvedere al pagamento indicando #FT_NUMBER nella causale.",
        Due.PAID: "Questa fattura è stata interamente pagata. La ringraziamo per il pagamento.",
        Due.SETTLED: "Questa fattura è interamente saldata e non resta nulla da pagare.",
    },
    "el": {
        Due.CHARGED: "Το ποσό των #FT_OUTSTANDING θα χρεωθεί στις #FT_CHARGED_ON (#FT_CHARGED_TO). Δεν "
        "χρειάζεται να κάνετε τίποτα.",
        Due.WHOLE: "Το ποσό των #FT_OUTSTANDING είναι πληρωτέο έως τις #FT_DUE_DATE. Παρακαλούμε αναφέρετε τον αριθμό "
        "#FT_NUMBER στην αιτιολογία της πληρωμής.",
        Due.PART: "Το υπόλοιπο των #FT_OUTSTANDING είναι πληρωτέο έως τις #FT_DUE_DATE. Παρακαλούμε αναφέρετε τον "
        "αριθμό #FT_NUMBER στην αιτιολογία της πληρωμής.",
        Due.LATE: "Το ποσό των #FT_OUTSTANDING έληξε στις #FT_DUE_DATE και παραμένει ανεξόφλητο. Παρακαλούμε "
        "προχωρήστε στην πληρωμή αναφέροντας τον αριθμό #FT_NUMBER στην αιτιολογία.",
        Due.PAID: "Το τιμολόγιο αυτό έχει εξοφληθεί πλήρως. Σας ευχαριστούμε για την πληρωμή σας.",
        Due.SETTLED: "Το τιμολόγιο αυτό έχει τακτοποιηθεί πλήρως και δεν απομένει ποσό προς πληρωμή.",
    },
}


def to_pay(letter: Letter | None, language: str) -> str:
    """What is to be paid of the invoice of a letter, by which day, or that it is paid; of None, as most are."""
    said = TO_PAY.get(language, TO_PAY[ENGLISH])
    if letter is None:
        return said[Due.WHOLE]
    charge = letter.record.charge
    if charge is not None and charge.on:
        return said[Due.CHARGED]
    return said[due_of(letter.record.row, today=clock.today(letter.record.company.time_zone))]


def charged_to(letter: Letter) -> str:
    """The card or account that the invoice of a letter is charged to; "" where its customer is to pay."""
    charge = letter.record.charge
    return what_is_charged(charge, labels_of(letter.language)) if charge else ""


def charged_on(letter: Letter) -> str:
    charge = letter.record.charge
    return day(charge.on, letter.written_in) if charge else ""


def due_of(row: Any, *, today: date) -> Due:
    """How a posted invoice, read with what is open of it, stands to be paid."""
    if not row.open_minor:
        settled_by = Allocation.objects.filter(debit=row, released_on=None).order_by()
        kinds = set(settled_by.values_list("credit__classification", flat=True))
        return Due.PAID if kinds == {Classification.PAYMENT} else Due.SETTLED
    if row.due_on < today:
        return Due.LATE
    return Due.WHOLE if row.open_minor == row.amount_minor else Due.PART


class Applied(Enum):
    """What a payment does to its invoices. Settled is said of what is settled alone."""

    WHOLE = "whole"  # all of the payment settles invoices
    CREDIT = "credit"  # so does a part of it, and the rest is credit
    PART = "part"  # something is left to pay of an invoice


APPLIED = {
    "en": {
        Applied.WHOLE: "We have applied your payment to #FT_PAID_INVOICES.",
        Applied.CREDIT: "We have applied your payment to #FT_PAID_INVOICES; the rest is credit on your account.",
        Applied.PART: "We have applied your payment to #FT_PAID_INVOICES, of which a balance is still outstanding.",
    },
    "de": {
        Applied.WHOLE: "Damit sind beglichen: #FT_PAID_INVOICES.",
        Applied.CREDIT: "Damit sind beglichen: #FT_PAID_INVOICES; der Rest ist ein Guthaben auf Ihrem Konto.",
        Applied.PART: "Wir haben Ihre Zahlung auf #FT_PAID_INVOICES angerechnet; davon ist noch ein Restbetrag offen.",
    },
    "it": {
        Applied.WHOLE: "Il pagamento salda: #FT_PAID_INVOICES.",
        Applied.CREDIT: "Il pagamento salda: #FT_PAID_INVOICES; il resto è un credito sul Suo conto.",
        Applied.PART: "Il pagamento è stato imputato a #FT_PAID_INVOICES; resta ancora un saldo da pagare.",
    },
    "el": {
        Applied.WHOLE: "Με την πληρωμή εξοφλούνται: #FT_PAID_INVOICES.",
        Applied.CREDIT: "Με την πληρωμή εξοφλούνται: #FT_PAID_INVOICES· το υπόλοιπο παραμένει ως πίστωση στον "
        "λογαριασμό σας.",
        Applied.PART: "Η πληρωμή σας πιστώθηκε έναντι: #FT_PAID_INVOICES· απομένει υπόλοιπο προς πληρωμή.",
    },
}


def applied(letter: Letter | None, language: str) -> str:
    """Which invoices a payment pays now, and whether it settles them; nothing where it pays none yet. Of None, as most
    are."""
    said = APPLIED.get(language, APPLIED[ENGLISH])
    if letter is None:
        return said[Applied.WHOLE]
    if not paid_by(letter):
        return ""
    live = Allocation.objects.filter(credit=letter.record.row, released_on=None)
    if OpenItem.objects.filter(transaction__in=live.values("debit"), is_debit=True).exists():
        return said[Applied.PART]
    return said[Applied.CREDIT if letter.record.row.open_minor else Applied.WHOLE]


def paid_invoices(letter: Letter) -> str:
    """The numbers of the invoices that a payment pays, each with its amount where they are several."""
    paid = paid_by(letter)
    currency = letter.record.row.currency
    if len(paid) == 1:
        return str(paid[0][0])
    return ", ".join(f"{number} ({money(minor, currency, letter.written_in)})" for number, minor in paid)


def paid_by(letter: Letter) -> list[tuple[str, int]]:
    """(number, minor units) of each invoice that a payment pays, in the order in which it came to them."""
    live = Allocation.objects.filter(credit=letter.record.row, released_on=None)
    rows = live.filter(debit__classification=Classification.INVOICE).select_related("debit").order_by("pk")
    sums: dict[str, int] = {}
    for row in rows:
        number = row.debit.number or ""
        sums[number] = sums.get(number, 0) + row.minor
    return list(sums.items())
