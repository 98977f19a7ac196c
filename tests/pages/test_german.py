"""Pages in German are whole: every text has its German, no page has English left on it, and no data is translated."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.pofile import read_po
from babel.numbers import get_currency_name
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import NOW
from tests.pages.addresses import FORMS_ALONE, Address, url_of, with_ids, without_ids
from tools.translation.catalogues import known_as, place_of, renewed

from subledger.accounts.models import Account, Customer
from subledger.accounts.states import ContactRole
from subledger.companies.models import Company, Membership
from subledger.gateways.states import RequestState
from subledger.kernel.days import DayFormat
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import OF, said
from subledger.page_kit.columns import valued
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.translation import in_language
from subledger.people.sessions import CREATED
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import ScopedManager, company_scope
from subledger.promises.states import DisputeOutcome, EndReason, PromiseState
from subledger.runs.states import Outcome, RunState
from subledger.transactions.models import PaymentMethod, Transaction, TransactionType
from subledger.transactions.states import TransactionState

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,}")
PLACE = re.compile(r"\{[^}]*\}")
# No words of ours: identifiers, columns of files, tags of messages, zones.
CODES = re.compile(r"[a-z0-9_]+(, [a-z0-9_]+)*|#[A-Z_]+|[A-Z]\w+(/\w+)+")
CODE_WITHIN = re.compile(r"\b[a-z]+(_[a-z]+)+\b|\b[A-Z]{3}-[0-9A-Z]{13}\b")  # such as that of a refusal, and numbers
# Languages by their own names, and formats by their examples.
CURRENCIES = {get_currency_name(code, locale="de") for code in ("BAM", "KPW", "KRW", "UZS")}
AS_THEY_ARE = {*LANGUAGES.values(), *DayFormat, *CURRENCIES}
# Pages of the run that tests make up, in their own words.
MADE_UP = re.compile(r"\brun")


class Reading(HTMLParser):
    """What people read of a page; a document stands in its customer's language, a moment in nobody's."""

    SILENT = frozenset({"script", "style", "code", "pre", "time", "textarea"})
    ALONE = frozenset({"br", "hr", "img", "input", "link", "meta", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        names = dict(attrs)
        if not any(self.open):
            self.texts += [value for name in ("title", "aria-label", "placeholder") if (value := names.get(name))]
        if tag not in self.ALONE:
            is_paper = "paper" in (names.get("class") or "").split()
            self.open.append(tag in self.SILENT or is_paper or bool(names.get("lang") and tag != "html"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.ALONE and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self.open):
            self.texts.append(data.strip())


def texts_of(html: str) -> list[str]:
    reading = Reading()
    reading.feed(html)
    return reading.texts


def words_of(texts: Any) -> set[str]:
    return {word.lower() for text in texts for word in WORD.findall(PLACE.sub(" ", text.rpartition(OF)[2]))}


def typed_by_people() -> set[str]:
    """What stands in the rows of the company: that is theirs, in whatever language."""
    found: set[str] = set()
    for model in apps.get_models():
        if isinstance(model._default_manager, ScopedManager):
            kinds = ("CharField", "TextField", "SlugField", "EmailField")
            names = [field.attname for field in model._meta.concrete_fields if field.get_internal_type() in kinds]
            for row in model._default_manager.values_list(*names) if names else ():
                found.update(value for value in row if value and len(value) > 2)
    return found


@pytest.fixture
def german_desk(desk: Client) -> Client:
    Membership.unscoped.filter(user_id=desk.session["_auth_user_id"]).update(language="de")
    return desk


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    """Every text of the sources, and its German."""
    return {known_as(one): str(one.string) for each in renewed("de").values() for one in each if one.id}


@pytest.mark.wide
def test_no_page_has_english_left(books, german_desk, catalogue):
    english = words_of(catalogue) - words_of(catalogue.values())
    assert {"overdue", "customer", "yet"} <= english
    theirs = typed_by_people()
    by_people = re.compile("|".join(map(re.escape, sorted(theirs, key=len, reverse=True))))
    read: set[str] = set()  # the menu and the like are on every page
    left: dict[str, str] = {}
    for address in pages(books):
        html = german_desk.get(url_of(address)).content.decode()
        assert '<html lang="de"' in html, url_of(address)
        for text in texts_of(html):
            if text in read or text in theirs:
                continue
            read.add(text)
            bare = PLACE.sub(" ", by_people.sub(" ", text))  # {year} of a format of numbers is typed so
            bare = CODE_WITHIN.sub(" ", bare)
            words = [word for word in WORD.findall(bare) if word.lower() in english]
            if words and not CODES.fullmatch(text) and text not in AS_THEY_ARE:
                left.setdefault(text, f"{url_of(address)}: {words}")
    assert not left, "\n".join(map(repr, left.items()))


def pages(books: Any) -> list[Address]:
    return [
        one for one in [*with_ids(books), *without_ids()] if one[0] not in FORMS_ALONE and not MADE_UP.match(one[0])
    ]


def test_every_text_has_its_german(catalogue):
    assert not [english for english, german in catalogue.items() if not german], "python -m tools.translation"


def test_a_translation_keeps_the_values_of_its_sentence(catalogue):
    for english, german in catalogue.items():
        for values in (re.compile(r"\{[^}]*\}"), re.compile(r"%\(\w+\)s")):
            assert sorted(set(values.findall(english))) == sorted(set(values.findall(german))), english


@pytest.mark.parametrize("other", ["Unternehmen", "Zahlungsweg", "gebrochene Zusage"])
def test_one_thing_has_one_word(catalogue, other):
    """The one of docs/domain/german-terms.md: Firma, Zahlungsart, nicht eingehaltene Zusage."""
    assert not [german for german in catalogue.values() if other in german]


# Words of one spelling that rooms mean otherwise, as docs/domain/german-terms.md has them.
IN_ITS_ROOM = [
    (TransactionState, {"cancelled": "Storniert", "rejected": "Verworfen", "draft": "Entwurf", "posted": "Gebucht"}),
    (RunState, {"cancelled": "Abgebrochen", "paused": "Angehalten"}),
    (Outcome, {"cancelled": "Abgebrochen"}),
    (RequestState, {"rejected": "Abgelehnt", "posted": "Gebucht"}),
    (PromiseState, {"kept": "Eingehalten", "broken": "Nicht eingehalten", "withdrawn": "Zurückgezogen"}),
    (EndReason, {"cancelled": "Storniert"}),
    (DisputeOutcome, {"rejected": "Abgelehnt", "settled": "Geeinigt"}),
    (ContactRole, {"general": "Allgemein"}),
]


@pytest.mark.parametrize(("states", "words"), IN_ITS_ROOM)
def test_a_state_has_the_word_of_its_room(states, words):
    with in_language("de"):
        assert {value: said(word(valued(value, states))) for value in words} == words


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Kept", "Eingehalten"),
        ("Kept since", "Aufbewahrt seit"),
        ("What was said", "Was gesagt wurde"),
        ("What was reported", "Was gemeldet wurde"),
        ("Held", "Gesperrt"),
        ("Level", "Mahnstufe"),
        (f"group of accounts{OF}Level", "Ebene"),
        (f"day{OF}To", "Bis"),
        ("To", "An"),
        ("Attach", "Anhängen"),
        (f"format of a workbook{OF}General", "Standard"),
        ("Collections", "Inkasso"),
        ("Dunning", "Mahnwesen"),
        (f"deed{OF}Cancel", "Stornieren"),
        (f"deed{OF}Write off", "Ausbuchen"),
        ("Write off", "Ausbuchung"),
        (f"retry{OF}Tried again", "Erneut versucht"),
        (f"row of a file{OF}Rejected", "Abgelehnt"),
    ],
)
def test_a_word_is_what_it_means_where_it_stands(catalogue, text, german):
    assert catalogue[text] == german


def test_catalogues_hold_what_the_sources_say_and_no_more():
    for room, renewed_one in renewed("de").items():
        with place_of(room, "de").open("rb") as source:
            kept = {known_as(one) for one in read_po(source) if one.id}
        assert kept == {known_as(one) for one in renewed_one if one.id}, "python -m tools.translation"


def test_what_people_called_something_is_never_translated(books, german_desk, catalogue):
    """Each of these is a text of ours as well, and would have another name in German."""
    names = {"Cash": "Bar", "Payment": "Zahlung", "Open": "Offen", "Draft": "Entwurf", "Invoice": "Rechnung"}
    assert all(catalogue.get(english, german) == german for english, german in names.items())
    Customer.objects.filter(pk=books.customer.pk).update(name="Invoice", city="Open")
    TransactionType.objects.filter(pk=Transaction.objects.get(pk=books.invoice.id).type_id).update(name="Payment")
    Account.objects.filter(pk=books.account.pk).update(name="Draft", code="Open")
    PaymentMethod.objects.filter(code="cash").update(name="Cash")
    with_note = {"note": "Open"}
    assert german_desk.post(reverse("backoffice:account_note", args=[books.account.pk]), with_note).status_code == 302
    shown = german_desk.get(reverse("backoffice:customer", args=[books.customer.pk])).content.decode()
    assert "Invoice" in texts_of(shown)
    assert "Rechnung" not in texts_of(shown)
    account = german_desk.get(reverse("backoffice:account", args=[books.account.pk])).content.decode()
    assert {"Draft", "Open"} <= set(texts_of(account))
    invoice = german_desk.get(reverse("backoffice:transaction", args=[books.invoice.id])).content.decode()
    assert "Payment" in texts_of(invoice)
    form = german_desk.get(reverse("backoffice:transaction_new", args=[books.account.pk, "payment"]))
    assert re.search(r"<option[^>]*>Cash</option>", form.content.decode())
    # Codes stay as they are: what a form sends is no text.
    page = german_desk.get(reverse("backoffice:transactions")).content.decode()
    assert re.search(r'<option value="credit_note"[^>]*>Gutschrift</option>', page)


def test_a_refusal_is_german_on_the_page_and_english_to_programs(books, german_desk):
    url = reverse("backoffice:account_state", args=[books.account.pk, "terminate"])
    assert "lässt sich nicht rückgängig machen" in german_desk.get(url).content.decode()
    url = reverse("backoffice:transaction_new", args=[books.account.pk, "payment"])
    kind = german_desk.get(url).context["form"].fields["type"].initial.pk
    answer = german_desk.post(url, {"type": kind, "then": "post", "once": "1", "amount": "1,2,3"})
    assert answer.status_code == 422
    [refusal] = answer.context["form"].errors["amount"]
    assert refusal.startswith("'1,2,3' is not")
    assert "is not" not in answer.content.decode()


def test_files_are_english_whoever_asks_for_them(books, german_desk):
    answer = german_desk.get(reverse("backoffice:accounts"), {"export": "csv"})
    head = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert "Customer" in head
    assert "Kunde" not in head


def test_a_person_chooses_the_language_of_their_pages_and_goes_before_the_company(books, desk, company):
    home = reverse("backoffice:home")
    said = {"number_format": "", "date_format": ""}
    assert '<html lang="en"' in desk.get(home, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    Company.objects.filter(pk=company.pk).update(language="de")
    assert '<html lang="de"' in desk.get(home).content.decode()
    own = desk.get(reverse("backoffice:own_formats")).content.decode()
    assert f"Für die Seiten von {company.name}: jede Firma" in own
    assert desk.post(reverse("backoffice:own_formats"), {**said, "language": "en"}).status_code == 302
    assert '<html lang="en"' in desk.get(home).content.decode()
    assert desk.post(reverse("backoffice:own_formats"), {**said, "language": "it"}).status_code == 422


def test_whoever_is_not_logged_in_is_spoken_to_as_their_browser_asks(db):
    page = Client().get(reverse("backoffice:login"), HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert "Kennwort" in page
    assert "Password" not in page
    assert '<html lang="en"' in Client().get(reverse("backoffice:login"), HTTP_ACCEPT_LANGUAGE="it").content.decode()


def test_german_costs_no_query(books, german_desk, django_assert_num_queries):
    url = reverse("backoffice:transactions")
    german_desk.get(url)
    with CaptureQueriesContext(connection) as german:
        german_desk.get(url)
    Membership.unscoped.update(language="")
    with django_assert_num_queries(len(german)):
        german_desk.get(url)


def test_german_pages_write_numbers_and_days_as_germans_do(books, german_desk):
    page = german_desk.get(reverse("backoffice:account", args=[books.account.pk])).content.decode()
    assert re.search(r"\d,\d\d</span>", page)
    assert re.search(r">\d\d\.\d\d\.\d{4}</time>", page)


def test_the_page_of_ones_own_login_writes_days_so_too(books, german_desk):
    session = german_desk.session
    session[CREATED] = NOW.isoformat()
    session.save()
    assert re.search(r">\d\d\.\d\d\.\d{4}, \d\d:\d\d</time>", german_desk.get("/me/").content.decode())


def answer_to_limit(desk: Client, books: Any, text: str) -> Any:
    url = reverse("backoffice:account_edit", args=[books.account.pk])
    shown = desk.get(url).context["form"]
    typed = {name: shown[name].value() or "" for name in shown.fields}
    return desk.post(url, {**typed, "credit_limit": text})


@pytest.mark.parametrize(
    ("text", "minor"), [("12.345", 1234500), ("12.345,60", 1234560), ("12,5", 1250), ("12.34", 1234), ("1234", 123400)]
)
def test_german_pages_read_numbers_as_they_write_them(books, german_desk, text, minor):
    answer = answer_to_limit(german_desk, books, text)
    assert answer.status_code == 302, answer.context["form"].errors
    books.account.refresh_from_db()
    assert books.account.credit_limit_minor == minor


@pytest.mark.parametrize(("text", "numbers"), [("12,345", ""), ("12.345", "1,234.56")])
def test_a_third_decimal_is_refused_in_german_and_never_rounded(books, german_desk, text, numbers):
    Membership.unscoped.update(number_format=numbers)
    before = books.account.credit_limit_minor
    answer = answer_to_limit(german_desk, books, text)
    assert answer.status_code == 422
    assert "hat mehr Nachkommastellen als EUR (2)" in answer.content.decode()
    books.account.refresh_from_db()
    assert books.account.credit_limit_minor == before


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("-5", "Der Betrag -5,00 EUR ist negativ"), ("1,2,3", "'1,2,3' ist als Betrag nicht lesbar")],
)
def test_a_refused_amount_is_told_of_as_germans_write_it(books, german_desk, text, refusal):
    answer = answer_to_limit(german_desk, books, text)
    assert refusal in unescape(answer.content.decode())


def test_what_narrows_a_list_is_said_in_german(books, german_desk):
    criteria = {"state": "posted", "posted_from": "2026-01-01", "posted_to": "2026-12-31", "amount_from": "1"}
    page = german_desk.get(reverse("backoffice:transactions"), criteria).content.decode()
    said = [text for text in texts_of(page) if ": " in text]
    assert {"Stand: Gebucht", "Betrag: ab 1"} <= set(said), said


def test_the_trail_says_states_in_german_and_names_as_they_are(german_desk, company):
    with company_scope(company.pk):
        facts = {"kind": "card", "mode": ["test", "live"], "name": ["card", "draft"]}
        record_events([NewEvent("account.updated", "account", 0, facts)], actor="test")
    page = german_desk.get(reverse("backoffice:events")).content.decode()
    assert {"Art: Karte", "Modus: Test → Live", "Name: card → draft"} <= set(texts_of(page)), texts_of(page)
