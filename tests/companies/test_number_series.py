"""Numbers of a company's own: formats, when they begin again, what comes next, and what would come twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.cli.test_administration import run
from tests.factories import NOW, Ledger, make_company, refused_by

from subledger.accounts.models import Account, Customer
from subledger.accounts.queries import account_called
from subledger.accounts.services import create_customers
from subledger.companies.errors import PermissionDenied
from subledger.companies.number_series import change_series, number_series, series_by_code, try_series
from subledger.kernel.cards import CardNumberRefused
from subledger.kernel.errors import DomainError, NotFound, NumbersCollide, SeriesInvalid
from subledger.kernel.number_series import Restart
from subledger.platform import clock
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event, NumberCounter, NumberRange, NumberSeries
from subledger.platform.numbering import numbers_ending_in, written_in_full
from subledger.platform.scope import company_scope
from subledger.platform.versions import ChangedMeanwhile
from subledger.reports.month_end import _gaps as gaps
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction
from subledger.transactions.queries import search_transactions, transaction_called
from subledger.transactions.states import Classification as C

YEARLY = {"format": "RE-{year}-{number:5}", "restarts": Restart.YEAR}


def change(code: str = "invoice", **asked):
    return change_series(code=code, actor="ana", **asked)


def proved() -> None:
    """Nothing is wrong with the books, numbers least of all."""
    assert [row for finding in prove(everywhere=False) for row in finding.rows] == []
    assert gaps(None).is_clear  # type: ignore[arg-type]


def test_a_company_that_moves_goes_on_where_it_left_off(ledger: Ledger):
    old = ledger.invoice(10)
    facts = change(**YEARLY, next_number=42)
    assert list(facts.next_numbers) == ["RE-2026-00042", "RE-2026-00043", "RE-2026-00044"]
    assert [ledger.invoice(10).number, ledger.invoice(10).number] == ["RE-2026-00042", "RE-2026-00043"]
    assert old.number == Transaction.objects.get(pk=old.id).number == "INV00000001", "old numbers stay"
    assert ledger.payment(10).number == "PAY00000001"
    proved()


def test_numbers_read_back_as_they_were_answered(ledger: Ledger):
    change(**YEARLY, next_number=99999)
    answers = ledger.post(*[ledger.new(C.INVOICE, 1) for _ in range(3)])
    assert [one.number for one in answers] == ["RE-2026-99999", "RE-2026-100000", "RE-2026-100001"]
    stored = Transaction.objects.order_by("id").values_list("number", flat=True)
    assert list(stored) == [one.number for one in answers]


def test_a_backdated_document_takes_the_next_number_of_its_own_year(ledger: Ledger):
    change(**YEARLY)
    change(next_number=878, period="2025")
    year_before, this_year = "31/12/2025", "04/05"
    numbers = [ledger.invoice(1, on=day).number for day in (this_year, year_before, this_year, year_before)]
    assert numbers == ["RE-2026-00001", "RE-2025-00878", "RE-2026-00002", "RE-2025-00879"]
    assert ledger.invoice(1, issued_on=date(2027, 1, 2), confirm_due_on=True).number == "RE-2027-00001", (
        "the day on the paper says the year"
    )
    [facts] = [one for one in number_series() if one.code == "invoice"]
    assert dict(facts.counters) == {"2027": 2, "2026": 3, "2025": 880}
    proved()


def test_a_set_takes_a_block_of_each_counter_in_the_order_of_its_orders(ledger: Ledger):
    change(**YEARLY)
    days = ["04/05", "30/12/2025", "05/05", "31/12/2025", "06/05"]
    numbers = [one.number for one in ledger.post(*[ledger.new(C.INVOICE, 1, on=day) for day in days])]
    assert numbers == ["RE-2026-00001", "RE-2025-00001", "RE-2026-00002", "RE-2025-00002", "RE-2026-00003"]
    with connection.execute_wrapper(lambda execute, *given: execute(*given)):
        assert NumberCounter.objects.get(period="2026").next_value == 4
    proved()


def test_numbers_begin_again_each_month(ledger: Ledger):
    change(format="{yy}{month}/{number:3}", restarts=Restart.MONTH)
    numbers = [ledger.invoice(1, on=day).number for day in ("04/05", "30/04", "05/05")]
    assert numbers == ["2605/001", "2604/001", "2605/002"]
    proved()


def test_a_series_that_never_begins_again_may_say_the_year(ledger: Ledger):
    change(format="RE-{year}-{number:3}")
    assert [ledger.invoice(1, on=day).number for day in ("31/12/2025", "04/05")] == ["RE-2025-001", "RE-2026-002"]
    proved()
    with pytest.raises(NumbersCollide, match=r"1 is taken, and numbers from 1 on.*free of all is 3"):
        change(next_number=1)


def test_accounts_and_customers_have_numbers_of_their_own(company):
    change("account", format="D{yy}-{number:4}", restarts=Restart.YEAR, next_number=17)
    change("customer", format="K{number}", next_number=10001)
    ledger = Ledger()
    assert (ledger.account.number, ledger.account.customer.code) == ("D26-0017", "K10001")
    assert ledger.open().number == "D26-0018"
    assert account_called("17") == ledger.account.pk
    proved()


def test_a_customers_code_that_somebody_typed_is_not_given_again(company):
    create_customers(new=[{"name": "Bo", "code": "K10002"}], actor="test")
    with pytest.raises(NumbersCollide, match="K10002 is taken"):
        change("customer", format="K{number}", next_number=10001)
    assert change("customer", format="K{number}").next_numbers[0] == "K10003"


def test_a_code_that_a_customer_bears_is_passed_over(company):
    """Whoever moves in brings codes in just the format of the series."""
    change("customer", format="K{number}", next_number=10009)
    create_customers(
        new=[{"name": f"Moved {code}", "code": f"K{code}"} for code in (10009, 10010, 10012)], actor="test"
    )
    [facts] = [one for one in number_series() if one.code == "customer"]
    assert (facts.next_number, list(facts.next_numbers)) == (10011, ["K10011", "K10013", "K10014"])
    made = create_customers(new=[{"name": "Ann"}, {"name": "Bo"}], actor="test")
    assert [one.code for one in made] == ["K10011", "K10013"]
    beside = create_customers(new=[{"name": "Cy"}, {"name": "Di", "code": "K10014"}], actor="test")
    assert [one.code for one in beside] == ["K10015", "K10014"], "what is brought at once is spoken for, too"
    assert create_customers(new=[{"name": "Ed"}], actor="test")[0].code == "K10016"


def test_a_number_that_is_the_code_of_an_account_is_passed_over(ledger: Ledger):
    """A file names an account by its code, else by its number: the two are never of different accounts."""
    change("account", format="K-{number}", next_number=10010)
    for code in ("K-10010", "K-10012"):
        ledger.open(code=code)
    assert [row.number for row in Account.objects.filter(code__gt="").order_by("pk")] == ["K-10011", "K-10013"]
    assert ledger.open(code="K-10014").number == "K-10015", "nor the number of the very account whose code it is"
    proved()
    change("account", format="K{yy}-{number:3}", restarts=Restart.YEAR, next_number=7)
    ledger.open(code="K26-008")
    assert [ledger.open().number for _ in range(2)] == ["K26-009", "K26-010"], "of a year as well"
    proved()


def test_a_series_of_documents_is_set_past_what_others_are_called_elsewhere(ledger: Ledger):
    """Invoices brought along have their old number as back office code; numbers without gaps pass over nothing."""
    ledger.invoice(1, back_office_code="RE-2026-00007")
    ledger.payment(1, back_office_code="RE-2026-00009")
    with pytest.raises(NumbersCollide, match=r"RE-2026-00007 is taken.*free of all is 8"):
        change(**YEARLY, next_number=5)
    assert change(**YEARLY).next_numbers[0] == "RE-2026-00008"
    assert ledger.invoice(1).number == "RE-2026-00008"
    proved()


def test_a_code_that_is_taken_is_passed_over_within_its_year(company):
    change("customer", format="K{yy}-{number:3}", restarts=Restart.YEAR, next_number=7)
    create_customers(new=[{"name": "Bo", "code": "K26-007"}, {"name": "Cy", "code": "K25-008"}], actor="test")
    assert create_customers(new=[{"name": "Ann"}], actor="test")[0].code == "K26-008"


def test_the_next_number_is_not_set_to_where_card_numbers_begin(ledger: Ledger):
    change(format="{number:12}-1")
    with pytest.raises(SeriesInvalid, match="payment card"):
        change(next_number=400_000_000_000)
    assert ledger.invoice(1).number == "000000000001-1"


def test_a_range_of_codes_that_was_imported_costs_one_statement(company, django_assert_max_num_queries):
    change("customer", format="K{number}", next_number=10001)
    Customer.objects.bulk_create(
        Customer(company_id=company.pk, code=f"K{10001 + at}", name="Moved", created_at=NOW) for at in range(5000)
    )
    with django_assert_max_num_queries(20) as asked:
        assert create_customers(new=[{"name": "Ann"}], actor="test")[0].code == "K15001"
    assert sum("n.number = w.number" in one["sql"] for one in asked.captured_queries) == 1
    with django_assert_max_num_queries(20) as asked:
        assert create_customers(new=[{"name": "Bo"}], actor="test")[0].code == "K15002"
    assert not any("n.number = w.number" in one["sql"] for one in asked.captured_queries), "and the next costs nothing"


def test_the_next_number_goes_forwards_and_back_over_what_nobody_used(ledger: Ledger):
    change(next_number=500)
    change(next_number=100)
    assert not NumberRange.objects.exists(), "ranges nobody took from are none"
    assert ledger.invoice(1).number == "INV00000100"
    change(next_number=500)
    assert ledger.invoice(1).number == "INV00000500"
    with pytest.raises(NumbersCollide, match=r"INV00000500 is taken.*free of all is 501"):
        change(next_number=500)
    change(next_number=501)
    assert ledger.invoice(1).number == "INV00000501"
    assert [(one.first_value, one.next_value) for one in NumberRange.objects.order_by("id")] == [(100, 101)]
    proved()


def test_lower_numbers_come_to_one_that_is_used_and_say_which(ledger: Ledger):
    change(next_number=500)
    ledger.invoice(1)
    change(next_number=900)
    with pytest.raises(NumbersCollide, match="INV00000500 is taken, and numbers from 100 on would come to it"):
        change(next_number=100)
    assert ledger.invoice(1).number == "INV00000900"


def test_a_format_that_was_used_before_goes_on_past_what_it_gave(ledger: Ledger):
    ledger.post(*[ledger.new(C.INVOICE, 1) for _ in range(3)])
    change(format="RE{number:4}", next_number=1)
    assert ledger.invoice(1).number == "RE0001"
    change(format="INV{number:8}")
    assert ledger.invoice(1).number == "INV00000004"
    change(**YEARLY)
    ledger.invoice(1)
    change(format="RE{number:4}", restarts=Restart.NEVER)
    assert ledger.invoice(1).number == "RE0006", "the latest counter goes on"
    change(**YEARLY, next_number=6)
    with pytest.raises(NumbersCollide, match="RE-2026-00005 is taken"):
        change(next_number=5)
    proved()


@pytest.mark.parametrize("format", ["INV{number:8}", "PAY{number:8}", "PAY{year}{number:4}", "CRN000{number}"])
def test_no_number_could_be_of_two_series(ledger: Ledger, format: str):
    ledger.invoice(1)
    change("invoice", format="RE{number:8}")
    with pytest.raises(NumbersCollide, match="could be a number of two series: this one, and that of") as refused:
        change("refund", format=format)
    assert refused.value.param == "/format"


def test_what_no_series_can_be_is_refused_whole(ledger: Ledger):
    for asked, why in (
        ({"format": "RE"}, "{number} once"),
        ({"format": "RE{number}", "restarts": Restart.YEAR}, "does not say the year"),
        ({"next_number": 0}, "1 or more"),
        ({"period": "2025", "next_number": 5}, "never begin again"),
    ):
        with pytest.raises(SeriesInvalid, match=why):
            change(**asked)
    with pytest.raises(CardNumberRefused):
        change(format="4242424242424242-{number}")
    with pytest.raises(NotFound):
        change("nothing", format="X{number}")
    assert not Event.objects.filter(type="number_series.changed").exists()
    assert ledger.invoice(1).number == "INV00000001"


def test_it_is_tried_before_it_is_done(ledger: Ledger):
    facts = try_series(code="invoice", **YEARLY, next_number=7)
    assert (facts.next_numbers[0], facts.period) == ("RE-2026-00007", "2026")
    assert ledger.invoice(1).number == "INV00000001"
    with pytest.raises(NumbersCollide):
        try_series(code="invoice", next_number=1)


def test_a_change_is_told_of_and_nothing_else(ledger: Ledger):
    change()
    change(format="INV{number:8}", restarts=Restart.NEVER, next_number=1)
    assert not Event.objects.filter(type="number_series.changed").exists()
    change(**YEARLY, next_number=42)
    event = Event.objects.get(type="number_series.changed")
    assert (event.actor, event.object_id) == ("ana", series_by_code("invoice").pk)
    assert event.data == {
        "code": "invoice", "period": "2026", "format": ["INV{number:8}", "RE-{year}-{number:5}"],
        "restarts": ["never", "year"], "next_number": [1, 42],
    }  # fmt: skip


def test_who_looked_at_something_else_changes_nothing(company):
    from subledger.companies.number_series import version_of_series

    version = version_of_series(series_by_code("invoice"))
    change(format="RE{number:4}")
    with pytest.raises(ChangedMeanwhile):
        change(format="R{number:4}", version=version)


def test_the_deed_has_a_permission_of_its_own(company):
    def refusal(permission: str) -> DomainError:
        return PermissionDenied(permission, title="numbers")

    for permissions, may in (({"configuration.edit", "view"}, False), ({"numbers.edit"}, True)):
        with calling(Caller("user:ana", frozenset(permissions), refusal)):
            for deed in (lambda: try_series(code="invoice"), lambda: change(format="RE{number:3}")):
                if may:
                    deed()
                else:
                    with pytest.raises(PermissionDenied):
                        deed()


def test_the_search_finds_any_format_of_now_and_before(ledger: Ledger):
    old = ledger.invoice(1)
    change(**YEARLY, next_number=42)
    new, of_before = ledger.invoice(1), ledger.invoice(1, on="31/12/2025")
    change(format="A/{yy}.{number:4}", restarts=Restart.YEAR, next_number=7)
    slashed = ledger.invoice(1)
    assert slashed.number == "A/26.0007"
    for text, found in (
        ("INV1", old), ("1", old), ("RE-2026-42", new), ("re-2026-00042", new), ("42", new), ("RE42", new),
        ("RE-2025-1", of_before), ("A/26.7", slashed), ("a/26.0007", slashed), ("7", slashed),
        ("2026-42", new), ("re 2026 42", new), ("26 7", slashed), ("inv 1", old),
    ):  # fmt: skip
        assert found.id in [row.pk for row in search_transactions(text)], text
        assert transaction_called(text, "invoice") in (found.id, of_before.id, old.id), text
    assert written_in_full("RE-2026-42") == written_in_full("re 2026 42") == ["RE-2026-00042"]
    assert written_in_full("2026-42") == []  # it says no kind of document, so nothing is opened at once
    assert numbers_ending_in("Ann") == numbers_ending_in("x" * 100 + "1") == []


def test_the_database_refuses_what_no_series_can_be(company):
    series = NumberSeries.objects.filter(code="invoice")
    with refused_by("number_series_restarts"):
        series.update(restarts="week")
    with refused_by("number_counter_values"):
        NumberCounter.objects.create(
            company_id=company.pk, series="invoice", period="2026", first_value=5, next_value=4
        )
    with refused_by("number_range_values"):
        NumberRange.objects.create(
            company_id=company.pk, series="invoice", format="X{number}", restarts="never", period="", first_value=2,
            next_value=2, ended_at=NOW,
        )  # fmt: skip


def test_a_server_of_the_version_before_gives_no_number_that_it_cannot_write(ledger: Ledger):
    change(format="RE{number:4}")
    row = series_by_code("invoice")
    assert (row.prefix, row.digits) == ("RE", 4), "it says the same there"
    change(**YEARLY)
    row = series_by_code("invoice")
    assert (row.prefix, row.digits) == (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series_number(prefixes[1], firsts[1], widths[1]) FROM numbers_take_v1(%s, '[[\"invoice\", 1]]')",
            [row.company_id],
        )
        assert cursor.fetchone() == (None,), "and posting refuses what has no number"
        cursor.execute(
            "INSERT INTO platform_numberseries (company_id, code, prefix, digits, next_value)"
            " VALUES (%s, 'old', 'OLD', 6, 1)",
            [row.company_id],
        )
    assert series_by_code("old").format == "OLD{number:6}"


def test_the_command_lists_tries_and_changes(db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    company = make_company()
    with clock.frozen(NOW), company_scope(company.pk):
        at = ["--company", company.code]
        listed = run("numbers", "list", *at)
        assert "INV{number:8}" in listed.stdout, listed.stderr
        told = ["numbers", "set", "invoice", "--format", "RE-{year}-{number:5}", "--restarts", "year", "--next", "42"]
        tried = run(*told, "--dry-run", *at)
        assert "Would come: RE-2026-00042, RE-2026-00043, RE-2026-00044" in tried.stdout, tried.stderr
        assert series_by_code("invoice").format == "INV{number:8}"
        assert "Next: RE-2026-00042" in run(*told, *at).stdout
        refused = run("numbers", "set", "payment", "--format", "RE-{year}-{number:5}", *at)
        assert (refused.exit_code, "two series" in refused.stderr) == (1, True)
