"""Books as of a day: later postings leave earlier days alone, and postings dated back leave them possible."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from tests.factories import Ledger, day

from subledger.platform.scope import current_company_id
from subledger.reports.proof import prove
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.open_items import open_as_of_sql
from subledger.transactions.queries import balance_of, explain, search_transactions, statement_of


def _open_as_of(ledger: Ledger, on: str) -> dict[str, int]:
    facts = {"company": current_company_id(), "account": ledger.account.pk, "as_of": day(on), "by_due": True}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, open_minor FROM ({open_as_of_sql(of_accounts='= %(account)s')}) o", facts)
        found = dict(cursor.fetchall())
    return {t.number: found[t.pk] // 100 for t in Transaction.objects.filter(pk__in=found)}


def test_yesterday_stays_what_it_was_when_a_link_is_released_today(ledger: Ledger):
    inv = ledger.invoice(100, on="04/05", due="01/06")
    pay = ledger.payment(60, on="05/05")
    assert [_open_as_of(ledger, on) for on in ("03/05", "04/05", "05/05")] == [{}, {inv.number: 100}, {inv.number: 40}]
    ic = ledger.cancel(inv, on="12/05")
    assert [_open_as_of(ledger, on) for on in ("04/05", "05/05", "11/05", "12/05")] == [
        {inv.number: 100},
        {inv.number: 40},
        {inv.number: 40},
        {pay.number: 60},
    ]
    assert [ledger.balance(as_of=on) for on in ("03/05", "04/05", "05/05", "12/05")] == [0, 100, 40, -60]
    link = Allocation.objects.get(credit_id=pay.id)
    assert (link.allocated_on, link.released_on, link.release_reason) == (
        day("05/05"),
        day("12/05"),
        "invoice_cancelled",
    )
    assert Allocation.objects.get(credit_id=ic.id).minor == 100_00


def test_outstanding_is_what_is_past_due_on_the_day_asked_for(ledger: Ledger):
    ledger.invoice(100, on="01/05", due="10/05")
    ledger.invoice(50, on="01/05", due="30/05")
    ledger.payment(30, on="15/05")
    outstanding = [
        balance_of(account_id=ledger.account.pk, currency="eur", as_of=day(on)).outstanding // 100
        for on in ("10/05", "11/05", "14/05", "15/05", "31/05")
    ]
    assert outstanding == [0, 100, 100, 70, 120]


def test_a_link_is_never_older_than_either_of_its_sides(ledger: Ledger):
    """Money received earlier but entered later settles from the day both were there."""
    inv = ledger.invoice(100, on="10/05", due="01/06")
    pay = ledger.payment(100, on="05/05")
    assert Allocation.objects.get(credit_id=pay.id).allocated_on == day("10/05")
    assert _open_as_of(ledger, "09/05") == {pay.number: 100}
    assert _open_as_of(ledger, "10/05") == {}
    assert ledger.unsettled(inv) == 0


def test_money_that_came_free_on_a_day_settles_nothing_before_it(ledger: Ledger):
    """A payment freed on the 12th must not settle, as of the 10th, an invoice that is dated back to then."""
    inv = ledger.invoice(100, on="04/05", due="01/06")
    ledger.payment(100, on="05/05")
    ledger.cancel(inv, on="12/05")
    ledger.invoice(40, on="10/05", due="02/06")
    for on in ("05/05", "10/05", "11/05", "12/05", "20/05"):
        assert min(_open_as_of(ledger, on).values(), default=0) >= 0, f"as of {on}: {_open_as_of(ledger, on)}"


def test_what_came_free_on_a_day_is_not_taken_before_it_by_what_is_meant_for_it(ledger: Ledger):
    # Something else is due first, so that FIFO alone would not look at the invoice that the payment is meant for.
    ledger.invoice(2000, on="01/05", due="02/05", accept_due_date=True)
    invoice = ledger.invoice(100, on="10/05", due="20/05", accept_due_date=True)
    first = ledger.payment(100, on="05/05", to=[invoice])
    ledger.cancel(first, on="20/05")
    again = ledger.payment(100, on="12/05", to=[invoice])
    link = Allocation.objects.get(credit_id=again.id)
    assert (link.debit_id, link.allocated_on) == (invoice.id, day("20/05"))
    assert [finding.invariant.name for finding in prove(everywhere=False) if finding.broken] == []


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 80), marks=pytest.mark.slow)])
def test_random_postings_dated_back_never_leave_a_day_overdrawn(ledger: Ledger, seeds: range):
    for seed in seeds:
        chance = random.Random(seed)
        ledger.account = ledger.open(str(seed))
        live = []
        for _ in range(14):
            on = f"{chance.randint(1, 9):02d}/05"
            if live and chance.random() < 0.3:
                posted, since = live.pop(chance.randrange(len(live)))
                ledger.cancel(posted, on=max(on, since))
            else:
                verb = chance.choice([ledger.invoice, ledger.payment])
                invoices = [one for one, _ in live if one.number.startswith("INV")]
                meant = {"to": [chance.choice(invoices)]} if verb == ledger.payment and invoices else {}
                live.append((verb(chance.randint(1, 9), on=on, **meant), on))
        for number in range(1, 10):
            on = f"{number:02d}/05"
            assert min(_open_as_of(ledger, on).values(), default=0) >= 0, f"seed {seed} as of {on}"
            ledger.balance(as_of=on)


def test_a_statement_runs_from_its_opening_to_its_closing_balance(ledger: Ledger):
    ledger.invoice(100, on="01/05", issue_reason="May")
    pay = ledger.payment(30, on="05/05")
    ledger.cancel(pay, on="06/05")
    statement = statement_of(account_id=ledger.account.pk, start=day("02/05"), end=day("31/05"))
    assert (statement.opening, statement.closing) == (100_00, 100_00)
    assert [(line.debit, line.credit, line.balance) for line in statement.lines] == [
        (0, 30_00, 70_00),
        (30_00, 0, 100_00),
    ]


def test_explain_names_the_credits_and_why_the_rest_is_open(ledger: Ledger):
    inv = ledger.invoice(100, due="01/06")
    pay = ledger.payment(60, to=[inv])
    found = explain(inv.id)
    assert [(a.credit.number, a.minor, a.principle) for a in found.live] == [(pay.number, 60_00, "against_item")]
    said = "There is no unapplied credit on the account. It is the next to be settled."
    assert (found.open_minor, found.sentence) == (40_00, said)
    later = explain(ledger.invoice(5, due="02/06").id)
    assert later.sentence.endswith("1 open item due earlier will be settled first.")
    ledger.cancel(pay)
    assert [a.release_reason for a in explain(inv.id).released] == ["payment_cancelled"]
    cancelled = Transaction.objects.get(classification="payment", state="cancelled")
    assert explain(cancelled.pk).sentence == "It is cancelled: nothing of it is open."


def test_search_finds_numbers_reference_numbers_and_codes(ledger: Ledger):
    pay = ledger.payment(10, back_office_code="bank-77")
    row = Transaction.objects.get(pk=pay.id)
    for text in (pay.number, pay.number.lower(), "bank-7", row.reference_number):
        assert [t.pk for t in search_transactions(text)] == [pay.id], text
    assert not search_transactions("REF-nonsense").exists()
