"""What a bank says of us is booked, on its day, or kept as work for a person."""

from __future__ import annotations

from datetime import date

import pytest
from tests.endings import close_books, reopen_books, terminate
from tests.factories import NOW
from tests.gateways.generic.banks import batch, booked, camt_053, entry, pain_002, status
from tests.gateways.generic.office import said

from subledger.gateways.models import Fee, UnbookedFact
from subledger.gateways.services import execution, unbooked
from subledger.gateways.services.reports import Element
from subledger.journal.models import JournalEntry
from subledger.journal.services import close_period
from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.transactions.models import Transaction
from subledger.transactions.services import actions

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
LATER = NOW.replace(month=11, day=28)


@pytest.fixture(autouse=True)
def _proven(office):
    yield
    assert not [finding for finding in prove(everywhere=False) if finding.rows]


def take_later(office, content, **options):
    """The bank's report comes half a year after what it tells of; requests are of 20 May."""
    with clock.frozen(LATER):
        return office.take(content, **options)


# -- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["<Dt>2026-05-21</Dt>", "<DtTm>2026-05-21T23:30:00+02:00</DtTm>"])
def test_the_banks_booking_day_is_the_posting_day(office, on):
    row = office.pay(75)
    report = take_later(office, camt_053(entry(booked(row.number, amount="75.00"), on=on)))
    assert (report.posted, office.transaction(row).posted_on) == (1, date(2026, 5, 21))
    assert office.row(row.pk).executed_on == date(2026, 5, 21)


def test_a_day_that_is_closed_gives_way_to_the_next_open_one_and_is_kept(office):
    row = office.pay(75)
    with clock.frozen(LATER):
        close_period(through=date(2026, 6, 30), actor="user:ana")
    take_later(office, camt_053(entry(booked(row.number, amount="75.00"))))
    assert (office.transaction(row).posted_on, office.row(row.pk).executed_on) == (date(2026, 7, 1), date(2026, 5, 21))


@pytest.mark.few(2)
@pytest.mark.parametrize("on", ["1990-01-01", "2026-05-19", "2026-12-06", "2099-01-01"])
def test_a_day_on_which_it_cannot_have_been_booked_is_kept_as_work(office, on):
    """Requests are of 20 May, and the file is read on 28 November."""
    row = office.pay(75)
    report = take_later(office, camt_053(entry(booked(row.number, amount="75.00"), on=f"<Dt>{on}</Dt>")))
    assert (report.posted, [one.code for one in report.refused]) == (0, ["booked_on_improbable"])
    assert [one.code for one in UnbookedFact.objects.all()] == ["booked_on_improbable"]
    assert (office.row(row.pk).state, office.transaction(row).state) == ("pending", "pending")


@pytest.mark.few(2)
@pytest.mark.parametrize("how", ["csv", "camt", "call"])
def test_a_day_ahead_is_posted_today_and_says_so(office, how):
    """A bank may name its next working day."""
    row = office.pay(75)
    with clock.frozen(LATER):
        if how == "call":
            [answer] = office.post(said(row, booked_on=date(2026, 12, 1)))
            notes = [answer.note]
        else:
            content = camt_053(entry(booked(row.number, amount="75.00"), on="<Dt>2026-12-01</Dt>"))
            if how == "csv":
                content = f"request,result,reference,booked_on\n{row.number},posted,R-1,2026-12-01\n"
            noted = office.take(content).noted
            assert [one.request for one in noted] == [row.number]
            notes = [one.note for one in noted]
    assert notes == ["Posted on 2026-11-28: its day, 2026-12-01, is still to come."]
    assert office.transaction(row).posted_on == date(2026, 11, 28)


def test_a_day_in_closed_books_says_which_was_taken(office):
    row = office.pay(75)
    with clock.frozen(LATER):
        close_period(through=date(2026, 6, 30), actor="user:ana")
        [answer] = office.post(said(row, booked_on=date(2026, 5, 21)))
        assert answer.note == "Posted on 2026-07-01: its day, 2026-05-21, is in closed books."
        other = office.pay(25)
        [answer] = office.post(said(other, booked_on=LATER.date()))
        assert (answer.error, answer.note) == (None, "")


