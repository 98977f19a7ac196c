"""Who fulfils criteria: held to what the books say of each account and transaction, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import Ledger, company_at_work

from subledger.accounts.models import Account, AccountClassification
from subledger.accounts.services import change_account_state, update_customer
from subledger.journal.services import NewRate, enter_rates
from subledger.segments import members
from subledger.segments.criteria import read_criteria
from subledger.segments.errors import SegmentInvalid
from subledger.segments.queries import rows_of, totals_of
from subledger.segments.services import create_segment, update_segment
from subledger.segments.states import About
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.queries import balance_of
from subledger.transactions.settled import SettledAs
from subledger.transactions.states import Classification as C

TODAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def books(module_db: None) -> Iterator[Ledger]:
    with company_at_work():
        x = Ledger()
        x.classification = AccountClassification.objects.create(  # type: ignore[attr-defined]
            company_id=x.account.company_id, code="key", name="Key accounts"
        )
        x.invoice(100, on="01/03", due="10/03")  # 71 days late, and 30 of it paid
        x.payment(30, on="02/03")
        credit = x.open("Berta", classification=x.classification)  # type: ignore[attr-defined]
        x.payment(45, account=credit, on="01/04")
        x.payment(5, account=credit, on="10/05")
        late = x.open("Carl", parent=credit)
        x.invoice(20, account=late, on="01/05", due="15/05")  # 5 days late
        x.invoice(900, account=late, on="02/05", due="30/06")
        x.open("Dora", metadata={"tier": "100 %", "by": "phone"})  # nothing open
        enter_rates(rates=[NewRate("jpy", date(2026, 4, 1), Decimal("0.006"))], actor="test")
        yen = x.open("Emil", currency="jpy")
        x.invoice(5000, account=yen, on="01/05", due="19/05")
        update_customer(customer_id=late.customer_id, changes={"country": "DE"}, actor="test")
        gone = x.open("Fritz")
        change_account_state(account_id=gone.pk, action="suspend", reason="", actor="test")
        x.system("suspense")
        yield x


def found(about: About, **said: Any) -> set[str]:
    rows = rows_of(read_criteria(about, said, checks_rows=True), as_of=TODAY)
    if about is About.ACCOUNTS:
        return set(rows.values_list("name", flat=True))
    return set(rows.values_list("number", flat=True))


def accounts(**said: Any) -> str:
    return "".join(sorted(name[0] for name in found(About.ACCOUNTS, **said)))


def test_each_criterion_of_accounts(books: Ledger):
    assert accounts() == "ABCDEF", "customers' accounts alone"
    assert accounts(classifications=[books.classification.public_id]) == "B"  # type: ignore[attr-defined]
    assert accounts(states=["suspended"]) == "F"
    assert accounts(currency="jpy") == "E"
    assert accounts(countries=["DE", "IT"]) == "C"
    assert accounts(metadata={"tier": "100 %"}) == "D"
    assert accounts(parent=Account.objects.get(name="Berta").public_id) == "C"
    assert accounts(created_from="2026-05-20", created_to="2026-05-20") == "ABCDEF"
    assert accounts(created_to="2026-05-19") == ""
    assert [accounts(standing=way) for way in ("owes", "in_credit", "even")] == ["ACE", "B", "DF"]
    assert accounts(credit_days_from=49) == "B"
    assert accounts(credit_days_from=50) == ""
    assert accounts(overdue_days_from=5) == "AC"
    assert accounts(overdue_days_to=5) == "CE"
    assert accounts(overdue_days_from=1, overdue_days_to=70) == "CE"


def test_amounts_are_those_that_the_books_say(books: Ledger):
    """Every bound about what each account has, against a balance asked for one by one."""
    euro = Account.objects.filter(currency="eur", customer__isnull=False)
    stands = {row.name[0]: balance_of(account_id=row.pk, currency="eur", as_of=TODAY) for row in euro}
    asks: dict[str, Callable[[Any], int]] = {
        "balance": lambda one: one.balance,
        "overdue": lambda one: one.outstanding,
        "credit": lambda one: one.unallocated,
    }
    for name, value in asks.items():
        bounds = {bound for one in stands.values() for bound in (value(one) - 1, value(one), value(one) + 1)}
        for bound in sorted(bounds):
            if bound < 0 and name != "balance":
                continue
            least, most = (
                accounts(currency="eur", **{f"{name}_from": bound}),
                accounts(currency="eur", **{f"{name}_to": bound}),
            )
            assert least == "".join(sorted(k for k, one in stands.items() if value(one) >= bound)), (name, bound)
            assert most == "".join(sorted(k for k, one in stands.items() if value(one) <= bound)), (name, bound)
            exactly = accounts(currency="eur", **{f"{name}_from": bound, f"{name}_to": bound})
            assert exactly == "".join(sorted(k for k, one in stands.items() if value(one) == bound)), (name, bound)


def test_each_criterion_of_transactions(books: Ledger):
    rows = {row.number: row for row in Transaction.objects.all()}
    open_minor = dict(OpenItem.objects.values_list("transaction__number", "open_minor"))

    def those(told: Callable[[Any, int], Any]) -> set[str]:
        return {number for number, row in rows.items() if told(row, open_minor.get(number, 0))}

    t = About.TRANSACTIONS
    assert found(t) == set(rows)
    assert found(t, classifications=["payment"]) == those(lambda row, left: row.classification == C.PAYMENT)
    assert found(t, currency="eur", amount_from=3_000, amount_to=4_500) == those(
        lambda row, left: row.currency == "eur" and 3_000 <= row.amount_minor <= 4_500
    )
    assert found(t, currency="eur", open_from=1, open_to=7_000) == those(
        lambda row, left: row.currency == "eur" and 1 <= left <= 7_000
    )
    assert found(t, settlement="partial") == those(lambda row, left: 0 < left < row.amount_minor)
    assert found(t, due_from="2026-05-15", due_to="2026-05-19") == those(
        lambda row, left: row.due_on and date(2026, 5, 15) <= row.due_on <= date(2026, 5, 19)
    )
    assert found(t, overdue_days_from=5) == those(
        lambda row, left: left and row.due_on and (TODAY - row.due_on).days >= 5
    )
    assert found(t, account_classifications=[books.classification.public_id]) == those(  # type: ignore[attr-defined]
        lambda row, left: row.account.name == "Berta"
    )
    for way in SettledAs:
        assert isinstance(found(t, settlement=way.value), set)


def test_totals_are_the_sums_of_the_members(books: Ledger):
    rows = rows_of(read_criteria(About.ACCOUNTS, {"standing": "owes"}), as_of=TODAY)
    [euro, yen] = totals_of(rows, as_of=TODAY)
    assert (euro.currency, euro.members, euro.debit, euro.overdue, euro.credit) == ("eur", 2, 99_000, 9_000, 0)
    assert (yen.currency, yen.members, yen.debit, yen.overdue) == ("jpy", 1, 5_000, 5_000)
    of_all = rows_of(read_criteria(About.TRANSACTIONS, {"currency": "eur"}), as_of=TODAY)
    [sums] = totals_of(of_all, as_of=TODAY)
    assert (sums.debit, sums.credit, sums.open_debit, sums.open_credit) == (102_000, 8_000, 99_000, 5_000)


def test_members_go_into_a_statement_of_somebody_else(books: Ledger):
    """Two segments in one statement, each with parameters of its own; a per cent sign stands for itself."""
    one = create_segment(name="Owing", about="accounts", criteria={"standing": "owes"}, actor="test")
    other = create_segment(name="Tier", about="accounts", criteria={"metadata": {"tier": "100 %"}}, actor="test")
    owing, tier = members.accounts_of(one.pk, TODAY), members.accounts_of(other.pk, TODAY, prefix="tier")
    assert not set(owing.params) & set(tier.params)
    text = f"""
        SELECT name FROM accounts_account WHERE (id IN ({owing.sql}) OR id IN ({tier.sql})) AND currency = %(currency)s
    """
    with connection.cursor() as cursor:
        cursor.execute(text, {**owing.params, **tier.params, "currency": "eur"})
        assert {name for (name,) in cursor.fetchall()} == {"Ann", "Carl", "Dora"}
    with pytest.raises(SegmentInvalid, match="is about accounts"):
        members.transactions_of(one.pk, TODAY)


def test_what_a_run_froze_stays_when_the_segment_is_changed(books: Ledger):
    segment = create_segment(name="Frozen", about="accounts", criteria={"standing": "owes"}, actor="test")
    frozen = members.frozen(segment.pk, About.ACCOUNTS)
    update_segment(segment_id=segment.pk, changes={"criteria": {"standing": "even"}}, actor="test")
    before = members.accounts_of(segment.pk, TODAY, criteria=frozen)
    after = members.accounts_of(segment.pk, TODAY)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({before.sql}) m", before.params)
        assert cursor.fetchone() == (3,)
        cursor.execute(f"SELECT count(*) FROM ({after.sql}) m", after.params)
        assert cursor.fetchone() == (2,)


def test_a_segment_asks_once_however_many_criteria_it_has(books: Ledger):
    said = {"standing": "owes", "currency": "eur", "overdue_from": 1, "overdue_days_from": 1, "credit_to": 0}
    with CaptureQueriesContext(connection) as captured:
        assert list(rows_of(read_criteria(About.ACCOUNTS, said), as_of=TODAY).values_list("name", flat=True))
    assert len(captured) == 1
