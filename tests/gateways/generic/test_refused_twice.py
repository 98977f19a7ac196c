"""A bank that refuses the second sending of a file says nothing of the first."""

from __future__ import annotations

import pytest
from tests.gateways.generic.banks import csv, pain_002, reason, status
from tests.gateways.generic.office import code_of, said

from subledger.gateways.generic.errors import ResultsUnreadable
from subledger.gateways.models import UnbookedFact

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]
DUPLICATES = ("AM05", "DU01", "DU02", "DU03", "DU04", "DU05")


def exported(office, *amounts):
    rows = [office.pay(amount) for amount in amounts]
    return rows, office.export("pain.008", mark=True).message


def states(office, rows):
    return [office.state(row) for row in rows]


@pytest.mark.few(2)
@pytest.mark.parametrize("code", DUPLICATES)
@pytest.mark.parametrize("level", ["group", "block"])
def test_a_file_refused_as_a_duplicate_goes_on_and_is_work(office, level, code):
    rows, message = exported(office, 10, 20)
    content = pain_002(message=message, why=reason(code, said="seen on 20 May"), **{level: "RJCT"})
    for _ in range(2):
        report = office.take(content)
        assert (report.rejected, [one.code for one in report.refused]) == (0, ["refused_as_duplicate"])
        assert states(office, rows) == ["under_processing"] * 2
    fact = UnbookedFact.objects.get()
    assert message in fact.said
    assert "seen on 20 May" in fact.said
    assert "twice" in fact.reason
    assert office.take(pain_002(message=message, group="ACSC")).posted == 2


def test_a_duplicate_reason_counts_wherever_it_stands_and_for_all_that_names_no_other(office):
    rows, message = exported(office, 10, 20)
    content = pain_002(
        *[status(row.number, "RJCT") for row in rows],
        message=message,
        block="RJCT",
        why=reason("FF01") + reason("DU01"),
    )
    report = office.take(content)
    assert (states(office, rows), [one.code for one in report.refused]) == (
        ["under_processing"] * 2, ["refused_as_duplicate"],
    )  # fmt: skip


@pytest.mark.few(2)
@pytest.mark.parametrize("accepted", ["ACTC", "ACCP", "ACSP", "ACWC"])
@pytest.mark.parametrize("by", ["file", "transaction"])
def test_a_file_that_was_accepted_is_not_refused_whole_after_that(office, accepted, by):
    rows, message = exported(office, 10, 20)
    if by == "file":
        office.take(pain_002(message=message, group=accepted))
    else:
        office.take(pain_002(status(rows[0].number, accepted), message=message))
    report = office.take(pain_002(message=message, group="RJCT", why=reason("FF01")))
    assert (report.rejected, [one.code for one in report.refused]) == (0, ["refused_after_accepted"])
    assert states(office, rows) == ["under_processing"] * 2
    assert message in UnbookedFact.objects.get().said


@pytest.mark.parametrize("level", ["group", "block"])
def test_a_file_of_which_a_payment_was_booked_is_not_refused_whole_after_that(office, level):
    rows, message = exported(office, 10, 20)
    office.post(said(rows[0]))
    report = office.take(pain_002(message=message, why=reason("FF01"), **{level: "RJCT"}))
    assert (states(office, rows), [one.code for one in report.refused]) == (
        ["posted", "under_processing"], ["refused_after_accepted"],
    )  # fmt: skip


@pytest.mark.parametrize("status_", ["RCVD", "PDNG"])
def test_a_file_that_was_only_received_is_refused(office, status_):
    rows, message = exported(office, 10, 20)
    office.take(pain_002(message=message, group=status_))
    assert office.take(pain_002(message=message, group="RJCT", why=reason("DT01"))).rejected == 2
    assert states(office, rows) == ["rejected"] * 2
    assert office.take(pain_002(message=message, group="RJCT", why=reason("DT01"))).unchanged == 2


def test_a_block_refused_after_the_file_was_accepted_is_refused(office):
    rows, message = exported(office, 10, 20)
    office.take(pain_002(message=message, group="ACTC"))
    assert office.take(pain_002(message=message, block="RJCT", why=reason("BE04"))).rejected == 2
    assert states(office, rows) == ["rejected"] * 2


@pytest.mark.few(2)
@pytest.mark.parametrize("code", ["AM05", "DU03", " du04"])
def test_a_transaction_refused_as_a_duplicate_goes_on_at_every_door(office, code):
    row = office.pay(10)
    office.process(said(row, reference=""))
    [answer] = office.reject(said(row, error_code=code))
    assert code_of(answer) == "refused_as_duplicate"
    report = office.take(csv([[row.number, "rejected", "", code.strip(), "", ""]]))
    assert [one.code for one in report.refused] == ["refused_as_duplicate"]
    report = office.take(pain_002(status(row.number, "RJCT", why=reason(code.strip().upper()))))
    assert [one.code for one in report.refused] == ["refused_as_duplicate"]
    kept = UnbookedFact.objects.filter(request=row).values_list("source", "code")
    assert set(kept) == {(source, "refused_as_duplicate") for source in ("api", "csv", "pain.002")}
    assert office.state(row) == "under_processing"
    assert office.post(said(row))[0].state == "posted"


def test_an_interim_report_is_named_with_what_to_import_instead(office):
    from tests.gateways.generic.banks import camt_053

    content = camt_053(message="BkToCstmrAcctRpt", statement="Rpt")
    with pytest.raises(ResultsUnreadable) as refusal:
        office.take(content, name="today.xml")
    for word in ("camt.052", "interim", "not booked", "camt.053", "camt.054"):
        assert word in str(refusal.value)
