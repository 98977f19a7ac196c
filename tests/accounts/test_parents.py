"""Parent accounts: one line upwards, no circle, bounded; and the balance over those below."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db import connection
from tests.factories import Ledger, day, make_company, refused_by

from subledger.accounts.errors import ParentInvalid
from subledger.accounts.models import Account
from subledger.accounts.parents import LONGEST
from subledger.accounts.services import change_account_state, open_accounts, open_system_account, update_account
from subledger.accounts.states import SystemRole
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.reports.catalogue import report_named
from subledger.transactions.group_balances import members_of, totals_of


def put(child: Account, parent: Account | None) -> Account:
    return update_account(account_id=child.pk, changes={"parent": parent}, actor="test")


@pytest.fixture
def line(ledger: Ledger) -> list[Account]:
    """Five accounts, each the parent of the next: as long as a line may be."""
    rows = [ledger.open(f"L{n}") for n in range(LONGEST)]
    for parent, child in itertools.pairwise(rows):
        put(child, parent)
    return rows


def test_a_parent_is_set_and_taken_away_and_both_are_told(ledger: Ledger):
    parent, child = ledger.open("Head"), ledger.open("Branch")
    assert put(child, parent).parent == parent
    put(child, parent)
    put(child, None)
    told = Event.objects.filter(type="account.updated", object_id=child.pk).order_by("id")
    assert [one.data for one in told] == [{"parent": ["None", str(parent)]}, {"parent": [str(parent), "None"]}]


def test_an_account_is_opened_under_one(ledger: Ledger):
    new = {"customer": ledger.account.customer, "parent": ledger.account}
    [child] = open_accounts(new=[new], actor="test")  # type: ignore[list-item]
    assert list(ledger.account.children.all()) == [child]


def test_nothing_stands_under_itself_or_what_is_below_it(line: list[Account]):
    with pytest.raises(ParentInvalid, match="under itself"):
        put(line[0], line[0])
    with pytest.raises(ParentInvalid, match=f"under {line[-1].number}, which stands below it"):
        put(line[0], line[-1])


def test_a_line_is_bounded_from_above_and_from_below(ledger: Ledger, line: list[Account]):
    other = ledger.open("Other")
    with pytest.raises(ParentInvalid, match="6 accounts in one line, and 5 are the most"):
        put(other, line[-1])
    with pytest.raises(ParentInvalid, match="6 accounts in one line"):
        put(line[0], other)
    with pytest.raises(ParentInvalid, match="6 accounts in one line"):
        open_accounts(new=[{"customer": ledger.account.customer, "parent": line[-1]}], actor="test")
    put(other, line[-2])


def test_what_cannot_be_a_parent(ledger: Ledger):
    suspense = open_system_account(role=SystemRole.SUSPENSE, currency="eur", actor="test")
    with pytest.raises(ParentInvalid, match="is not a customer's account"):
        put(ledger.account, suspense)
    with pytest.raises(ParentInvalid, match="is the company's own"):
        put(suspense, ledger.account)
    ended = ledger.open("Ended")
    put(ledger.account, ended)
    change_account_state(account_id=ended.pk, action="terminate", actor="test")
    update_account(account_id=ledger.account.pk, changes={"parent": ended, "code": "kept"}, actor="test")
    with pytest.raises(ParentInvalid, match="is terminated"):
        put(ledger.open("Late"), ended)
    with company_scope(make_company().pk):
        foreign = Ledger().account
    with pytest.raises(ParentInvalid, match="is not a customer's account"):
        put(ledger.account, foreign)


def test_the_database_lets_no_circle_no_longer_line_and_no_foreign_parent_in(ledger: Ledger, line: list[Account]):
    with company_scope(make_company().pk):
        foreign = Ledger().account

    def write(child: Account, parent: Account) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_account SET parent_id = %s WHERE id = %s", [parent.pk, child.pk])

    suspense = open_system_account(role=SystemRole.SUSPENSE, currency="eur", actor="test")
    for child, parent, guard in (
        (line[0], line[0], "account_parent_circle"),
        (line[0], line[-1], "account_parent_circle"),
        (ledger.open("Other"), line[-1], "account_parent_depth"),
        (line[0], ledger.open("Top"), "account_parent_depth"),
        (line[0], foreign, "account_parent_is_own"),
        (line[0], suspense, "account_parent_is_own"),
        (suspense, line[0], "account_parent_is_own"),
    ):
        with refused_by(guard):
            write(child, parent)
    with refused_by("account_parent_depth"):
        Account.objects.create(
            company_id=ledger.account.company_id, customer=ledger.account.customer, number="X", name="X",
            currency="eur", parent=line[-1], created_at=ledger.account.created_at, created_by="x",
            updated_at=ledger.account.created_at, updated_by="x",
        )  # fmt: skip


@pytest.fixture
def group(ledger: Ledger) -> list[Account]:
    """A head with two branches, one of them with a shop, and one in dollars."""
    head, branch, shop = ledger.account, ledger.open("Branch"), ledger.open("Shop")
    abroad = ledger.open("Abroad", currency="usd")
    put(branch, head)
    put(shop, branch)
    put(abroad, head)
    ledger.invoice(100, on="01/04", due="01/05")
    ledger.invoice(50, on="02/04", due="10/05", account=branch)
    ledger.payment(20, on="15/05", account=branch)
    ledger.invoice(7, on="03/04", due="01/06", account=shop)
    ledger.payment(30, on="04/05", account=shop)
    return [head, branch, shop, abroad]


def test_the_balance_over_a_group_is_the_sum_of_its_accounts_as_of_any_day(ledger: Ledger, group: list[Account]):
    head, branch, shop, abroad = group
    today = day("20/05")
    assert today
    members = members_of(account_id=head.pk, as_of=today)
    assert [(one.account_id, one.level, one.balance) for one in members] == [
        (head.pk, 0, 10000), (branch.pk, 1, 3000), (abroad.pk, 1, 0), (shop.pk, 2, -2300),
    ]  # fmt: skip
    euros, dollars = totals_of(members)
    assert (euros.currency, euros.own.balance, euros.children.balance, euros.total.balance) == (
        "eur", 10000, 700, 10700,
    )  # fmt: skip
    assert (euros.total.unsettled, euros.total.unallocated, euros.total.outstanding) == (13000, 2300, 13000)
    assert euros.total.buckets == (0, 13000, 0, 0, 0, 0)
    assert (dollars.currency, dollars.total.balance) == ("usd", 0)
    before = totals_of(members_of(account_id=head.pk, as_of=date(2026, 5, 3)))[0]
    assert (before.own.balance, before.children.balance, before.total.outstanding) == (10000, 5700, 10000)
    assert before.total.buckets == (5700, 10000, 0, 0, 0, 0)
    below = members_of(account_id=branch.pk, as_of=today)
    assert [one.account_id for one in below] == [branch.pk, shop.pk]


def test_each_account_of_a_group_is_as_its_own_ageing_says(ledger: Ledger, group: list[Account]):
    for on in (date(2026, 5, 3), date(2026, 5, 4), date(2026, 5, 20)):
        for one in members_of(account_id=group[0].pk, as_of=on):
            account = Account.objects.get(pk=one.account_id)
            alone = report_named("aged-receivables").run(account=account, as_of=on).rows
            assert (alone[0][3:] if alone else (0,) * 8) == (*one.buckets, one.unallocated, one.balance)


def test_a_parent_of_another_company_shows_nothing(ledger: Ledger, group: list[Account]):
    with company_scope(make_company().pk):
        assert members_of(account_id=group[0].pk, as_of=date(2026, 5, 20)) == []
        assert totals_of([]) == []


def test_the_report_has_a_row_for_each_account_and_totals_by_currency(ledger: Ledger, group: list[Account]):
    found = report_named("group-balances").run(account=group[0].number, as_of="2026-05-20")
    assert [row[2] for row in found.rows] == [0, 1, 1, 2]
    assert [row[-1] for row in found.totals] == [10700, 0]
