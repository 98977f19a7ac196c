"""The collections desk: contacts and their follow-ups, whose an account is, and the lists made of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from tests.doors.conftest import said
from tests.factories import company_at_work, day, refused_by
from tests.messages.conftest import address_of
from tests.pages.conftest import member, reviewed, seat
from tests.promises.conftest import Promises, is_on, next_day

from subledger.accounts.models import Account
from subledger.companies.models import Company
from subledger.desk.errors import ContactInvalid, NoCustomersAccount, NothingToFollowUp
from subledger.desk.models import CollectionContact, Collector
from subledger.desk.queries import follow_ups_due
from subledger.desk.services import NewContact, assign_collector, follow_up_done, record_contact
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.errors import DomainError
from subledger.kernel.numbers import NumberFormat
from subledger.messages.services.outbox import Wish, communicate
from subledger.page_kit.charts import bar_chart, number_chart
from subledger.page_kit.columns import NumberColumn
from subledger.page_kit.formats import Formats, formats_in_use
from subledger.platform.models import Event
from subledger.promises.services.promises import withdraw_promise
from subledger.report_kit.errors import ParameterInvalid
from subledger.reports.catalogue import report_named
from subledger.segments.criteria import read_criteria
from subledger.segments.queries import rows_of
from subledger.segments.states import About
from subledger.transactions.models import Transaction
from subledger.transactions.queries import balance_of


@pytest.fixture
def books(db: None) -> Iterator[Promises]:
    with company_at_work():
        yield Promises()


def contact(books: Promises, text: str = "She pays on Friday.", **fields: Any) -> CollectionContact:
    new = NewContact(**{"account_id": books.account.pk, "kind": "call", "text": text, **fields})
    return record_contact(new=new, actor="test")


def company_of(books: Promises) -> Company:
    return Company.objects.get(pk=books.account.company_id)


def test_what_is_worth_more_comes_first_whatever_its_currency(books: Promises):
    """KWD 310.250 has more minor units than EUR 1,000.00, and is worth less at 3.00 euro a dinar."""
    rates = [NewRate("kwd", day("01/05"), Decimal("3.00")), NewRate("jpy", day("01/05"), Decimal("0.006"))]
    enter_rates(rates=rates, actor="test")
    for name, currency, amount in (("Dinar", "kwd", "310.250"), ("Yen", "jpy", 180_000), ("Euro", "eur", 1_000),
                                   ("Small", "eur", 931)):  # fmt: skip
        books.invoice(amount, account=books.open(name, currency=currency), on="01/05", due="06/05")
    rows = report_named("collections").run().as_dicts()
    assert [row["name"] for row in rows] == ["Yen", "Euro", "Small", "Dinar"]


def test_overdue_is_what_an_account_and_a_segment_call_so(books: Promises):
    """A refund whose payment was taken back is owed, and no invoice: it is not overdue."""
    paid = books.payment(100, on="02/05")
    books.refund(100, on="03/05")
    books.cancel(paid, on="04/05", confirm_paid_out=True)
    late = {"overdue_from": 1, "currency": "eur"}
    for overdue in (0, 50_00):
        rows = report_named("collections").run().as_dicts()
        assert [row["overdue"] for row in rows] == ([overdue] if overdue else [])
        stands = balance_of(account_id=books.account.pk, currency="eur", as_of=day("20/05"))  # type: ignore[arg-type]
        assert (stands.outstanding, stands.unsettled) == (overdue, 100_00 + overdue)
        members = rows_of(read_criteria(About.ACCOUNTS, late), as_of=day("20/05"))  # type: ignore[arg-type]
        assert members.count() == bool(overdue)
        if not overdue:
            books.invoice(50, on="01/05", due="10/05")


def test_a_contact_is_kept_and_followed_up_on_once(books: Promises):
    row = contact(books, with_whom="Ana", follow_up_on=day("25/05"))
    remark = contact(books, "Ask for the new address.", kind="remark", happened_on=day("19/05"))
    assert not follow_ups_due(today=day("24/05"))  # type: ignore[arg-type]
    assert [one.pk for one in follow_ups_due(today=day("25/05"))] == [row.pk]  # type: ignore[arg-type]
    follow_up_done(contact_id=row.pk, note="She has paid.", actor="test")
    follow_up_done(contact_id=row.pk, note="Again.", actor="test")
    row.refresh_from_db()
    assert (row.done_note, row.done_by) == ("She has paid.", "test")
    with pytest.raises(NothingToFollowUp):
        follow_up_done(contact_id=remark.pk, actor="test")
    told = Event.objects.filter(object_id=books.account.pk, type__in=["account.contacted", "account.followed_up"])
    assert [event.type.partition(".")[2] for event in told.order_by("id")] == ["contacted", "contacted", "followed_up"]
    with refused_by("collection_contact_stays"):
        CollectionContact.objects.filter(pk=remark.pk).update(text="Another.")


def test_what_is_no_contact_names_its_field(books: Promises):
    for fields, param in (
        ({"text": " "}, "/text"),
        ({"text": "4242 4242 4242 4242"}, "/text"),
        ({"with_whom": "4242 4242 4242 4242"}, "/with_whom"),
        ({"kind": "dream"}, "/kind"),
        ({"happened_on": day("21/05")}, "/happened_on"),
        ({"follow_up_on": day("19/05")}, "/follow_up_on"),
    ):
        with pytest.raises(DomainError) as refusal:
            contact(books, **fields)
        assert refusal.value.param == param
    with pytest.raises(NoCustomersAccount):
        contact(books, account_id=books.system("suspense").pk)


def test_an_account_is_one_collectors_or_nobodys(books: Promises):
    ana, ben = (f"user:{member(company_of(books), 'agent').username}" for _ in range(2))
    for collector in (ana, ben, ben, ""):
        assign_collector(account_id=books.account.pk, collector=collector, actor="test")
    assert not Collector.objects.exists()
    told = Event.objects.filter(type="account.collector_changed").order_by("id")
    assert [event.data["collector"] for event in told] == [[None, ana], [ana, ben], [ben, None]]
    with pytest.raises(ContactInvalid):
        assign_collector(account_id=books.account.pk, collector="user:nobody", actor="test")


def test_the_desk_shows_whom_to_call_and_what_waits(books: Promises):
    ben = books.open("Ben")
    owed = books.invoice(300, on="01/05", due="06/05")
    small = books.invoice(20, account=ben, on="01/05", due="16/05")
    books.invoice(500, account=books.open("Cem"), due="10/06")  # not late
    promise = books.promise(owed, ("22/05", 100), ("01/06", 200))
    books.dispute(small, "Twice.")
    contact(books, "Called.", happened_on=day("18/05"))
    contact(books, "Call again.", follow_up_on=day("20/05"))
    collector = member(company_of(books), "agent")
    assign_collector(account_id=books.account.pk, collector=f"user:{collector.username}", actor="test")
    first, second = report_named("collections").run().as_dicts()
    assert first == {
        "account": books.account.number, "name": "Ann", "phone": "", "currency": "eur", "overdue": 300_00,
        "days_late": 14, "promised": 300_00, "next_promise": day("22/05"), "broken": None, "disputed": None,
        "last_contact": day("20/05"), "contacted_by": "call", "follow_up_on": day("20/05"),
        "next_step": "Call again.", "collector": collector.username,
    }  # fmt: skip
    assert (second["name"], second["overdue"], second["days_late"], second["disputed"]) == ("Ben", 20_00, 4, 20_00)
    whose = [report_named("collections").run(collector=name).as_dicts() for name in (collector.username, "nobody")]
    assert [[row["name"] for row in rows] for rows in whose] == [["Ann"], ["Ben"]]
    with pytest.raises(ParameterInvalid):
        report_named("collections").run(collector="stranger")
    tasks = report_named("collection-tasks")
    assert [(row["task"], row["name"]) for row in tasks.run().as_dicts()] == [("follow_up", "Ann"), ("dispute", "Ben")]
    with next_day("25/05") as broken:
        assert broken == 1
        rows = tasks.run().as_dicts()
        assert [(row["task"], row["amount"]) for row in rows if row["task"] == "broken_promise"] == [
            ("broken_promise", 300_00)
        ]
        assert report_named("collections").run().as_dicts()[0]["broken"] == 300_00
        desk = seat(collector, company_of(books))
        shown = [
            desk.get(reverse(f"backoffice:{name}", args=args))
            for name, *args in (("desk",), ("collect", books.account.pk))
        ]
        assert [">Broken<" in page.content.decode() for page in shown] == [True, True]
        contact(books, "She forgot it.", happened_on=day("25/05"))  # somebody was in touch since
        assert "broken_promise" not in {row["task"] for row in tasks.run().as_dicts()}
        books.promise(owed, ("30/05", None))
        assert "broken_promise" not in {row["task"] for row in tasks.run().as_dicts()}
    assert promise.pk


def test_what_was_collected_and_how_promises_were_kept(books: Promises):
    kept, broken, withdrawn = (books.invoice(amount, on="01/05", due="06/05") for amount in (10, 20, 30))
    for invoice in (kept, broken):
        books.promise(invoice, ("21/05", None))
    given_up = books.promise(withdrawn, ("21/05", None))
    paid = books.payment(10, to=[kept], on="20/05")
    books.payment(7, on="19/05", account=books.open("Bea"))
    withdraw_promise(promise_id=given_up.pk, actor="test")
    with next_day("24/05"):
        months = report_named("promises-kept").run().as_dicts()
        assert len(months) == 12
        last = months[-1]
        assert (last["month"], last["kept"], last["broken"], last["withdrawn"]) == ("2026-05", 1, 1, 1)
        assert last["rate"] == 50
        books.cancel(paid)
        days = {row["day"]: row["collected"] for row in report_named("collected-by-day").run().as_dicts()}
        assert len(days) == 31
        assert (days[day("19/05")], days[day("20/05")], days[day("24/05")]) == (7_00, 10_00, -10_00)


def test_the_desk_on_pages(books: Promises):
    books.invoice(300, on="01/05", due="06/05")
    desk = seat(member(company_of(books), "administrator"))
    page = reverse("backoffice:account", args=[books.account.pk])
    address = reverse("backoffice:contact_record", args=[books.account.pk])
    assert address in desk.get(page).content.decode()
    typed = {"kind": "call", "with_whom": "Ana", "text": "She pays on Friday.", "follow_up_on": "2026-05-20"}
    assert "it is past" in said(desk.post(address, {**typed, "follow_up_on": "2026-05-19"}))
    assert desk.post(address, typed).url == page
    assert "She pays on Friday." in said(desk.get(page))
    assert "In touch with the customer" in said(desk.get(page))
    assert "Customers to follow up on" in said(desk.get(reverse("backoffice:home")))
    for name in ("desk", "work_list"):
        assert "She pays on Friday." in said(desk.get(reverse(f"backoffice:{name}")))
    row = CollectionContact.objects.get()
    done = reverse("backoffice:contact_done", args=[row.pk])
    assert done in desk.get(page).content.decode()
    assert desk.post(done, {"note": "Paid."}).url == page
    whose = reverse("backoffice:account_collector", args=[books.account.pk])
    agent = member(company_of(books), "agent")
    assert desk.post(whose, {"collector": f"user:{agent.username}"}).url == page
    assert agent.username in said(desk.get(reverse("backoffice:desk")))
    with is_on("20/05"):
        assert seat(agent).get(whose).status_code == 403


def test_mail_that_asks_for_money_is_a_contact_and_a_remark_is_none(books: Promises):
    address_of(books)
    late = books.invoice(300, on="01/05", due="06/05")
    contact(books, "He moved.", kind="remark")
    [row] = report_named("collections").run().as_dicts()
    assert (row["last_contact"], row["contacted_by"]) == (None, None)
    contact(books, "Called.", happened_on=day("18/05"))
    communicate(wish=Wish(of="invoice", object_id=late.id, recipient="eva@example.com"), actor="test")  # no reminder
    [row] = report_named("collections").run().as_dicts()
    assert (row["last_contact"], row["contacted_by"]) == (day("18/05"), "call")
    communicate(wish=Wish(of="invoice", object_id=late.id, kind="payment_reminder"), actor="test")
    [row] = report_named("collections").run().as_dicts()
    assert (row["last_contact"], row["contacted_by"]) == (day("20/05"), "mail")


def test_who_is_to_be_followed_up_on_comes_before_whoever_owes_more(books: Promises):
    names = ["Ben", "Cem", "Dora"]
    for place, name in enumerate(names):
        books.invoice(100 * (place + 1), account=books.open(name), on="01/05", due="06/05")
    books.invoice(1, on="01/05", due="06/05")
    contact(books, "Comes back on Monday.", follow_up_on=day("20/05"))

    def order() -> list[str]:
        return [row["name"] for row in report_named("collections").run().as_dicts()]

    assert order() == ["Ann", "Dora", "Cem", "Ben"]
    with is_on("19/05"):
        assert order() == ["Dora", "Cem", "Ben", "Ann"]


@pytest.fixture
def morning(books: Promises) -> Promises:
    """Three customers who are late: two of the collector's, one of nobody's."""
    for name, amount in (("Ben", 200), ("Cem", 100)):
        books.invoice(amount, account=books.open(name), on="01/05", due="06/05")
    books.invoice(300, on="01/05", due="06/05")
    return books


def test_what_is_done_while_somebody_is_on_the_phone_is_done_from_the_desk(morning: Promises):
    address_of(morning)
    account = morning.account
    page = reverse("backoffice:collect", args=[account.pk])
    ways = [reverse(f"backoffice:{name}", args=[account.pk]) for name in ("account_collect", "account_page_link")]
    ways.append(reverse("backoffice:message_new", args=["account", account.public_id]))
    shown = seat(member(company_of(morning), "administrator")).get(page).content.decode()
    assert all(f'href="{one}' in shown for one in ways)
    reader = seat(member(company_of(morning), "auditor")).get(page).content.decode()
    assert not any(f'href="{one}' in reader for one in ways)


def test_tiles_say_what_is_owed_in_other_currencies_and_totals_of_nothing_are_a_dash(morning: Promises):
    enter_rates(rates=[NewRate("jpy", day("01/05"), Decimal("0.006"))], actor="test")
    morning.invoice(20_000, account=morning.open("Yuki", currency="jpy"), on="01/05", due="06/05")
    page = said(seat(member(company_of(morning), "administrator")).get(reverse("backoffice:desk"))).replace("\xa0", " ")
    assert "and 20 000JPY" in page
    assert "Total EUR600.00EUR––" in page


def test_a_customer_is_called_and_the_next_one_follows(morning: Promises):
    agent = member(company_of(morning), "agent")
    desk = seat(agent)
    cem = Account.objects.get(name="Cem")
    for account in (morning.account, cem):
        assign_collector(account_id=account.pk, collector=f"user:{agent.username}", actor="test")
    listed = said(desk.get(reverse("backoffice:desk") + "?collector=mine"))
    assert "Cem" in listed
    assert "Ben" not in listed
    first = reverse("backoffice:collect", args=[morning.account.pk]) + "?collector=mine"
    second = reverse("backoffice:collect", args=[cem.pk]) + "?collector=mine"
    page = desk.get(first).content.decode()
    assert f'href="{first}&amp;then=next"' in page
    assert desk.get(f"{first}&then=next").url == second
    typed = {"kind": "call", "text": "Pays on Friday.", "follow_up_on": "2026-05-22", "next": "1"}
    assert desk.post(first, {**typed, "text": " "}).status_code == 422
    assert desk.post(first, typed).url == second
    assert (
        desk.post(second, {**typed, "text": "Nobody answered."}).url == reverse("backoffice:desk") + "?collector=mine"
    )
    invoice = Transaction.objects.get(account=morning.account)
    back = f"?{urlencode({'back': first})}"
    promise = reverse("backoffice:promise_new", args=[invoice.pk]) + back
    assert promise.replace("&", "&amp;") in desk.get(first).content.decode()
    wanted = {"instalments_0_agreed_on": "2026-05-29", "grace_days": "3", "lines": "1"}
    assert reviewed(desk, promise, wanted).url == first
    assert "Promised" in said(desk.get(first))
    assert seat(member(company_of(morning), "auditor")).post(first, typed).status_code == 403


def test_nobody_is_led_out_of_the_books(morning: Promises):
    desk = seat(member(company_of(morning), "agent"))
    invoice = Transaction.objects.get(account=morning.account)
    own = reverse("backoffice:transaction", args=[invoice.pk])
    for place in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/nowhere/",
        "javascript:alert(1)",
        "/api/v1/",
    ):
        asked = reverse("backoffice:dispute_new", args=[invoice.pk]) + f"?{urlencode({'back': place})}"
        assert desk.get(asked).context["cancel_url"] == own, place


def test_the_desk_is_narrowed_by_words_and_days_late(morning: Promises):
    morning.invoice(50, account=morning.open("Old 100% Ltd"), on="01/03", due="06/03")
    desk = seat(member(company_of(morning), "agent"))

    def names(**asked: str) -> set[str]:
        page = desk.get(reverse("backoffice:desk"), asked)
        return {row[0][1].split(">")[2].partition("<")[0] for row in page.context["rows"]}

    assert names(late="30") == {"Ann", "Ben", "Cem"}
    assert names(late="90") == {"Old 100% Ltd"}
    assert names(q="be") == {"Ben"}
    assert names(q="100%") == {"Old 100% Ltd"}
    assert names(q="_") == set()
    assert desk.get(reverse("backoffice:desk"), {"collector": "stranger"}).status_code == 422
    content = b"".join(desk.get(reverse("backoffice:desk"), {"export": "csv", "late": "30"})).decode()
    assert content.count("\n") == 4


def test_an_axis_has_its_unit():
    rate = number_chart(id="r", title="Kept", unit="%", bars=[("May", Decimal("50.0"))], urls=[""])
    money = bar_chart(id="m", title="Collected", currency="eur", bars=[("May", 1_00)])
    assert (rate.data["unit"], money.data["unit"]) == ("%", "EUR")


def test_rates_are_written_as_the_person_writes_numbers(morning: Promises):
    chart = {"id": "r", "title": "Kept", "unit": "%", "bars": [("May", Decimal("1066.7"))], "urls": [""]}
    with formats_in_use(Formats(NumberFormat.POINT_GROUPS)):
        assert number_chart(**chart).data["texts"] == ["1.066,7 %"]
        assert NumberColumn("rate", "Kept, %").show({"rate": Decimal("66.7")}) == "66,7"
        assert NumberColumn("rate", "Kept, %").export({"rate": Decimal("66.7")}) == Decimal("66.7")


def test_the_desk_is_drawn_behind_the_page(morning: Promises):
    desk = seat(member(company_of(morning), "auditor"))
    morning.payment(300, on="20/05")
    page = reverse("backoffice:desk")
    names = [card["name"] for card in desk.get(page).context["charts"]]
    assert names == ["overdue-trend", "collected-by-day", "collection-rate", "promises-kept"]
    for name in names:
        drawn = desk.get(page, {"chart": name}, headers={"HX-Request": "true"}).content.decode()
        assert ("<canvas" in drawn) == (name != "promises-kept"), name
    day_url = reverse("backoffice:transactions") + "?classification=payment&amp;posted_on_from=2026-05-20"
    assert day_url in desk.get(page, {"chart": "collected-by-day"}, headers={"HX-Request": "true"}).content.decode()
    for name in ("collected_by_day", "promises_kept"):
        assert desk.get(reverse(f"backoffice:{name}")).status_code == 200
