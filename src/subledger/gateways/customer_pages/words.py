"""What customers' pages say, in each language they speak, with its money and days.

A language is one `Words`: what it lacks is an error of types, and tests compare the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date

from subledger.kernel.languages import locale_of
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.written_money import signs_of, written_money


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. ``reasons`` says why a bank or gateway refused, ``refusals`` why a click led nowhere, by code."""

    language: str
    locale: str  # that writes money and days
    invoice: str
    payment_to: str
    register: str
    open_of: str
    due: str
    was_due: str
    for_what: str
    item: str
    test: str
    payments: str
    as_pdf: str
    credit: str
    invoice_total: str
    still_open: str
    ending: str
    paid_on: str
    paid_on_with: str
    with_way: str
    contact: str
    paid: str
    received: str
    settled: str
    nothing_to_pay: str
    withdrawn: str
    not_online: str
    not_online_how: str
    processing: str
    processing_long: str
    processing_short: str
    pay: str
    pay_where: str
    not_completed: str
    nothing_charged: str
    pay_again: str
    or_by_transfer: str
    confirmed: str
    not_made: str
    not_made_how: str
    declined: str
    bank_asks: str
    to_bank: str
    bank_where: str
    not_confirmed: str
    try_again: str
    thanks: str
    registered: str
    registered_before: str
    registered_how: str
    not_registered: str
    not_registered_how: str
    not_possible: str
    ask: str
    register_why: str
    enter: str
    enter_where: str
    look_again: str
    one_moment: str
    taken_there: str
    go_on: str
    bad_link: str
    not_now: str
    reasons: Mapping[str, str]
    refusals: Mapping[str, str]

    def money(self, minor: int, currency: str) -> str:
        """As a customer reads it: €120.50, 120,50 €."""
        return written_money(minor, currency, locale=self.locale)

    def day(self, on: date) -> str:
        return format_date(on, "medium", locale=self.locale)

    def read_in(self, language: str) -> Words:
        """The same words, with money and days as they are written in the country that a language names: de-CH."""
        return replace(self, locale=locale_of(language))

    @property
    def typed(self) -> NumberFormat:
        """In which amounts are typed that could be read in two ways."""
        mark = signs_of(self.locale).number_symbols["latn"]["decimal"]
        return NumberFormat.COMMA_GROUPS if mark == "." else NumberFormat.POINT_GROUPS

    def way(self, way: str, last4: str) -> str:
        """What was paid with: Visa ending 4242, or a method's own name."""
        return self.ending.format(way=way, last4=last4) if last4 else way


