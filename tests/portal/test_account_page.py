"""The customer's own page of an account: what it shows, what can be paid and kept there, and nothing of others."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from string import Formatter
from typing import Any, NamedTuple

import pytest
from django.test import Client
from tests.endings import terminate
from tests.factories import Ledger, make_company
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import TOY, ToyGateway, decline
from tests.pages.test_gateways import text_of

from subledger.accounts.models import AccountDefinition
from subledger.accounts.services import update_customer
from subledger.companies.entries import save_entry
from subledger.companies.models import Company
from subledger.documents.models import Copy, Letterhead
from subledger.gateways import registry
from subledger.gateways.customer_pages.languages import WORDS as COMMON
from subledger.gateways.models import Claim, Instrument, PaymentRequest
from subledger.gateways.port import Declined, HostedPage, RequestOutcome, Succeeded
from subledger.gateways.services.links import came_back
from subledger.gateways.services.public import LinkKind, link_for, live_links, revoke_link
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.portal import queries
from subledger.portal.languages import WORDS
from subledger.portal.pages import account
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts

pytestmark = pytest.mark.sampled(3)

PDF = b"%PDF-"


class HostedGateway(ToyGateway):
    """With pages of its own; a test types the card by ``paid``."""

    async def pay_page(self, order):
        return HostedPage(f"https://pay.example/{order.request}", order.request, order.expires_at)

    async def authenticate(self, reference, *, key, return_url):
        return HostedPage("https://bank.example", reference, None)

    async def expire(self, reference):
        return Declined("expired", "It was closed.")

    async def session_facts(self, reference):
        done = self.bank.by_request.get(reference)
        return [RequestOutcome(reference, done)] if done else []


def hosted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy bank with pages of its own."""
    kinds = {**registry.kinds(), TOY.name: replace(TOY, make=HostedGateway)}
    monkeypatch.setattr(registry, "kinds", lambda: kinds)


