"""The audit list and timelines: who did what to what, old and new, in the words of the pages."""

from __future__ import annotations

import ast
import html
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.docs.pages import code_in, rows_of, text_of
from tests.pages.conftest import member, reviewed, seat
from tools.translation.texts import ROOMS

from subledger.accounts.models import AccountClassification
from subledger.accounts.services import update_account
from subledger.companies.entries import save_entry
from subledger.page_kit.event_words import is_money, sentence, words_known
from subledger.page_kit.faces import merged
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.transactions.models import Reason


def page(name: str, *args: object) -> str:
    return reverse(f"backoffice:{name}", args=args)


def plain(answer) -> str:
    content = re.sub(r"<script.*?</script>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content))).replace("\u00a0", " ")


def listed(desk, **criteria: str) -> str:
    text = plain(desk.get(page("events"), criteria))
    return text[text.index("Audit trail") :]


def documented() -> list[str]:
    rows = [row for row in rows_of(text_of("docs/domain/events.md")) if "`" in row[0]]
    return sorted({name for row in rows for name in code_in(row[0]) if "<" not in name})


@pytest.mark.parametrize("type_", documented())
def test_every_event_has_words_of_its_own(type_):
    """`tests/docs` holds the table of events to the source, so that these are all there are."""
    assert words_known(type_), f"{type_} would be shown as {sentence(type_)!r}"
    assert not re.search(r"[._]", sentence(type_))


def test_every_kind_of_configuration_has_a_name():
    from subledger.page_kit.kinds import kinds

    assert {kind.model._meta.model_name for kind in kinds().values()} <= set(merged("things"))


def test_a_change_is_told_as_old_and_new_in_words_and_money(desk, ledger):
    business = AccountClassification.objects.create(company_id=ledger.account.company_id, code="b", name="Business")
    changes = {"credit_limit_minor": 50_000, "classification": business}
    update_account(account_id=ledger.account.pk, changes=changes, actor="test")
    for text in (listed(desk), plain(desk.get(page("account", ledger.account.pk)))):
        assert "Account changed" in text
        assert "Credit limit: none → 500.00 EUR" in text
        assert "Classification: none → Business" in text
        assert "50000" not in text
        assert "credit_limit" not in text


@pytest.mark.parametrize(
    ("minor", "currency", "said"), [(248, "eur", "Fee: 2.48 EUR"), (1500, "jpy", "Fee: 1 500 JPY")]
)
def test_the_fee_of_a_gateway_is_told_as_money(desk, ledger, minor, currency, said):
    invoice = ledger.invoice(350, on="04/05", due="01/06")
    for type_, object_type in (("charge.fee_recorded", "charge"), ("payment_request.fee_recorded", "payment_request")):
        fact = NewEvent(type_, object_type, invoice.id, {"fee": minor, "currency": currency})
        record_events([fact], actor="system")
        assert said in listed(desk, thing=merged("things")[object_type])


def money_in_events(source: str) -> set[str]:
    """Keys of what a module tells in events whose values are in minor units."""
    told = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Dict)]
    pairs = [pair for node in told for pair in zip(node.keys, node.values, strict=True)]
    return {
        key.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and ast.unparse(value).endswith("minor")
    }


TELLING = [
    file
    for file in sorted(ROOMS.rglob("*.py"))
    if {"services", "rules"} & {*file.parts} and re.search(r"\b(NewEvent|EventRow)\b", file.read_text())
]


@pytest.mark.parametrize("file", TELLING, ids=lambda file: str(file.relative_to(ROOMS)))
def test_every_amount_that_events_tell_is_said_as_money(file):
    said_beside_it = {"amount"}  # `Trail.amount`
    assert not [key for key in money_in_events(file.read_text()) - said_beside_it if not is_money(key)]


def test_an_amount_in_an_event_is_found():
    assert money_in_events("NewEvent(x, {'fee': kept.minor, 'of': a.whole_minor, 'on': day})") == {"fee", "of"}