ENGLISH = Words(
    language="en",
    locale="en_GB",
    invoice="Invoice {number}",
    payment_to="Payment to {company}",
    register="Register a card or bank account",
    open_of="open of {whole}",
    due="Due {day}",
    was_due="Was due {day}",
    for_what="What it is for",
    item="Item",
    test="Test: no money moves",
    payments="Payments",
    as_pdf="{document} as PDF",
    credit="Credit",
    invoice_total="Invoice total",
    still_open="Still open",
    ending="{way} ending {last4}",
    paid_on="paid on {day}",
    paid_on_with="paid on {day} with {way}",
    with_way="with {way}",
    contact="Questions about this? Ask {company}.",
    paid="Paid. Thank you!",
    received="{company} has received your payment.",
    settled="Nothing is left to pay",
    nothing_to_pay="There is nothing to pay.",
    withdrawn="This invoice was withdrawn",
    not_online="This is not paid online",
    not_online_how="Please pay another way, or ask {company}.",
    processing="Your payment is being processed",
    processing_long="It takes a moment, and with a bank debit a few days. Please do not pay a second time.",
    processing_short="There is nothing more for you to do.",
    pay="Pay {amount}",
    pay_where="You pay on a page of {gateway}. {company} never sees your card number.",
    not_completed="The payment was not completed",
    nothing_charged="Nothing was charged.",
    pay_again="Try again: pay {amount}",
    or_by_transfer="Or pay by bank transfer",
    confirmed="Confirmed. Thank you!",
    not_made="The payment was not made",
    not_made_how="{why}. Nothing was charged. Please pay another way, or ask {company}.",
    declined="The bank did not make the payment",
    bank_asks="Your bank wants you to confirm this payment of {amount}.",
    to_bank="Go to my bank",
    bank_where="You confirm on your bank's page, and come back here. {company} never sees your password.",
    not_confirmed="Your bank has not confirmed it",
    try_again="Try again",
    thanks="Thank you!",
    registered="{way} is registered. {company} can use it for your payments.",
    registered_before="Registered",
    registered_how="A card or account was registered with this link. To add another, ask {company} for a new link.",
    not_registered="Nothing is registered yet",
    not_registered_how="It may take a moment to arrive. If you stopped before the end, you can try again.",
    not_possible="This is not possible at the moment",
    ask="Please ask {company}.",
    register_why="{company} uses it for your payments. Nothing is charged now.",
    enter="Enter my card or account",
    enter_where="You enter it on a page of {gateway}. {company} never sees your card number.",
    look_again="Look again",
    one_moment="One moment",
    taken_there="You are taken to a secure page. If nothing happens, go there yourself.",
    go_on="Continue",
    bad_link="This link cannot be used",
    not_now="This does not work at the moment, and nothing was charged. Please try again later, or ask {company}.",
    reasons={
        "insufficient_funds": "There is not enough money on the card",
        "expired_card": "The card has expired",
        "card_declined": "The bank declined the card",
        "generic_decline": "The bank declined and gives no reason",
        "do_not_honor": "The bank declined and gives no reason: please ask your bank",
        "authentication_required": "The bank wants you to confirm the payment",
        "action_expired": "The payment was not confirmed in time",
        "already_settled": "It is not due any more: it was paid another way, or withdrawn",
        "incorrect_cvc": "The security code is wrong",
    },
    refusals={
        "already_paid": "Invoice {number} is paid: nothing is left to pay. Thank you.",
        "nothing_owed": "There is nothing to pay. Thank you.",
        "amount_not_payable": "Please enter an amount that is open, or a part of it.",
        "payment_preference_unusable": "This card or account is being charged at the moment. Please try again later.",
        "nobody_collects": "This cannot be paid online at the moment. Please pay another way, or ask {company}.",
        "payment_request_over": "This payment waits for nothing any more.",
        "payment_under_way": "A payment is under way already. Please do not pay a second time.",
        "link_used": "A card or account was registered with this link already. Ask for a new one to add another.",
        "link_invalid": "This link is not complete or was changed. Open it as it was sent, or ask for a new one.",
        "link_expired": "This link is not valid any more. Ask for a new one.",
        "link_revoked": "This link was withdrawn by whoever sent it. Ask for a new one.",
        "not_found": "What was chosen is not here, or not any more. Open the page again and choose anew.",
    },
)