@pytest.fixture
def desk(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Desk:
    hosted(monkeypatch)
    return make_desk(ledger)


class Typed(NamedTuple):
    """A card on the gateway's page, as the bank takes it."""

    key: str
    request: str
    amount: Money


def succeed(bank: Any, order: Any) -> Any:
    return bank.settle(order, Succeeded(f"ch_{order.request}", order.amount, charge=f"ch_{order.request}"))


class Page:
    """The customer's browser on the page of one account."""

    def __init__(self, desk: Desk, account: Any = None) -> None:
        self.desk = desk
        self.link = link_for(LinkKind.ACCOUNT, (account or desk.ledger.account).pk, actor="test")
        self.path = self.link.path
        self.browser = Client(headers={"accept-language": "en"})

    def text(self, path: str = "") -> str:
        answer = self.browser.get(f"{self.path}{path}")
        assert answer.status_code == 200, answer.content
        return text_of(answer)

    def do(self, deed: str, **form: Any) -> Any:
        return self.browser.post(self.path, {"do": deed, **form})

    def paid(self, act: Any = None) -> PaymentRequest:
        """The customer types a card on the gateway's page; the request that asked for it."""
        row = PaymentRequest.objects.filter(created_by="customer").order_by("-pk")[0]
        typed = Typed(row.reference, row.reference, Money(row.amount_minor, row.currency))
        (act or succeed)(self.desk.bank, typed)
        return row


@pytest.fixture
def page(desk: Desk) -> Page:
    return Page(desk)


def asked() -> PaymentRequest:
    return PaymentRequest.objects.order_by("-pk")[0]


def claimed() -> set[int]:
    return set(Claim.objects.filter(is_open=True).values_list("object_id", flat=True))


def test_it_shows_what_is_open_what_is_late_and_what_was_paid(desk, page):
    desk.ledger.invoice(60, on="04/04", due="04/05")
    desk.ledger.invoice(40)
    desk.pay(1500, to=[desk.ledger.invoice(15)])
    text = page.text()
    assert f"Your account {desk.ledger.account.number}" in text
    assert "€100.00 open" in text
    assert "€60.00 of it is overdue" in text
    assert "Pay everything: €100.00" in text
    assert "Was due 4 May 2026" in text
    assert re.search(r"20 May 2026, Visa ending 4242 €15\.00", text)
    assert "Visa ending 4242 used first until 12/2030" in text


@pytest.mark.parametrize(
    ("own", "typed"),
    [("de-CH", "1’234.50"), ("de-CH", "1'234.50"), ("de-AT", "1.234,50"), ("de", "1.234,50"), ("en-US", "1,234.50")],
)
def test_a_part_is_read_as_the_page_writes_amounts(desk, page, own, typed):
    update_customer(customer_id=desk.ledger.account.customer_id, changes={"language": own}, actor="test")
    invoice = desk.ledger.invoice(2000)
    assert (
        page.do("chosen", document=[Transaction.objects.get(pk=invoice.id).public_id], amount=typed).status_code == 200
    )
    assert asked().amount_minor == 1_234_50


def test_chosen_documents_are_paid_by_one_request_and_the_receipt_is_a_pdf(desk, page):
    first, second, other = (desk.ledger.invoice(amount) for amount in (60, 40, 15))
    chosen = [Transaction.objects.get(pk=one.id).public_id for one in (first, second)]
    answer = page.do("chosen", document=chosen)
    assert (answer.status_code, b"https://pay.example/" in answer.content) == (200, True)
    assert (asked().amount_minor, claimed()) == (100_00, {first.id, second.id})
    page.paid()
    back = page.browser.get(f"{page.path}/back")
    assert "Paid. Thank you! Test company has received €100.00." in text_of(back)
    [receipt] = re.findall(r'href="([^"]+)">Receipt as PDF', back.content.decode())
    assert page.browser.get(receipt.replace("&amp;", "&")).content.startswith(PDF)
    assert "€15.00 open" in page.text()
    assert other.number in page.text()


def test_whoever_owes_more_than_a_page_lists_reaches_and_pays_the_others(desk, page, monkeypatch):
    monkeypatch.setattr(account, "LISTED", 2)
    monkeypatch.setattr(queries, "LISTED", 2)
    made = [Transaction.objects.get(pk=desk.ledger.invoice(amount).id) for amount in (10, 20, 30, 40, 50)]

    def listed(html: str) -> list[bool]:
        choices = html.partition('id="choose"')[2].partition("</section>")[0]
        return [row.number in choices for row in made]

    first = page.browser.get(page.path).content.decode()
    assert listed(first) == [True, True, False, False, False]
    assert "Further open documents: 3. They are part of everything." in first
    assert f'value="show {made[1].public_id}"' in first
    second = page.do(f"show {made[1].public_id}", document=made[0].public_id).content.decode()
    assert listed(second) == [False, False, True, True, False]
    assert "Ticked on other pages: 1, together €10.00. They are paid with those that are ticked here." in second
    ticked = re.findall(r'<input type="hidden" name="document" value="([^"]+)">', second)
    assert ticked == [made[0].public_id]
    last = page.do(f"show {made[3].public_id}", document=[*ticked, made[2].public_id]).content.decode()
    assert "Ticked on other pages: 2, together €40.00." in last
    assert "Further open documents" not in last
    again = page.do("show", document=made[2].public_id).content.decode()
    assert (listed(again), again.count(" checked")) == ([True, True, False, False, False], 0)
    page.do("chosen", document=[*re.findall(r'type="hidden" name="document" value="([^"]+)"', last), made[4].public_id])
    assert (asked().amount_minor, claimed()) == (90_00, {made[0].pk, made[2].pk, made[4].pk})


def test_another_accounts_document_turns_no_page(desk, page):
    other = desk.ledger.invoice(10, account=desk.ledger.open("Bea"))
    assert page.do(f"show {Transaction.objects.get(pk=other.id).public_id}").status_code == 404


@pytest.mark.parametrize(
    ("language", "typed", "minor"), [("en", "1,020.50", 1020_50), ("de", "1.020,50", 1020_50), ("de", "20.5", 20_50)]
)
def test_a_part_is_typed_as_the_language_writes_it(desk, page, language, typed, minor):
    update_customer(customer_id=desk.ledger.account.customer_id, changes={"language": language}, actor="test")
    invoice = Transaction.objects.get(pk=desk.ledger.invoice(2000).id)
    assert page.do("chosen", document=invoice.public_id, amount=typed).status_code == 200
    assert asked().amount_minor == minor


@pytest.mark.few(3)
@pytest.mark.parametrize("typed", ["75.01", "1.234,5x", "0", "-1", "ten", "1e3", "0.001", "9" * 40])
def test_an_amount_that_is_none_is_refused_beside_its_field_and_keeps_what_was_typed(desk, page, typed):
    invoice = Transaction.objects.get(pk=desk.ledger.invoice(75).id)
    answer = page.do("chosen", document=invoice.public_id, amount=typed)
    assert 400 <= answer.status_code < 500
    html = answer.content.decode()
    is_number = typed not in ("ten", "1e3", "1.234,5x")
    assert ("Please enter an amount that is open, or a part of it." in html) == is_number
    assert ("This is no amount. Please write it in figures, such as " in html) != is_number
    assert f'value="{typed}"' in html
    assert 'aria-invalid="true"' in html
    assert "checked" in html
    assert not PaymentRequest.objects.exists()


def test_an_amount_that_is_right_is_not_marked_wrong_for_another_refusal(desk, page):
    desk.ledger.invoice(75)
    html = page.do("chosen", amount="12.50").content.decode()
    assert 'value="12.50"' in html
    assert "Please tick what you want to pay." in html
    assert "aria-invalid" not in html


def test_without_a_tick_nothing_is_asked_for(desk, page):
    desk.ledger.invoice(75)
    answer = page.do("chosen")
    assert "Please tick what you want to pay." in text_of(answer)
    assert not PaymentRequest.objects.exists()


def test_what_is_no_button_of_the_page_is_refused_in_words(desk, page):
    desk.ledger.invoice(75)
    for deed in ("", "everything", "choosen", "all " * 50):
        answer = page.do(deed)
        assert answer.status_code == 422
        assert "Open the page again and choose anew." in text_of(answer)
    assert not PaymentRequest.objects.exists()


def test_one_document_alone_offers_a_part_and_a_wrong_amount_is_told_beside_it(desk, page):
    invoice = Transaction.objects.get(pk=desk.ledger.invoice(75).id)
    assert "Pay this amount" in page.text()
    html = page.do("chosen", document=invoice.public_id, amount="ten").content.decode()
    assert html.index('id="choose"') < html.index('role="alert"') < html.index('id="amount"')
    assert f'action="{page.path}#choose"' in html
    desk.ledger.invoice(5)
    assert "Pay what is ticked" in page.text()


IBAN = {"legal_name": "Alpen AG", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank"}


def unconnected(ledger: Ledger) -> Any:
    """The page of an account that no gateway collects from."""
    return Client().get(link_for(LinkKind.ACCOUNT, ledger.account.pk, actor="test").path)


def test_without_a_gateway_the_page_says_how_to_pay_by_transfer(ledger):
    Letterhead.objects.update(**IBAN)
    update_customer(customer_id=ledger.account.customer_id, changes={"language": "de"}, actor="test")
    invoice = Transaction.objects.get(pk=ledger.invoice(75).id)
    answer = unconnected(ledger)
    text = text_of(answer)
    assert "So bezahlen Sie" in text
    assert re.search(r"Bitte überweisen Sie 75,00\s€ auf das folgende Konto", text), text
    for said in ("Kontoinhaber Alpen AG", "IBAN DE89 3704 0044 0532 0130 00", "BIC COBADEFFXXX", "Bank Commerzbank"):
        assert said in text
    assert f"Verwendungszweck {invoice.number}" in text
    html = answer.content.decode()
    assert "<svg" in html
    assert "sorry" not in html
    assert "nline" not in text
    second = Transaction.objects.get(pk=ledger.invoice(5).id)
    text = text_of(unconnected(ledger))
    assert f"Verwendungszweck {ledger.account.number}" in text
    assert second.number in text, "among what is open"


def test_without_a_bank_account_the_page_says_to_ask_and_marks_nothing_wrong(ledger):
    Letterhead.objects.update(iban="")
    ledger.invoice(75)
    answer = unconnected(ledger)
    assert "This is not paid online" in text_of(answer)
    assert "sorry" not in answer.content.decode()


def test_beside_a_gateway_a_transfer_is_another_way(desk, page):
    Letterhead.objects.update(**IBAN)
    desk.ledger.invoice(75)
    assert re.search("Pay everything: €75.00.*Or pay by bank transfer.*DE89 3704", page.text(), re.S)
    page.do("all")
    succeeded = page.paid()
    page.browser.get(f"{page.path}/back")
    assert succeeded
    assert "by bank transfer" not in page.text()


def test_everything_is_paid_once(desk, page):
    invoices = [desk.ledger.invoice(60), desk.ledger.invoice(40)]
    page.do("all")
    assert (asked().amount_minor, claimed()) == (100_00, {one.id for one in invoices})
    page.do("all")
    assert PaymentRequest.objects.count() == 1, "the page that is open is shown again"
    page.paid()
    page.browser.get(f"{page.path}/back")
    assert "Nothing is open. Thank you." in page.text()
    assert "There is nothing to pay. Thank you." in text_of(page.do("all"))


def test_what_began_after_midnight_is_of_the_day_that_the_customer_had(desk, page):
    """A quarter past midnight of 10 June in Berlin, which is 9 June in UTC still."""
    Company.objects.update(time_zone="Europe/Berlin")
    with clock.frozen(datetime(2026, 6, 9, 22, 15, tzinfo=UTC)):
        desk.ask(6000, to=[desk.ledger.invoice(60)])
        text = page.text()
    assert "begun on 10 Jun 2026" in text
    assert "9 Jun 2026" not in text


def test_what_is_collected_already_is_said_and_not_paid_twice(desk, page):
    first, second = desk.ledger.invoice(60), desk.ledger.invoice(40)
    desk.ask(6000, to=[first])
    text = page.text()
    assert "Being processed" in text
    assert "is being paid already" in text
    assert "Pay everything: €40.00" in text
    answer = page.do("chosen", document=Transaction.objects.get(pk=first.id).public_id)
    assert "A payment is under way already" in text_of(answer)
    page.do("all")
    assert claimed() >= {second.id}
    assert asked().amount_minor == 40_00


def test_an_abandoned_page_says_that_nothing_was_charged_and_a_decline_why(desk, page):
    desk.ledger.invoice(75)
    page.do("all")
    assert "Nothing was charged." in page.text("/back")
    page.paid(decline)
    assert "The bank declined the card. Nothing was charged." in page.text("/back")


def test_cards_are_made_the_first_and_removed_and_another_is_added(desk, page):
    another = desk.register(desk.ledger.account, "tok-another")
    assert page.do(f"default {another.public_id}").status_code == 302
    assert Instrument.objects.get(is_default=True).pk == another.pk
    page.do(f"remove {another.public_id}")
    assert Instrument.objects.get(pk=another.pk).removed_at is not None
    assert Instrument.objects.get(is_default=True).pk == desk.card.pk
    answer = page.do("card")
    assert b"https://toy.example/register" in answer.content
    assert "Nothing is registered yet" in page.text("/back?of=card")


def test_a_card_that_is_being_charged_stays(desk, page):
    desk.ask(1000, to=[desk.ledger.invoice(10)])
    answer = page.do(f"remove {desk.card.public_id}")
    assert "is being charged at the moment" in text_of(answer)
    assert Instrument.objects.get(pk=desk.card.pk).removed_at is None


def test_statement_and_documents_are_pdfs_in_the_customers_language(desk, page):
    update_customer(customer_id=desk.ledger.account.customer_id, changes={"language": "de"}, actor="test")
    invoice = Transaction.objects.get(pk=desk.ledger.invoice(75).id)
    for path, name in (
        (f"/document?id={invoice.public_id}", f"rechnung-{invoice.number}.pdf"),
        ("/statement?from=2026-01-01&to=2026-05-20", "kontoauszug"),
    ):
        answer = page.browser.get(f"{page.path}{path}")
        assert answer.content.startswith(PDF)
        assert name in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"
    assert [copy.record for copy in Copy.objects.all()] == [invoice.public_id], "of a statement, whose days are theirs"
    for days in ("from=2026-05-20&to=2026-01-01", "from=x&to=y", ""):
        answer = page.browser.get(f"{page.path}/statement?{days}")
        assert 400 <= answer.status_code < 500
        assert "Bitte wählen Sie zwei Tage" in text_of(answer)


def test_a_statement_of_any_length_is_refused_in_the_customers_words(desk, page, monkeypatch):
    """Whoever has the link cannot have the server write decades, or everything of a busy account."""
    update_customer(customer_id=desk.ledger.account.customer_id, changes={"language": "de"}, actor="test")
    answer = page.browser.get(f"{page.path}/statement?from=2020-01-01&to=2026-05-20")
    assert answer.status_code == 422
    assert "höchstens zwei Jahre" in text_of(answer)
    for _ in range(3):
        desk.ledger.invoice(1)
    days = f"{page.path}/statement?from=2025-01-01&to=2026-05-20"
    assert page.browser.get(days).content.startswith(PDF)
    monkeypatch.setattr("subledger.portal.queries.MOVEMENTS", 2)
    assert "Bitte wählen Sie weniger Tage" in text_of(page.browser.get(days))


def test_older_documents_are_reached_page_by_page(desk, page, monkeypatch):
    monkeypatch.setattr("subledger.portal.queries.RECENT", 2)
    notes = [desk.ledger.credit_note(1, on=f"{day:02}/05") for day in (4, 5, 5, 6, 7)]
    numbers = [Transaction.objects.get(pk=note.id).number for note in notes][::-1]
    shown, address, looked = [], page.path, 0
    while address and looked < 4:
        answer = page.browser.get(address)
        shown += [row["name"].split()[-1] for row in answer.context["others"]]
        address, looked = answer.context["older"].partition("#")[0], looked + 1
    assert shown == numbers
    assert looked == 3
    assert page.browser.get(f"{page.path}?before=txn_nonsense").status_code == 404


# -- whose it is -------------------------------------------------------------------------------------------------


def test_nothing_of_another_account_is_reached(desk, page):
    theirs = desk.ledger.open("Ben")
    invoice = Transaction.objects.get(pk=desk.ledger.invoice(75, account=theirs).id)
    card = desk.register(theirs, "tok-ben")
    with company_scope(make_company().pk):
        foreign = Transaction.objects.get(pk=Ledger().invoice(30).id).public_id
    [draft] = save_drafts(new=[desk.ledger.new("invoice", 5)], actor="test")
    wanted = [invoice.public_id, foreign, Transaction.objects.get(pk=draft.pk).public_id, "txn_nonsense", ""]
    for ident in wanted:
        assert page.browser.get(f"{page.path}/document?id={ident}").status_code == 404
        if ident:
            answer = page.do("chosen", document=ident)
            assert answer.status_code == 404
            assert "is not here, or not any more" in text_of(answer)
    for deed in ("default", "remove"):
        answer = page.do(f"{deed} {card.public_id}")
        assert answer.status_code == 404
        assert "is not here, or not any more" in text_of(answer)
    assert page.browser.get(f"{page.path}/anything").status_code == 404
    assert not PaymentRequest.objects.exists()
    assert Instrument.objects.get(pk=card.pk).removed_at is None
    assert "Ben" not in page.text()


def test_a_link_that_is_over_changed_or_of_another_kind_opens_nothing(desk, page):
    desk.ledger.invoice(75)
    other = Page(desk)
    assert {one.id for one in live_links(LinkKind.ACCOUNT, desk.ledger.account.pk)} == {page.link.id, other.link.id}
    revoke_link(link=page.link.id, actor="test")
    register = link_for(LinkKind.REGISTER, desk.ledger.account.pk, actor="test").path
    turned = other.path[:-1] + ("a" if other.path[-1] != "a" else "b")
    for path, status in ((page.path, 410), (turned, 404), (other.path.replace("account", "pay"), 404)):
        for way in ("", "/back", "/statement?from=2026-01-01&to=2026-05-20"):
            assert page.browser.get(f"{path}{way}").status_code == status
        assert page.browser.post(path, {"do": "all"}).status_code == status
    assert page.browser.get(f"{register}/statement?from=2026-01-01&to=2026-05-20").status_code == 404
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert other.browser.get(other.path).status_code == 410
    assert not PaymentRequest.objects.exists()


def test_the_page_is_cached_and_indexed_nowhere_and_tells_nobody_its_address(page):
    answer = page.browser.get(page.path)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "<script" not in answer.content.decode()


def test_an_account_that_ends_still_shows_its_documents_and_takes_no_money(desk, page):
    desk.ledger.invoice(75)
    desk.ledger.payment(75)
    terminate(desk.ledger.account.pk)
    text = page.text()
    assert "Nothing is open." in text
    assert "Add a card" not in text
    assert "Invoice" in text
    with pytest.raises(Exception, match="terminated"):
        Page(desk)


def test_system_accounts_have_no_page(desk):
    with pytest.raises(NotFound):
        link_for(LinkKind.ACCOUNT, desk.ledger.system("suspense").pk, actor="test")


def test_where_payments_go_to_the_oldest_the_page_says_so(desk, page):
    desk.ledger.invoice(75)
    desk.ledger.invoice(25)
    assert "oldest document first" not in page.text()
    definition = AccountDefinition.objects.get(is_active=True)
    save_entry(model=AccountDefinition, ident=definition.pk, values={"allocation_principle": "fifo"}, actor="test")
    assert "Test company sets what you pay against the oldest document first." in page.text()


def test_what_was_agreed_and_what_is_looked_into_stands_beside_its_document(desk, page):
    """90.00 is promised in three parts; 40.00 came, so 20.00 of the second part and the third are left."""
    promised, disputed = desk.ledger.invoice(90), desk.ledger.invoice(15)
    days = [date(2026, 6, day) for day in (1, 10, 20)]
    new = NewPromise(document_id=promised.id, instalments=[Instalment(day, 30_00) for day in days])
    make_promise(new=new, actor="test")
    open_dispute(document_id=disputed.id, reason="The hours of May.", actor="test")
    desk.ledger.payment(40, to=[promised])
    text = page.text()
    assert "agreed: €20.00 by 10 Jun 2026" in text
    assert "agreed: €30.00 by 20 Jun 2026" in text
    assert "by 1 Jun 2026" not in text
    assert text.count("is being looked into") == 1
    assert "The hours of May" not in text, "what staff wrote is theirs"


# -- words -------------------------------------------------------------------------------------------------------


def _named(phrase: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(phrase) if name})


@pytest.mark.parametrize("language", sorted(set(WORDS) - {"en"}))
def test_every_phrase_is_there_in_every_language(language):
    assert set(WORDS) == set(COMMON)
    english, other = WORDS["en"], WORDS[language]
    for one in fields(english):
        phrase = getattr(other, one.name)
        assert phrase.strip(), one.name
        assert _named(phrase) == _named(getattr(english, one.name)), one.name
        assert phrase != getattr(english, one.name), one.name


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_page_speaks_the_customers_language(desk, page, language):
    update_customer(customer_id=desk.ledger.account.customer_id, changes={"language": language}, actor="test")
    desk.ledger.invoice(75)
    answer = page.browser.get(page.path)
    assert answer["Content-Language"] == language
    assert WORDS[language].pay_part in text_of(answer)


def test_a_notice_that_came_first_says_the_same_as_coming_back(desk, page):
    desk.ledger.invoice(75)
    page.do("all")
    row = page.paid()
    came_back(provider=desk.provider, reference=row.reference)
    assert "Paid. Thank you!" in page.text("/back")


def test_a_card_that_its_bank_declined_for_good_says_so(desk, page):
    decline = Declined("expired_card", "It has expired.")
    desk.bank.script = [lambda bank, order: bank.settle(order, decline)]
    desk.pay(1500, to=[desk.ledger.invoice(15)])
    assert "until 12/2030 declined by your bank: it is not charged any more." in page.text()
