"""What a bank takes for a booking or a return is in the journal to the cent, or work for a person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from tests.gateways.generic.banks import batch, booked, camt_053, charge, entry
from tests.gateways.generic.office import said

from subledger.gateways.generic.charges import ZERO, Line, split
from subledger.gateways.models import Fee, UnbookedFact
from subledger.gateways.services import providers, unbooked
from subledger.journal.models import JournalEntry, JournalLine, LedgerAccount
from subledger.reports.proof import prove

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


@pytest.fixture(autouse=True)
def _proven(office):
    yield
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


@pytest.fixture
def bank(office):
    """The office, with an account for what its bank takes."""
    choose_account(office)
    return office


def choose_account(office):
    values = {"fee_account": LedgerAccount.objects.get(code="5200")}
    office.provider = providers.save_provider(ident=office.provider.pk, values=values, actor="user:ana")


def balance(account) -> int:
    sums = JournalLine.objects.filter(ledger_account=account).aggregate(d=Sum("debit_minor"), c=Sum("credit_minor"))
    return (sums["d"] or 0) - (sums["c"] or 0)


def books(office) -> tuple[int, int]:
    """What the bank account and the account of its charges stand at."""
    return balance(office.method.ledger_account), balance(LedgerAccount.objects.get(code="5200"))


def paid(office, *amounts):
    rows = [office.pay(amount) for amount in amounts]
    office.post(*map(said, rows))
    return rows


def back(row, amount="", *, charges="", instructed="") -> str:
    return booked(row.number, direction="DBIT", amount=amount, instructed=instructed, back="AM04", charges=charges)


RETURNS = {
    "charges of the transaction": ({"amount": "50.00", "charges": charge("3.00")}, {}),
    "charges of the entry": ({"amount": "50.00"}, {"charges": charge("3.00")}),
    "both, of the same": ({"amount": "50.00", "charges": charge("3.00")}, {"charges": charge("3.00")}),
    "with the amount asked for": ({"amount": "50.00", "instructed": "50.00", "charges": charge("3.00")}, {}),
    "in the amount": ({"amount": "53.00", "instructed": "50.00", "charges": charge("3.00")}, {}),
    "on top, unnamed": ({"amount": "53.00", "instructed": "50.00"}, {}),
    "on top of the entry, unnamed": ({"instructed": "50.00"}, {}),
    "in the only amount there is": ({"charges": charge("3.00")}, {}),
    "in the amount, as it says": ({"amount": "53.00", "charges": charge("3.00", included="true")}, {}),
    "as the old version has them": (
        {"amount": "50.00", "charges": '<Chrgs><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>'}, {},
    ),
    "in two parts": (
        {"amount": "50.00", "charges": charge("4.50").replace("</Chrgs>", "") + charge("1.50", direction="CRDT")
         .replace("<Chrgs>", "")}, {},
    ),
}  # fmt: skip


@pytest.mark.few(2)
@pytest.mark.parametrize(("transaction", "whole"), RETURNS.values(), ids=RETURNS)
def test_the_charge_on_a_return_is_an_expense(bank, transaction, whole):
    [row] = paid(bank, 50)
    before, _ = books(bank)
    content = camt_053(entry(back(row, **transaction), direction="DBIT", amount="53.00", **whole))
    for rejected in (1, 0):
        report = bank.take(content)
        assert (report.rejected, report.unchanged, report.refused) == (rejected, 1 - rejected, [])
        assert books(bank) == (before - 5300, 300)
    assert (bank.state(row), UnbookedFact.objects.count()) == ("rejected", 0)
    fee = Fee.objects.get()
    assert (fee.request_id, JournalEntry.objects.get(pk=fee.pk).effective_on) == (row.pk, date(2026, 5, 20))


@pytest.mark.parametrize("where", ["transactions", "entry"])
def test_an_entry_of_two_returns_has_the_charges_of_both(bank, where):
    rows = paid(bank, 50, 50)
    before, _ = books(bank)
    own, whole = (charge("3.00"), "") if where == "transactions" else ("", charge("6.00"))
    entries = entry(
        *[back(row, "50.00", charges=own) for row in rows], direction="DBIT", amount="106.00", charges=whole
    )
    assert bank.take(camt_053(entries)).refused == []
    assert books(bank) == (before - 10600, 600)


def test_a_return_before_its_credit_was_booked_keeps_its_charge(bank):
    row = bank.pay(50)
    before = books(bank)
    content = camt_053(entry(back(row, "53.00", instructed="50.00"), direction="DBIT"))
    for _ in range(2):
        assert bank.take(content).refused == []
        assert (bank.state(row), books(bank)) == ("rejected", (before[0] - 300, 300))
    assert Fee.objects.get().charge is None


@pytest.mark.few(2)
@pytest.mark.parametrize("where", ["transaction", "entry", "amounts", "whole"])
def test_a_credit_less_its_charges_is_the_whole_payment(bank, where):
    row = bank.pay(50)
    before, _ = books(bank)
    content = {
        "transaction": entry(booked(row.number, amount="50.00", charges=charge("3.00")), amount="47.00"),
        "entry": entry(booked(row.number, amount="50.00"), amount="47.00", charges=charge("3.00")),
        "amounts": entry(booked(row.number, amount="47.00", instructed="50.00", charges=charge("3.00"))),
        "whole": entry(booked(row.number, charges=charge("3.00")), amount="47.00"),
    }[where]
    for _ in range(2):
        assert bank.take(camt_053(content)).refused == []
        assert (bank.state(row), books(bank)) == ("posted", (before + 4700, 300))


def test_a_charge_on_a_payment_that_was_reported_before_is_booked_by_the_statement(bank):
    [row] = paid(bank, 50)
    before, _ = books(bank)
    report = bank.take(camt_053(entry(booked(row.number, amount="50.00", charges=charge("3.00")), amount="47.00")))
    assert (report.unchanged, report.refused, books(bank)) == (1, [], (before - 300, 300))


def test_a_refund_with_its_charge(bank):
    paid(bank, 50)
    row = bank.refund(50)
    before, _ = books(bank)
    content = entry(booked(row.number, direction="DBIT", amount="50.00", charges=charge("3.00")), amount="53.00",
                    direction="DBIT")  # fmt: skip
    assert bank.take(camt_053(content)).posted == 1
    assert books(bank) == (before - 5300, 300)


def test_a_whole_file_less_its_charges(bank):
    rows = [bank.pay(amount) for amount in (100, "500.15")]
    message = bank.export("pain.008", mark=True).message
    before, _ = books(bank)
    content = camt_053(entry(batch(message), amount="597.15", charges=charge("3.00")))
    for _ in range(2):
        assert bank.take(content).refused == []
        assert ({bank.state(row) for row in rows}, books(bank)) == ({"posted"}, (before + 59715, 300))


# -- what no charge explains ---------------------------------------------------------------------------------------


def test_a_difference_that_no_charge_explains_is_work(bank):
    [row] = paid(bank, 50)
    before, _ = books(bank)
    content = camt_053(entry(back(row, "50.00", charges=charge("2.00")), direction="DBIT", amount="53.00"))
    for _ in range(2):
        report = bank.take(content, name="may.xml")
        assert [(one.position, one.code) for one in report.refused] == [("entry 1", "entry_amount_differs")]
    assert books(bank) == (before - 5200, 200)
    fact = UnbookedFact.objects.get()
    assert (fact.code, fact.amount_minor, fact.booked_on, fact.resolved_at) == (
        "entry_amount_differs", 100, date(2026, 5, 21), None,
    )  # fmt: skip
    assert "53.00 EUR" in fact.said
    assert row.number in fact.said


def test_a_credit_below_what_was_asked_is_work_without_a_charge(bank):
    row = bank.pay(50)
    report = bank.take(camt_053(entry(booked(row.number, instructed="50.00"), amount="47.00")))
    assert (bank.state(row), [one.code for one in report.refused]) == ("posted", ["entry_amount_differs"])
    assert UnbookedFact.objects.get().amount_minor == 300


def test_charges_that_the_entry_does_not_have_are_work(bank):
    row = bank.pay(50)
    before, _ = books(bank)
    bank.take(camt_053(entry(booked(row.number, amount="50.00", charges=charge("3.00", included="false")))))
    assert (bank.state(row), books(bank)) == ("posted", (before + 5000, 0))
    assert (UnbookedFact.objects.get().code, UnbookedFact.objects.get().amount_minor) == ("charges_not_in_entry", 300)


def test_entries_of_others_are_no_work(bank):
    content = camt_053(
        entry(booked("NOTPROVIDED", amount="9.00", charges=charge("1.00")), amount="7.00"),
        entry(booked("PRQ-0000000000001", amount="5.00"), amount="4.00"),
    )
    assert [one.code for one in bank.take(content).refused] == ["not_found"]
    assert not UnbookedFact.objects.exists()


def test_the_charges_of_what_the_books_refuse_are_named_in_the_work(bank):
    [row] = paid(bank, 50)
    bank.take(camt_053(entry(back(row, "40.00", charges=charge("3.00")), direction="DBIT", amount="43.00")))
    fact = UnbookedFact.objects.get()
    assert fact.code == "amount_differs"
    assert "charges of 3.00 EUR" in fact.said
    assert not Fee.objects.exists()


# -- without an account for them -----------------------------------------------------------------------------------


def test_a_charge_without_a_fee_account_is_work_until_one_is_chosen(office):
    [row] = paid(office, 50)
    before = books(office)
    content = camt_053(entry(back(row, "50.00", charges=charge("3.00")), direction="DBIT", amount="53.00"))
    for _ in range(2):
        office.take(content)
        fact = UnbookedFact.objects.get()
        assert (fact.code, fact.request_id, fact.amount_minor, fact.resolved_at) == (
            "fee_account_missing", row.pk, 300, None,
        )  # fmt: skip
    assert (office.state(row), books(office)) == ("rejected", (before[0] - 5000, 0))
    assert "3.00 EUR" in fact.said
    assert "Ledger account of its fees" in fact.reason
    choose_account(office)
    fact.refresh_from_db()
    assert (fact.resolved_by, books(office)) == ("system", (before[0] - 5300, 300))
    office.take(content)
    assert books(office) == (before[0] - 5300, 300)


def test_a_charge_that_somebody_booked_by_hand_is_not_booked_again(office):
    [row] = paid(office, 50)
    office.take(camt_053(entry(back(row, "53.00", instructed="50.00"), direction="DBIT")))
    unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution="Booked by hand.", actor="user:ana")
    choose_account(office)
    assert books(office)[1] == 0


def test_a_charge_waits_for_its_account_when_the_file_is_taken_up_again(office):
    [row] = paid(office, 50)
    content = camt_053(entry(back(row, "53.00", instructed="50.00"), direction="DBIT"))
    office.take(content)
    office.provider.fee_account = LedgerAccount.objects.get(code="5200")
    office.provider.save()  # while the first report was still being taken in
    office.take(content)
    assert (books(office)[1], UnbookedFact.objects.get().resolved_by) == (300, "system")


# -- arithmetic ----------------------------------------------------------------------------------------------------


def test_what_cannot_be_compared_is_told_and_not_guessed():
    """Amounts in another currency than the entry's: its charges are named, and for a person."""
    foreign = Line(sign=1, booked=None, asked=None, charges=Decimal(3))
    told = split(Decimal(47), ZERO, [foreign])
    assert (told.shares[0].fee, told.difference, told.beside) == (0, 0, 3)


def test_charges_of_an_entry_with_somebody_elses_transactions_are_nobodys():
    lines = [Line(1, Decimal(50), Decimal(50), is_ours=mine) for mine in (True, False)]
    told = split(Decimal(97), Decimal(3), lines)
    assert ([share.fee for share in told.shares], told.difference) == ([0, 0], 3)