def test_a_posting_is_told_with_its_number_its_link_and_its_money(desk, ledger):
    invoice = ledger.invoice(350, on="04/05", due="01/06")
    content = desk.get(page("events")).content.decode()
    assert page("transaction", invoice.id) in content
    text = listed(desk)
    assert f"Invoice posted Transaction {invoice.number}" in text
    assert "350.00 EUR" in text
    assert f"Account: {ledger.account.number}" in text
    assert str(ledger.account.pk) not in text
    assert "{'" not in text


def test_the_list_is_narrowed_by_day_person_thing_name_and_text(company, ledger):
    first, other = seat(member(company, "administrator"), company), seat(member(company, "administrator"), company)
    ledger.invoice(350, on="04/05", due="01/06")
    first.post(page("account_note", ledger.account.pk), {"note": "Promised by phone"})
    other.post(page("entry_new", "reasons"), {"name": "Late", "code": "late", "is_active": "on"})
    person = Event.objects.get(type="account.noted").actor
    assert "Promised by phone" in listed(first, who=person)
    assert "Late" not in listed(first, who=person)
    assert "Late" in listed(first, thing="Rejection reason")
    assert "Promised" not in listed(first, thing="Rejection reason")
    assert "Promised" in listed(first, about=ledger.account.number)
    assert "Invoice posted" in listed(first, about=ledger.account.number)
    assert "Rejection reason created" not in listed(first, about=ledger.account.number)
    assert "Promised" in listed(first, q="phone")
    assert "Invoice posted" in listed(first, q="invoice posted")
    assert "Rejection reason" in listed(first, q="reason created")
    today = clock.today("Europe/Rome")
    assert "Promised" in listed(first, at_from=today.isoformat(), at_to=today.isoformat())
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert "Promised" not in listed(first, at_from=tomorrow)


def test_the_list_is_a_file_too(desk, ledger):
    reason = save_entry(model=Reason, ident=None, values={"code": "late", "name": "Late"}, actor="test")
    save_entry(model=Reason, ident=reason.pk, values={"name": "Too late"}, actor="test")
    rows = b"".join(desk.get(page("events"), {"export": "csv"}).streaming_content).decode().splitlines()
    assert rows[0].lstrip("\ufeff") == "When,What,About,Details,Who,Request,Code,Recorded as"
    assert (
        "Rejection reason changed,Rejection reason Too late,Name: Late → Too late,test,,reason.changed,test" in rows[1]
    )


def test_a_cancelled_invoice_says_who_when_why_and_what_became_of_the_money(desk, ledger):
    invoice = ledger.invoice(196, on="04/05", due="01/06")
    payment = ledger.payment(196, on="05/05")
    typed = {"type": _type("invoice_cancellation"), "issue_reason": "Ordered twice", "posted_on": "2026-05-20"}
    assert reviewed(desk, page("transaction_action", invoice.id, "cancel"), typed).status_code == 302
    answer = desk.get(page("transaction", invoice.id))
    text = plain(answer)
    assert re.search(r"Cancelled by person-\w+ on 20 May 2026 with \w+ *: Ordered twice", text)
    freed = rf"196\.00 EUR of {payment.number} is available again\. +196\.00 EUR of it is unapplied: refund it"
    assert re.search(freed, text)
    assert page("transaction_new", ledger.account.pk, "refund") in answer.content.decode()
    timeline = text[text.index("Timeline") :]
    assert "Invoice cancelled 196.00 EUR Reason: Ordered twice" in timeline
    assert f"No longer settled by: {payment.number} 196.00 EUR" in timeline.replace("\u00a0", " ")
    other = ledger.invoice(196, on="06/05", due="10/06")  # takes the credit
    assert f"196.00 EUR is applied to {other.number} now" in plain(desk.get(page("transaction", invoice.id)))


def _type(classification: str) -> int:
    from subledger.transactions.models import TransactionType

    return TransactionType.objects.get(classification=classification, is_default=True).pk


def test_days_stand_in_the_format_of_the_reader(desk, ledger):
    reviewed(desk, page("period_close"), {"through": date(2026, 4, 30).isoformat()})
    assert "Through: 30 Apr 2026" in listed(desk)