def test_a_return_that_closed_books_refuse_changes_nothing_and_says_so(office):
    row = office.pay(75)
    office.post(said(row))
    with clock.frozen(LATER):
        close_books(through=LATER.date())
        [answer] = execution.give_back(elements=[said(row)], actor="key:bank")
    assert (answer.state, office.state(row)) == (None, "posted")
    assert "It stays posted, as it was; report it again once that is mended." in str(answer.error)
    assert "unknown" not in str(answer.error)


# -- returns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["true", "1"])
def test_a_return_cancels_its_payment_on_its_day_with_its_reason(office, spelling):
    invoice = office.ledger.invoice(75)
    row = office.pay(75, to=[invoice])
    take_later(office, camt_053(entry(booked(row.number, amount="75.00"))))
    back = camt_053(
        entry(
            booked(row.number, direction="DBIT", amount="75.00"),
            direction="DBIT",
            reversal=spelling,
            on="<Dt>2026-06-03</Dt>",
            reference="BACK",
        )
    )
    report = take_later(office, back)
    assert (report.rejected, report.refused) == (1, [])
    cancellation = Transaction.objects.get(classification="payment_cancellation")
    assert (cancellation.posted_on, cancellation.cancels_id) == (date(2026, 6, 3), office.transaction(row).pk)
    with clock.frozen(LATER):
        assert (office.ledger.balance(), office.ledger.unsettled(invoice)) == (75, 75)


@pytest.mark.parametrize(("way", "back", "says"), [("pay", "CRDT", "with you"), ("refund", "DBIT", "have left you")])
def test_a_return_that_the_bank_takes_back_is_kept_with_what_to_post(office, way, back, says):
    if way == "refund":
        office.post(said(office.pay(75)))
    row = getattr(office, way)(75)
    natural, other = ("CRDT", "DBIT") if way == "pay" else ("DBIT", "CRDT")
    office.take(camt_053(entry(booked(row.number, direction=natural, amount="75.00"), direction=natural)))
    returned = entry(booked(row.number, direction=other, amount="75.00", back="AC04"), direction=other, reference="B")
    office.take(camt_053(returned))
    balance = office.ledger.balance()
    taken_back = entry(
        booked(row.number, direction=back, amount="75.00"), direction=back, reversal="true", reference="C",
        on="<Dt>2026-05-28</Dt>",
    )  # fmt: skip
    report = office.take(camt_053(taken_back))
    [refused] = report.refused
    assert refused.code == "return_taken_back"
    assert says in refused.reason
    assert "then close this" in refused.reason
    kept = UnbookedFact.objects.get(code="return_taken_back")
    assert kept.said == f"The bank took back its return of {row.number} over 75.00 EUR."
    assert (office.state(row), office.ledger.balance()) == ("rejected", balance)


def test_what_was_never_booked_has_no_return_to_be_taken_back(office):
    row = office.pay(75)
    [answer] = office.reject(Element(request_unique_identifier="1", request=row.public_id, error_code="AC04"))
    assert answer.error is None
    line = entry(booked(row.number, direction="CRDT", amount="75.00"), direction="CRDT", reversal="true", reference="C")
    [refused] = office.take(camt_053(line)).refused
    assert refused.code == "direction_differs"
    assert "rejected before anything of it was booked" in refused.reason
    assert "Post a payment" not in refused.reason
    assert UnbookedFact.objects.get().code == "direction_differs"


def test_a_return_says_why(office):
    row = office.pay(75)
    office.take(camt_053(entry(booked(row.number, amount="75.00"))))
    office.take(camt_053(entry(booked(row.number, direction="DBIT", amount="75.00", back="AM04"), direction="DBIT")))
    cancellation = Transaction.objects.get(classification="payment_cancellation")
    assert "AM04" in cancellation.issue_reason
    assert office.row(row.pk).error_code == "AM04"


