"""What the customer's page of an account says beside what all customers' pages say, in each language.

A language is one `PortalWords`: what it lacks is an error of types, and tests compare the rest.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalWords:
    language: str
    title: str
    is_open: str
    overdue: str
    nothing: str
    credit_left: str
    credit_taken: str
    pay_all: str
    by_transfer: str
    choose: str
    what_to_pay: str
    pay_chosen: str
    pay_part: str
    part: str
    part_how: str
    collected: str
    agreed: str
    disputed: str
    more: str
    next_open: str
    first_open: str
    ticked: str
    oldest_first: str
    in_process: str
    begun: str
    not_twice: str
    payments: str
    documents: str
    older: str
    newest: str
    as_pdf: str
    received: str
    see_receipt: str
    cards: str
    no_cards: str
    first: str
    make_first: str
    expires: str
    expired: str
    declined: str
    remove: str
    remove_sure: str
    remove_yes: str
    add: str
    added: str
    statement: str
    start: str
    end: str
    get_statement: str
    days_wrong: str
    statement_long: str
    nothing_chosen: str
    no_amount: str  # example: an amount as it is written
    paid_meanwhile: str


ENGLISH = PortalWords(
    language="en",
    title="Your account {number}",
    is_open="open",
    overdue="{amount} of it is overdue",
    nothing="Nothing is open. Thank you.",
    credit_left="You have a credit of {amount}.",
    credit_taken="Your credit of {amount} is taken off already.",
    pay_all="Pay everything: {amount}",
    by_transfer="Please transfer {amount} to the account below.",
    choose="Or choose what to pay",
    what_to_pay="Open documents",
    pay_chosen="Pay what is ticked",
    pay_part="Pay this amount",
    part="Only a part of it",
    part_how="An amount in {currency}. Leave it empty to pay all that is ticked.",
    collected="is being paid already",
    agreed="agreed: {amount} by {day}",
    disputed="is being looked into",
    more="Further open documents: {count}. They are part of everything.",
    next_open="Show the next ones",
    first_open="Back to the first ones",
    ticked="Ticked on other pages: {count}, together {amount}. They are paid with those that are ticked here.",
    oldest_first="{company} sets what you pay against the oldest document first.",
    in_process="Being processed",
    begun="begun on {day}",
    not_twice="Please do not pay this a second time.",
    payments="Recent payments",
    documents="Documents",
    older="Older documents",
    newest="The latest documents",
    as_pdf="{document} as PDF",
    received="{company} has received {amount}.",
    see_receipt="Receipt as PDF",
    cards="Cards and bank accounts",
    no_cards="None is saved.",
    first="used first",
    make_first="Use first",
    expires="until {month}",
    expired="expired {month}",
    declined="declined by your bank: it is not charged any more. Please add it anew, or another one.",
    remove="Remove",
    remove_sure="It is not charged any more, for nothing.",
    remove_yes="Yes, remove it",
    add="Add a card or bank account",
    added="{way} is saved.",
    statement="Statement of account",
    start="From",
    end="To",
    get_statement="Statement as PDF",
    days_wrong="Please choose two days, the earlier one first.",
    statement_long="A statement holds at most two years and {most} movements. Please choose fewer days.",
    nothing_chosen="Please tick what you want to pay.",
    no_amount="This is no amount. Please write it in figures, such as {example}.",
    paid_meanwhile="Something of it is paid by now. This is what is open.",
)

GERMAN = PortalWords(
    language="de",
    title="Ihr Konto {number}",
    is_open="offen",
    overdue="davon {amount} überfällig",
    nothing="Es ist nichts offen. Vielen Dank.",
    credit_left="Sie haben ein Guthaben von {amount}.",
    credit_taken="Ihr Guthaben von {amount} ist schon abgezogen.",
    pay_all="Alles bezahlen: {amount}",
    by_transfer="Bitte überweisen Sie {amount} auf das folgende Konto.",
    choose="Oder auswählen, was Sie bezahlen",
    what_to_pay="Offene Belege",
    pay_chosen="Ausgewähltes bezahlen",
    pay_part="Diesen Betrag bezahlen",
    part="Nur einen Teil davon",
    part_how="Ein Betrag in {currency}. Leer lassen, um alles Ausgewählte zu bezahlen.",
    collected="wird schon bezahlt",
    agreed="vereinbart: {amount} bis {day}",
    disputed="wird geprüft",
    more="Weitere offene Belege: {count}. Sie gehören zu „alles“.",
    next_open="Die nächsten zeigen",
    first_open="Zurück zu den ersten",
    ticked="Auf anderen Seiten angekreuzt: {count}, zusammen {amount}. Sie werden mit den hier angekreuzten bezahlt.",
    oldest_first="{company} verrechnet Ihre Zahlung zuerst mit dem ältesten Beleg.",
    in_process="In Bearbeitung",
    begun="begonnen am {day}",
    not_twice="Bitte zahlen Sie das kein zweites Mal.",
    payments="Letzte Zahlungen",
    documents="Belege",
    older="Ältere Belege",
    newest="Die neuesten Belege",
    as_pdf="{document} als PDF",
    received="{company} hat {amount} erhalten.",
    see_receipt="Quittung als PDF",
    cards="Karten und Bankkonten",
    no_cards="Es ist nichts hinterlegt.",
    first="wird zuerst verwendet",
    make_first="Zuerst verwenden",
    expires="gültig bis {month}",
    expired="abgelaufen {month}",
    declined="von Ihrer Bank abgelehnt: wird nicht mehr belastet. Bitte neu hinzufügen, oder einen anderen Weg.",
    remove="Entfernen",
    remove_sure="Es wird nichts mehr davon abgebucht.",
    remove_yes="Ja, entfernen",
    add="Karte oder Bankkonto hinzufügen",
    added="{way} ist hinterlegt.",
    statement="Kontoauszug",
    start="Von",
    end="Bis",
    get_statement="Kontoauszug als PDF",
    days_wrong="Bitte wählen Sie zwei Tage, den früheren zuerst.",
    statement_long="Ein Kontoauszug umfasst höchstens zwei Jahre und {most} Buchungen. Bitte wählen Sie weniger Tage.",
    nothing_chosen="Bitte wählen Sie aus, was Sie bezahlen wollen.",
    no_amount="Das ist kein Betrag. Bitte schreiben Sie ihn in Ziffern, etwa {example}.",
    paid_meanwhile="Etwas davon ist inzwischen bezahlt. Das ist jetzt offen.",
)