GERMAN = Words(
    language="de",
    locale="de_DE",
    invoice="Rechnung {number}",
    payment_to="Zahlung an {company}",
    register="Karte oder Bankkonto hinterlegen",
    open_of="offen von {whole}",
    due="Fällig am {day}",
    was_due="War fällig am {day}",
    for_what="Wofür",
    item="Position",
    test="Test: es fließt kein Geld",
    payments="Zahlungen",
    as_pdf="{document} als PDF",
    credit="Gutschrift",
    invoice_total="Rechnungsbetrag",
    still_open="Noch offen",
    ending="{way} mit Endziffern {last4}",
    paid_on="bezahlt am {day}",
    paid_on_with="bezahlt am {day} mit {way}",
    with_way="mit {way}",
    contact="Fragen dazu beantwortet {company}.",
    paid="Bezahlt. Vielen Dank!",
    received="{company} hat Ihre Zahlung erhalten.",
    settled="Es ist nichts mehr zu zahlen",
    nothing_to_pay="Es ist nichts zu zahlen.",
    withdrawn="Diese Rechnung wurde zurückgezogen",
    not_online="Eine Online-Zahlung ist hier nicht vorgesehen",
    not_online_how="Bitte zahlen Sie auf anderem Weg oder fragen Sie {company}.",
    processing="Ihre Zahlung wird bearbeitet",
    processing_long="Das dauert einen Moment, bei einer Lastschrift einige Tage. Bitte zahlen Sie kein zweites Mal.",
    processing_short="Sie müssen nichts weiter tun.",
    pay="{amount} bezahlen",
    pay_where="Sie zahlen auf einer Seite von {gateway}. {company} sieht Ihre Kartennummer nie.",
    not_completed="Die Zahlung wurde nicht abgeschlossen",
    nothing_charged="Es wurde nichts abgebucht.",
    pay_again="Noch einmal versuchen: {amount} bezahlen",
    or_by_transfer="Oder per Überweisung bezahlen",
    confirmed="Bestätigt. Vielen Dank!",
    not_made="Die Zahlung wurde nicht ausgeführt",
    not_made_how="{why}. Es wurde nichts abgebucht. Bitte zahlen Sie auf anderem Weg oder fragen Sie {company}.",
    declined="Die Bank hat die Zahlung nicht ausgeführt",
    bank_asks="Ihre Bank möchte, dass Sie diese Zahlung über {amount} bestätigen.",
    to_bank="Zu meiner Bank",
    bank_where="Sie bestätigen auf der Seite Ihrer Bank und kommen hierher zurück. {company} sieht Ihr Passwort nie.",
    not_confirmed="Ihre Bank hat die Zahlung nicht bestätigt",
    try_again="Noch einmal versuchen",
    thanks="Vielen Dank!",
    registered="{way} ist hinterlegt. {company} kann damit Ihre Zahlungen einziehen.",
    registered_before="Hinterlegt",
    registered_how="Mit diesem Link wurde schon etwas hinterlegt. Für mehr fragen Sie {company} nach einem neuen Link.",
    not_registered="Es ist noch nichts hinterlegt",
    not_registered_how="Es kann einen Moment dauern. Wenn Sie vorher abgebrochen haben, versuchen Sie es noch einmal.",
    not_possible="Das ist im Moment nicht möglich",
    ask="Bitte fragen Sie {company}.",
    register_why="{company} zieht damit Ihre Zahlungen ein. Jetzt wird nichts abgebucht.",
    enter="Karte oder Konto eingeben",
    enter_where="Sie geben sie auf einer Seite von {gateway} ein. {company} sieht Ihre Kartennummer nie.",
    look_again="Noch einmal nachsehen",
    one_moment="Einen Moment",
    taken_there="Sie werden auf eine sichere Seite geleitet. Wenn nichts geschieht, gehen Sie selbst dorthin.",
    go_on="Weiter",
    bad_link="Dieser Link kann nicht verwendet werden",
    not_now="Das geht im Moment nicht, und es wurde nichts abgebucht. "
    "Bitte versuchen Sie es später oder fragen Sie {company}.",
    reasons={
        "insufficient_funds": "Das Guthaben der Karte reicht nicht aus",
        "expired_card": "Die Karte ist abgelaufen",
        "card_declined": "Die Bank hat die Karte abgelehnt",
        "generic_decline": "Die Bank hat ohne Angabe von Gründen abgelehnt",
        "do_not_honor": "Die Bank hat ohne Angabe von Gründen abgelehnt: bitte fragen Sie Ihre Bank",
        "authentication_required": "Die Bank möchte, dass Sie die Zahlung bestätigen",
        "action_expired": "Die Zahlung wurde nicht rechtzeitig bestätigt",
        "already_settled": "Sie ist nicht mehr fällig: auf anderem Weg bezahlt oder zurückgezogen",
        "incorrect_cvc": "Die Prüfnummer der Karte ist falsch",
    },
    refusals={
        "already_paid": "Rechnung {number} ist bezahlt: es ist nichts mehr zu zahlen. Vielen Dank.",
        "nothing_owed": "Es ist nichts zu zahlen. Vielen Dank.",
        "amount_not_payable": "Bitte geben Sie den offenen Betrag oder einen Teil davon ein.",
        "payment_preference_unusable": "Von dieser Karte oder diesem Konto wird gerade abgebucht. "
        "Bitte versuchen Sie es später noch einmal.",
        "nobody_collects": "Das kann im Moment nicht online bezahlt werden. "
        "Bitte zahlen Sie auf anderem Weg oder fragen Sie {company}.",
        "payment_request_over": "Diese Zahlung wartet auf nichts mehr.",
        "payment_under_way": "Eine Zahlung läuft bereits. Bitte zahlen Sie kein zweites Mal.",
        "link_used": "Mit diesem Link wurde schon etwas hinterlegt. Bitten Sie um einen neuen, um mehr zu hinterlegen.",
        "link_invalid": "Dieser Link ist unvollständig oder wurde verändert. "
        "Öffnen Sie ihn so, wie er kam, oder bitten Sie um einen neuen.",
        "link_expired": "Dieser Link gilt nicht mehr. Bitten Sie um einen neuen.",
        "link_revoked": "Dieser Link wurde vom Absender zurückgezogen. Bitten Sie um einen neuen.",
        "not_found": "Das Ausgewählte gibt es hier nicht oder nicht mehr. Öffnen Sie die Seite neu und wählen Sie noch "
        "einmal.",
    },
)