def test_a_return_after_somebody_cancelled_by_hand_is_not_booked_twice(office):
    row = office.pay(75)
    office.post(said(row))
    payment = office.transaction(row)
    office.ledger.cancel(actions.Posted(payment.pk, payment.number, "payment", payment.account_id, 7500))
    report = office.take(
        camt_053(entry(booked(row.number, direction="DBIT", amount="75.00", back="AM04"), direction="DBIT"))
    )
    assert (report.rejected, report.refused, office.ledger.balance()) == (1, [], 0)
    assert Transaction.objects.filter(classification="payment_cancellation").count() == 1


def test_what_the_bank_takes_for_a_return_is_a_fee(office):
    from subledger.journal.models import LedgerAccount
    from subledger.journal.reports import journal_lines

    office.provider.fee_account = LedgerAccount.objects.get(code="5200")
    office.provider.save()
    row = office.pay(75)
    office.post(said(row))
    back = booked(row.number, direction="DBIT", amount="78.50", instructed="75.00", back="AM04")
    for _ in range(2):
        office.take(camt_053(entry(back, direction="DBIT", amount="78.50")))
    fee = Fee.objects.get()
    entry_of = JournalEntry.objects.get(pk=fee.pk)
    assert (fee.amount_minor, entry_of.source) == (350, "gateway_fee")
    on = entry_of.effective_on
    numbers = {line.number for line in journal_lines(start=on, end=on) if line.entry_id == fee.pk}
    assert numbers == {Transaction.objects.get(pk=fee.charge.payment_id).number}


def test_a_return_by_csv_is_taken_too(office):
    row = office.pay(75)
    office.post(said(row))
    rows = "request,result,error_code,booked_on\n" + f"{row.number},returned,AM04,2026-05-20\n"
    report = office.take(rows)
    assert (report.rejected, report.refused, office.ledger.balance()) == (1, [], 0)


def test_a_return_of_a_terminated_accounts_payment_stands_on_suspense(office):
    row = office.pay(75)
    office.post(said(row))
    terminate(office.ledger.account.pk)
    report = office.take(
        camt_053(entry(booked(row.number, direction="DBIT", amount="75.00", back="MD07"), direction="DBIT"))
    )
    refund = Transaction.objects.get(classification="refund")
    assert (report.rejected, refund.account.system_role, refund.amount_minor) == (1, "suspense", 7500)


# -- whole files ---------------------------------------------------------------------------------------------------


def exported(office, *amounts):
    rows = [office.pay(amount) for amount in amounts]
    return rows, office.export("pain.008", mark=True).message


def test_an_entry_that_books_our_whole_file_books_its_requests(office):
    rows, message = exported(office, 100, "500.15")
    content = camt_053(entry(batch(message), amount="600.15"))
    for posted, unchanged in ((2, 0), (0, 2)):
        report = office.take(content)
        assert (report.posted, report.unchanged, report.ignored, report.refused) == (posted, unchanged, 0, [])
    assert {office.state(row) for row in rows} == {"posted"}


@pytest.mark.few(2)
@pytest.mark.parametrize(("names", "notes"), [("its own", 0), ("another of ours", 1), ("nobody's", 1)])
def test_a_report_that_names_another_file_says_so(office, names, notes):
    """By its own name the request is known, and what the bank says of it is taken."""
    [row], message = exported(office, 100)
    _, other = exported(office, 200)
    of = {"its own": message, "another of ours": other, "nobody's": "MSG-OTHER"}[names]
    report = office.take(pain_002(status(row.number, "ACSC"), message=of))
    assert (report.posted, report.refused) == (1, [])
    assert [one.request for one in report.noted] == [row.number] * notes
    assert all(of in one.note for one in report.noted)


