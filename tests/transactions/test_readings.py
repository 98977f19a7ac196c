"""What posting reads travels as arrays: each value arrives in the field that is its own.

The rows here have no two values alike that could stand in each other's place, so a place that moved is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from decimal import Decimal

import pytest
from tests.factories import Ledger, Posted, configure, day

from subledger.accounts.models import Account
from subledger.accounts.rules import CreditPeriod, Operator
from subledger.journal.models import JournalLine
from subledger.journal.services import NewRate, enter_rates
from subledger.transactions.models import Allocation, OpenItem, Transaction
from subledger.transactions.rules.documents import AccountFacts
from subledger.transactions.rules.facts import Side, StoredLink
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services.inputs import read_everything_open, read_under_lock
from subledger.transactions.states import LinkPrinciple


@pytest.fixture
def abroad(ledger: Ledger) -> Account:
    """An account in another currency, whose rate has changed."""
    rates = [("01/05", "1.20"), ("10/05", "1.10"), ("15/05", "1.30")]
    enter_rates(rates=[NewRate("usd", day(on), Decimal(rate)) for on, rate in rates], is_confirmed=True, actor="test")
    configure(proximity_days=10, proximity_operator=Operator.PLUS)
    return ledger.open(currency="usd", credit_limit_minor=987_00, credit_period=CreditPeriod(5, Operator.PLUS))


def all_different(values: Iterable[object]) -> bool:
    values = list(values)
    return len({(type(value), value) for value in values}) == len(values)


def side_of(posted: Posted) -> Side:
    """An open item as the tables have it; one that is settled since its posting."""
    row = Transaction.objects.get(pk=posted.id)
    item = OpenItem.objects.filter(pk=posted.id).first()
    if item is None:
        assert row.posted_on is not None
        return row.pk, row.due_on or row.posted_on, row.posted_on, 0, 0
    return row.pk, item.order_on, item.available_on, item.open_minor, item.open_base_minor


def test_an_account(abroad: Account):
    read = read_everything_open([abroad.pk]).accounts[abroad.pk]
    row = Account.objects.get(pk=abroad.pk)
    assert read == AccountFacts(
        id=row.pk,
        role="customer",
        state=row.state,
        currency=row.currency,
        number=row.number,
        credit_limit_minor=row.credit_limit_minor,
        credit_period_value=row.credit_period_value,
        credit_period_operator=row.credit_period_operator,
        credit_period_unit=row.credit_period_unit,
    )
    assert all_different(astuple(read))


def test_the_role_of_an_account_of_the_company(ledger: Ledger):
    suspense = ledger.system("suspense")
    assert read_everything_open([suspense.pk]).accounts[suspense.pk].role == "suspense"


def test_what_is_open_of_an_invoice(ledger: Ledger, abroad: Account):
    invoice = ledger.invoice(100, account=abroad, on="04/05", due="01/06", accept_due_date=True)
    ledger.payment(40, account=abroad, on="12/05")
    [(is_debit, side)] = read_everything_open([abroad.pk]).open_items[abroad.pk]
    assert is_debit
    assert side == side_of(invoice)
    assert all_different(side)


def test_what_is_open_of_a_payment(ledger: Ledger, abroad: Account):
    payment = ledger.payment(100, account=abroad, on="12/05")
    ledger.invoice(30, account=abroad, on="16/05", due="01/06", accept_due_date=True)
    [(is_debit, side)] = read_everything_open([abroad.pk]).open_items[abroad.pk]
    assert not is_debit
    assert side == side_of(payment)
    assert all_different(side[3:])


def test_an_allocation_with_its_sides(ledger: Ledger, abroad: Account):
    """Read once while its debit is open, once while its credit is."""
    invoice = ledger.invoice(100, account=abroad, on="04/05", due="01/06", accept_due_date=True)
    for amount, on, open_side in ((40, "12/05", "debit"), (90, "16/05", "credit")):
        payment = ledger.payment(amount, account=abroad, on=on)
        facts = read_under_lock([Cancel(target_id=payment.id, amount=ALL)])
        [link] = facts.links[abroad.pk]
        row = Allocation.objects.get(credit=payment.id)
        assert link == StoredLink(
            id=row.pk,
            minor=row.minor,
            principle=LinkPrinciple(row.principle),
            allocated_on=row.allocated_on,
            credit_base=row.credit_base_minor,
            debit_base=row.debit_base_minor,
            credit=side_of(payment),
            debit=side_of(invoice),
        )
        assert all_different([link.id, link.minor, link.credit_base, link.debit_base])
        assert all_different(getattr(link, open_side)[2:])
        assert getattr(link, open_side)[3]


def test_what_is_open_of_a_target_and_the_lines_of_its_entry(ledger: Ledger, abroad: Account):
    payment = ledger.payment(100, account=abroad, on="12/05")
    ledger.invoice(30, account=abroad, on="16/05", due="01/06", accept_due_date=True)
    facts = read_under_lock([Cancel(target_id=payment.id, amount=ALL)])
    item = OpenItem.objects.get(pk=payment.id)
    assert facts.target_open == {payment.id: (item.open_minor, item.open_base_minor)}
    assert facts.target_available == {payment.id: item.available_on} == {payment.id: day("12/05")}
    lines = JournalLine.objects.filter(entry_id=payment.id).order_by("position")
    assert facts.lines == {
        payment.id: [
            (
                line.ledger_account_id,
                line.debit_minor - line.credit_minor,
                line.base_debit_minor - line.base_credit_minor,
            )
            for line in lines
        ]
    }
    assert all(all_different(line) for line in facts.lines[payment.id])
