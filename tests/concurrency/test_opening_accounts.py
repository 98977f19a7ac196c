"""Two people opening accounts at once. Nothing can be locked that does not exist yet: constraints and series decide."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date

import pytest
from tests.concurrency.conftest import take_off
from tests.concurrency.gates import patience
from tests.factories import at_once, make_company, numbers_of

from subledger.accounts import services
from subledger.accounts.models import Account, Customer
from subledger.accounts.services import create_customers, open_accounts, open_system_account
from subledger.accounts.states import SystemRole
from subledger.platform import numbering
from subledger.platform.models import Event, NumberSeries
from subledger.platform.scope import company_scope

pytestmark = pytest.mark.sampled(3)

# A counter read by one glance and raised by another: the second writer, waiting for the row, keeps what it saw before.
READ_THEN_WRITE = """
    WITH seen AS MATERIALIZED (SELECT * FROM platform_numberseries)
    UPDATE platform_numberseries s SET next_value = seen.next_value + %s FROM seen
     WHERE s.id = seen.id AND s.company_id = %s AND s.code = %s
    RETURNING s.next_value - %s, s.format, s.restarts || pg_sleep(0.1)::text
"""


def _meet_after_looking(monkeypatch: pytest.MonkeyPatch, look: str, *, guarded: bool) -> None:
    """Both look, and only then go on; where a guard keeps the second from looking, the first soon goes on."""
    gate, looking = threading.Barrier(2), getattr(services, look)

    def late(*arguments):
        found = looking(*arguments)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(guarded))
        return found

    monkeypatch.setattr(services, look, late)


def _open(customer: Customer, **fields):
    return lambda: open_accounts(new=[{"customer": customer, **fields}], actor="test")[0]


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_two_people_opening_accounts_get_two_numbers(request, monkeypatch, guard: str):
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        take_off("DROP INDEX account_number")
        monkeypatch.setattr(numbering, "QUEUE", "SELECT %s, %s")
        monkeypatch.setattr(numbering, "TAKE", READ_THEN_WRITE)
    company = make_company()
    with company_scope(company.pk):
        customer = create_customers(new=[{"name": "Ann"}], actor="test")[0]
        first, second = at_once(_open(customer), _open(customer))
        if guard == "guard off":
            assert first.number == second.number, "two accounts, one number"
            assert Account.objects.filter(number=first.number).count() == 2
        else:
            one, other = numbers_of([first.number, second.number])
            assert other == one + 1


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_two_people_opening_an_account_of_the_same_code_open_one(request, monkeypatch, guard: str):
    """Both have looked and found the code free; the second is told who took it, not that something broke."""
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        take_off("DROP INDEX account_code")
    company = make_company()
    with company_scope(company.pk):
        customer = create_customers(new=[{"name": "Ann"}], actor="test")[0]
        opened = Event.objects.filter(type="account.opened").count()
        _meet_after_looking(monkeypatch, "_refuse_taken_codes", guarded=guard == "guard on")
        answers = at_once(*[_open(customer, code="CRM-7")] * 2)
        found = Account.objects.filter(code="CRM-7").count()
        if guard == "guard off":
            assert not any(isinstance(answer, Exception) for answer in answers), answers
            assert found == 2, "two accounts, one code"
        else:
            assert sorted(getattr(answer, "code", "") for answer in answers) == ["CRM-7", "code_taken"]
            assert found == 1
            assert Event.objects.filter(type="account.opened").count() == opened + 1


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_a_code_that_is_typed_while_it_is_being_given_is_passed_over(committed_db, monkeypatch, guard: str):
    """Nobody who typed no code is told to choose another: the number was ours to give."""
    if guard == "guard off":
        monkeypatch.setattr(services, "NUMBERED_AGAIN", 1)
    company = make_company()
    with company_scope(company.pk):
        [given] = free_numbers(1)
        numbered, typed = threading.Event(), threading.Event()
        taking = services.next_number

        def late(*arguments, **options):
            found = taking(*arguments, **options)
            if found and not numbered.is_set():
                numbered.set()
                typed.wait(timeout=60)
            return found

        def type_it():
            numbered.wait(timeout=60)
            return create_customers(new=[{"name": "Bo", "code": given}], actor="test")[0]

        def typing():
            try:
                return type_it()
            finally:
                typed.set()

        monkeypatch.setattr(services, "next_number", late)
        ours, theirs = at_once(lambda: create_customers(new=[{"name": "Ann"}], actor="test")[0], typing)
        assert theirs.code == given
        if guard == "guard off":
            assert ours.code == "code_taken"
        else:
            assert ours.code == free_numbers(1, before=1)[0]


def free_numbers(count: int, *, before: int = 0) -> list[str]:
    """The next numbers of customers, or those that were last given."""
    series = NumberSeries.objects.get(code="customer")
    return series.numbering.examples(series.next_value - before, date(2026, 5, 10), count=count)


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_two_people_needing_the_first_write_off_account_open_one(request, monkeypatch, guard: str):
    request.getfixturevalue("scratch_db" if guard == "guard off" else "committed_db")
    if guard == "guard off":
        take_off("DROP INDEX account_one_system_account_per_currency")
        monkeypatch.setattr(services, "FIRST", "SELECT %s, %s")
    company = make_company()
    with company_scope(company.pk):
        _meet_after_looking(monkeypatch, "system_account", guarded=guard == "guard on")
        opening = [lambda: open_system_account(role=SystemRole.WRITE_OFF, currency="usd", actor="test")] * 2
        first, second = at_once(*opening)
        if guard == "guard off":
            assert first.pk != second.pk
            assert Account.objects.filter(system_role="write_off", currency="usd").count() == 2
        else:
            assert first.pk == second.pk