def test_what_the_bank_had_refused_before_is_not_in_the_entry(office):
    rows, message = exported(office, 100, "500.15")
    office.reject(said(rows[0]))
    report = office.take(camt_053(entry(batch(message, 1), amount="500.15")))
    assert (report.posted, office.state(rows[0]), office.state(rows[1])) == (1, "rejected", "posted")


def test_an_entry_over_another_sum_is_work_for_a_person(office):
    rows, message = exported(office, 100, "500.15")
    for _ in range(2):
        report = office.take(camt_053(entry(batch(message), amount="590.00")), name="may.xml")
    assert (report.posted, [row.code for row in report.refused]) == (0, ["batch_amount_differs"])
    fact = UnbookedFact.objects.get()
    assert (fact.amount_minor, fact.booked_on, fact.resolved_at) == (59000, date(2026, 5, 21), None)
    assert message in fact.said
    assert "600.15 EUR" in fact.reason
    unbooked.resolve(fact_id=fact.pk, resolution="The bank took its fee off.", actor="user:ana")
    assert UnbookedFact.objects.get().resolved_by == "user:ana"


def test_an_entry_that_books_somebody_elses_file_is_ignored(office):
    report = office.take(camt_053(entry(batch("PAYROLL-2026-05"), amount="590.00", direction="DBIT")))
    assert (report.ignored, report.refused, UnbookedFact.objects.count()) == (1, [], 0)


# -- work ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_booked_is_kept_until_the_books_take_it(office):
    row = office.pay(75)
    told = camt_053(entry(booked(row.number, amount="75.00")))
    with clock.frozen(LATER):
        close_books(through=LATER.date(), actor="user:ana")
        office.take(told)
        fact = UnbookedFact.objects.get()
        assert (fact.request_id, fact.code, fact.amount_minor) == (row.pk, "posting_refused", 7500)
        assert (fact.verb, fact.direction) == ("post", "in")
        reopen_books(reason="late", actor="user:ana")
        assert office.take(told).posted == 1
    fact.refresh_from_db()
    assert fact.resolved_by == "system"


def test_the_books_taking_one_fact_closes_no_other_of_its_request(office):
    """Another amount, the other direction, another currency: money that is still to be explained."""
    row = office.pay(20)
    office.take(camt_053(entry(booked(row.number, amount="19.99"), amount="19.99")))
    office.take(camt_053(entry(booked(row.number, amount="20.00", direction="DBIT"), amount="20.00", direction="DBIT")))
    in_dollars = camt_053(entry(booked(row.number, amount="20.00"), amount="20.00")).replace('Ccy="EUR"', 'Ccy="USD"')
    office.take(in_dollars)
    kept = list(UnbookedFact.objects.order_by("pk"))
    assert [(one.amount_minor, one.currency, one.direction) for one in kept] == [
        (1999, "eur", "in"), (2000, "eur", "out"), (2000, "usd", "in"),
    ]  # fmt: skip
    assert "as money out" in kept[1].said
    assert office.take(camt_053(entry(booked(row.number, amount="20.00"), amount="20.00"))).posted == 1
    assert [one.resolved_at for one in UnbookedFact.objects.all()] == [None] * 3
    unbooked.resolve(fact_id=kept[1].pk, resolution="The bank took its own mistake back.", actor="user:ana")
    assert UnbookedFact.objects.filter(resolved_at=None).count() == 2


def test_a_dry_run_keeps_no_work(office):
    row = office.pay(75)
    office.take(camt_053(entry(booked(row.number, amount="70.00"))), dry_run=True)
    assert not UnbookedFact.objects.exists()


def test_work_is_closed_with_a_word(office):
    row = office.pay(75)
    office.take(camt_053(entry(booked(row.number, amount="70.00"))))
    with pytest.raises(unbooked.ResolutionMissing):
        unbooked.resolve(fact_id=UnbookedFact.objects.get().pk, resolution=" ", actor="user:ana")
