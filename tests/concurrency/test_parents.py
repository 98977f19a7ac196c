"""Two people who put accounts under parents at once: each alone is right, and both together would be a circle."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from tests.concurrency.conftest import take_off
from tests.concurrency.gates import patience
from tests.factories import at_once, make_company

from subledger.accounts import parents, services
from subledger.accounts.models import Account
from subledger.accounts.parents import LONGEST, ParentInvalid
from subledger.accounts.services import create_customers, open_accounts, update_account
from subledger.platform.scope import company_scope

OFF = (
    "DROP TRIGGER account_parent_stands ON accounts_account",
    "DROP TRIGGER account_parent_stands_made ON accounts_account",
)


@pytest.fixture(params=["guard off", "guard on"])
def is_guarded(request, monkeypatch) -> bool:
    """Whether who sets parents waits for who does; both have looked before either goes on."""
    is_on = request.param == "guard on"
    request.getfixturevalue("committed_db" if is_on else "scratch_db")
    if not is_on:
        take_off(*OFF)
        monkeypatch.setattr(parents, "ONE_AT_A_TIME", "SELECT %s")
    gate, check = threading.Barrier(2), services.check_parent

    def late(*arguments, **named):
        check(*arguments, **named)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(is_on))

    monkeypatch.setattr(services, "check_parent", late)
    return is_on


def opened(*names: str) -> list[Account]:
    customers = create_customers(new=[{"name": name} for name in names], actor="test")
    return open_accounts(new=[{"customer": each} for each in customers], actor="test")


def put(account: Account, under: Account):
    return lambda: update_account(account_id=account.pk, changes={"parent": under}, actor="test")


def refusals(answers: list) -> list[str]:
    return [str(answer) for answer in answers if isinstance(answer, Exception)]


def test_two_who_put_each_account_under_the_other_make_no_circle(is_guarded: bool):
    company = make_company()
    with company_scope(company.pk):
        one, other = opened("Ann", "Bob")
        answers = at_once(put(one, other), put(other, one))
        under = {row.pk: row.parent_id for row in Account.objects.filter(pk__in=[one.pk, other.pk])}
        is_circle = under == {one.pk: other.pk, other.pk: one.pk}
        assert is_circle == (not is_guarded)
        if is_guarded:
            [refused] = [answer for answer in answers if isinstance(answer, Exception)]
            assert isinstance(refused, ParentInvalid)
            assert "which stands below it" in str(refused)


def test_two_who_join_two_lines_and_lengthen_one_keep_to_the_longest(is_guarded: bool):
    company = make_company()
    with company_scope(company.pk):
        line = opened(*(f"Line {n}" for n in range(LONGEST + 1)))
        for below, above in zip(line[1:4], line[:3], strict=True):  # four in a line
            Account.objects.filter(pk=below.pk).update(parent=above)
        answers = at_once(put(line[4], line[3]), put(line[0], line[5]))  # five with either, six with both
        roots = Account.objects.filter(pk__in=[row.pk for row in line], parent=None).count()
        assert (roots == 1) == (not is_guarded), "all six are one line where nobody waits"
        if is_guarded:
            [refused] = refusals(answers)
            assert f"{LONGEST} are the most" in refused
