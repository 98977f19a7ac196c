"""A bank tells of a return before it tells of what that undoes: the books end as if it had told in order."""

from __future__ import annotations

from datetime import date

import pytest
from tests.endings import close_books, reopen_books, terminate
from tests.factories import NOW
from tests.gateways.generic.banks import batch, booked, camt_053, entry
from tests.gateways.generic.office import code_of, said

from subledger.gateways.models import Charge, Fee, PaymentRequest, UnbookedFact
from subledger.journal.models import JournalLine, LedgerAccount
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.transactions.models import Allocation, Transaction

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
LATER = NOW.replace(month=11, day=28)
CREDIT_ON, RETURN_ON = date(2026, 11, 20), date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _proven(office):
    with clock.frozen(LATER):
        yield
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def credit(row, **fields):
    one = booked(row.number, amount="75.00", direction=fields.pop("direction", "CRDT"))
    way = "DBIT" if "<CdtDbtInd>DBIT" in one else "CRDT"
    return entry(one, on=f"<Dt>{CREDIT_ON}</Dt>", reference=f"IN-{row.pk}", direction=way, **fields)


def back(row, *, direction="DBIT", **fields):
    one = booked(row.number, direction=direction, amount="75.00", back="MD06")
    return entry(one, direction=direction, on=f"<Dt>{RETURN_ON}</Dt>", reference=f"BACK-{row.pk}", **fields)


def by_camt(office, row, what):
    entries = {"credit": credit(row), "return": back(row)}
    report = office.take(camt_053(*(entries[one] for one in what)))
    assert report.refused == []
    return report


def by_csv(office, row, what):
    rows = {
        "credit": f"{row.number},posted,IN-{row.pk},,75.00,{CREDIT_ON}",
        "return": f"{row.number},returned,BACK-{row.pk},MD06,75.00,{RETURN_ON}",
    }
    header = "request,result,reference,error_code,amount,booked_on"
    report = office.take("\n".join([header, *(rows[one] for one in what)]) + "\n")
    assert report.refused == []
    return report


def by_calls(office, row, what):
    from subledger.gateways.services import execution

    for one in what:
        if one == "credit":
            [answer] = office.post(said(row, reference=f"IN-{row.pk}", booked_on=CREDIT_ON))
        else:
            element = said(row, reference=f"BACK-{row.pk}", error_code="MD06", booked_on=RETURN_ON)
            [answer] = execution.give_back(elements=[element], actor="key:bank")
        assert answer.error is None


DOORS = [by_camt, by_csv, by_calls]


def asked(office, **fields):
    """A direct debit of May; banks tell of it in November."""
    with clock.frozen(NOW):
        return office.pay(75, **fields)


def movements():
    """Everything that the journal says."""
    return sorted(JournalLine.objects.values_list("entry_id", "ledger_account__code", "debit_minor", "credit_minor"))


def owed(office):
    """What the account owes, before, between and after."""
    return [office.ledger.balance(as_of=date(2026, 11, on)) for on in (19, 22, 27)]


def links(office, row):
    """What its payment settled, and when."""
    made = Allocation.objects.filter(credit_id=office.transaction(row).pk).exclude(released_on=None)
    return list(made.values_list("debit_id", "minor", "allocated_on", "released_on"))


@pytest.mark.few(2)
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("order", [("credit", "return"), ("return", "credit")])
def test_both_orders_end_the_same(office, door, order):
    with clock.frozen(NOW):
        older, invoice = office.ledger.invoice(10), office.ledger.invoice(75)
    row = asked(office, to=[invoice])
    for one in order:
        door(office, row, [one])
    row = office.row(row.pk)
    assert (row.state, row.error_code, row.reference, row.executed_on) == (
        "rejected",
        "MD06",
        f"IN-{row.pk}",
        RETURN_ON,
    )
    payment = office.transaction(row)
    cancellation = Transaction.objects.get(cancels=payment)
    assert (payment.state, payment.posted_on) == ("cancelled", CREDIT_ON)
    assert (cancellation.posted_on, "MD06" in cancellation.issue_reason) == (RETURN_ON, True)
    assert owed(office) == [85, 10, 85]
    assert links(office, row) == [(invoice.id, 7500, CREDIT_ON, RETURN_ON)]
    assert (office.ledger.unsettled(older), office.ledger.unsettled(invoice)) == (10, 75)
    assert Charge.objects.get().payment_id == payment.pk


@pytest.mark.each_once
@pytest.mark.parametrize("door", [by_camt, by_csv])
@pytest.mark.parametrize("order", [("credit", "return"), ("return", "credit")])
def test_one_file_may_list_them_in_any_order(office, door, order):
    row = asked(office)
    report = door(office, row, order)
    assert (report.posted, report.rejected, report.unchanged) == (1, 1, 0)
    assert owed(office) == [0, -75, 0]
    assert UnbookedFact.objects.count() == 0


@pytest.mark.few(2)
@pytest.mark.parametrize("order", [("credit", "return"), ("return", "credit")])
@pytest.mark.parametrize("known", ["credit", "return"])
def test_a_file_with_both_completes_what_was_told_of_before(office, known, order):
    """Either half is known when the whole statement comes."""
    row = asked(office)
    by_camt(office, row, [known])
    report = by_camt(office, row, order)
    assert (report.posted, report.rejected, report.unchanged) == ((0, 1, 1) if known == "credit" else (1, 0, 1))
    assert (office.state(row), office.transaction(row).state) == ("rejected", "cancelled")
    assert Transaction.objects.filter(classification="payment_cancellation").count() == 1
    assert office.ledger.balance() == 0


@pytest.mark.parametrize("door", [by_camt, by_csv])
def test_nothing_is_booked_twice(office, door):
    row = asked(office)
    door(office, row, ["return"])
    door(office, row, ["credit"])
    numbers = Transaction.objects.count(), movements()
    for again in (["credit"], ["return"], ["return", "credit"], ["credit", "return"]):
        report = door(office, row, again)
        assert (report.unchanged, report.posted, report.rejected) == (len(again), 0, 0)
    if door is by_csv:  # a table says it once more; a statement books each of its rows
        assert door(office, row, ["credit", "credit"]).unchanged == 2
    else:
        twice = office.take(camt_053(credit(row), credit(row)))
        assert (twice.unchanged, [one.code for one in twice.refused]) == (1, ["payment_request_settled"])
    assert (Transaction.objects.count(), movements()) == numbers


def test_told_again_by_a_call_it_says_that_it_is_over(office):
    row = asked(office)
    by_calls(office, row, ["return", "credit"])
    [answer] = office.post(said(row, reference=f"IN-{row.pk}", booked_on=CREDIT_ON))
    assert (code_of(answer), answer.state) == ("payment_request_settled", None)
    assert office.ledger.balance() == 0


def test_a_refund_that_came_back_before_it_was_booked(office):
    with clock.frozen(NOW):
        office.ledger.payment(75)
        row = office.refund(75)
    office.take(camt_053(back(row, direction="CRDT")))
    report = office.take(camt_053(credit(row, direction="DBIT")))
    assert (report.posted, report.refused, office.state(row)) == (1, [], "rejected")
    refund = office.transaction(row)
    again = Transaction.objects.filter(classification="payment").latest("pk")
    assert (refund.posted_on, again.posted_on) == (CREDIT_ON, RETURN_ON)
    assert (office.ledger.balance(as_of=date(2026, 11, 22)), office.ledger.balance()) == (0, -75)


def test_a_pay_back_that_came_back_before_it_was_booked(office):
    paid = asked(office)
    with clock.frozen(NOW):
        office.post(said(paid))
        row = office.cancel(office.transaction(paid).pk)
    office.take(camt_053(back(row, direction="CRDT")))
    report = office.take(camt_053(credit(row, direction="DBIT")))
    assert (report.posted, report.refused, office.state(row)) == (1, [], "rejected")
    assert (office.ledger.balance(as_of=date(2026, 11, 22)), office.ledger.balance()) == (0, -75)


@pytest.mark.wide
def test_an_entry_over_a_whole_file_books_what_came_back_before(office):
    first, second = asked(office), asked(office)
    message = office.export("pain.008", mark=True).message
    office.take(camt_053(back(first)))
    whole = entry(batch(message), amount="150.00", on=f"<Dt>{CREDIT_ON}</Dt>", reference="IN-2")
    for posted, unchanged in ((2, 0), (0, 2)):
        report = office.take(camt_053(whole))
        assert (report.posted, report.unchanged, report.refused) == (posted, unchanged, [])
    assert (office.state(first), office.state(second)) == ("rejected", "posted")
    assert (office.ledger.balance(as_of=date(2026, 11, 22)), office.ledger.balance()) == (-150, -75)


def test_fees_of_both_are_kept_once(office):
    office.provider.fee_account = LedgerAccount.objects.get(code="5200")
    office.provider.save()
    row = asked(office)
    one = booked(row.number, direction="DBIT", amount="78.50", instructed="75.00", back="AM04")
    returned = camt_053(entry(one, direction="DBIT", amount="78.50", on=f"<Dt>{RETURN_ON}</Dt>"))
    for content in (returned, camt_053(credit(row)), returned, camt_053(credit(row))):
        office.take(content)
    assert [fee.amount_minor for fee in Fee.objects.all()] == [350]


def test_closed_books_keep_it_as_work_and_forget_nothing(office):
    row = asked(office)
    office.take(camt_053(back(row)))
    close_books(through=LATER.date())
    report = office.take(camt_053(credit(row)))
    assert [one.code for one in report.refused] == ["posting_refused"]
    assert "It stays rejected, as it was" in report.refused[0].reason
    held = office.row(row.pk)
    assert (held.state, held.error_code, held.executed_on) == ("rejected", "MD06", RETURN_ON)
    [answer] = office.post(said(row, reference=f"IN-{row.pk}", booked_on=CREDIT_ON))
    assert (answer.state, code_of(answer)) == (None, "posting_refused")
    reopen_books()
    report = office.take(camt_053(credit(row)))
    assert (report.posted, report.refused) == (1, [])
    assert UnbookedFact.objects.filter(resolved_at=None).count() == 0
    assert office.ledger.balance(as_of=date(2026, 11, 22)) == -75


def test_a_terminated_account_has_both_on_suspense(office):
    row = asked(office)
    office.take(camt_053(back(row)))
    terminate(office.ledger.account.pk)
    report = office.take(camt_053(credit(row)))
    assert (report.posted, report.refused, office.state(row)) == (1, [], "rejected")
    on_suspense = Transaction.objects.filter(account__system_role="suspense")
    assert sorted(one.classification for one in on_suspense) == ["payment", "payment_cancellation"]


def test_what_the_bank_refused_stays_refused(office):
    """No return was told: a booking contradicts that, and is for a person."""
    row = asked(office)
    office.reject(said(row))
    report = office.take(camt_053(credit(row)))
    assert [one.code for one in report.refused] == ["payment_request_settled"]
    assert PaymentRequest.objects.get(pk=row.pk).state == "rejected"
