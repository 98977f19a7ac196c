"""Files of results: read by what they are, each row taken or refused with its reason, and twice is once."""

from __future__ import annotations

import io

import pytest
from tests.gateways.generic import banks
from tests.gateways.generic.banks import booked, camt_053, csv, entry, pain_002, reason, status
from tests.gateways.generic.office import Office, footprint, said

from subledger.gateways.generic.errors import ResultsUnreadable
from subledger.gateways.generic.iso20022 import read_xml
from subledger.gateways.generic.reasons import in_words
from subledger.gateways.generic.results import read_results
from subledger.platform.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def refusals(report):
    return [(row.position, row.code) for row in report.refused]


def rows_only():
    return footprint()[1]


# -- CSV


def test_csv_posts_rejects_and_begins(office):
    paid, failed, begun = (office.pay(amount) for amount in (10, 20, 30))
    content = csv(
        [
            [paid.public_id, "posted", "R1", "", "", "10.00"],
            [failed.number, "Rejected", "", "AM04", "No money", "20"],
            [begun.public_id, "under_processing", "B1", "", "", ""],
        ]
    )
    report = office.take(content)
    assert report.counts == {
        "posted": 1, "rejected": 1, "under_processing": 1, "unchanged": 0, "ignored": 0, "refused": 0,
    }  # fmt: skip
    assert [office.state(row) for row in (paid, failed, begun)] == ["posted", "rejected", "under_processing"]
    assert (office.row(paid.pk).reference, office.row(failed.pk).error_message) == ("R1", "No money")
    assert office.ledger.balance() == -10
    before = rows_only()
    again = office.take(content)
    assert (again.counts["unchanged"], again.refused) == (3, [])
    assert rows_only() == before


def test_an_exported_csv_with_results_filled_in_is_a_file_of_results(office):
    row = office.pay("12.34", payment_preference_id=office.signs().pk)
    header, line = office.export("csv", mark=True).content.decode().splitlines()
    report = office.take(f"\ufeff{header},result,reference\r\n{line},posted,R-1\r\n")
    assert (report.posted, office.state(row)) == (1, "posted")


def test_csv_rows_that_cannot_be_taken_are_refused_by_line(office):
    good, other_amount, plain, settled = (office.pay(amount) for amount in (10, 20, 30, 40))
    office.reject(said(settled))
    foreign = Office.opened(office.ledger, code="other").pay(5)
    content = csv(
        [
            [good.public_id, "posted", "R1", "", "", "10.00"],
            [other_amount.public_id, "posted", "R2", "", "", "19.99"],
            [other_amount.public_id, "posted", "R2", "", "", "20,00", ""],
            [plain.public_id, "posted", "R3", "", "", "thirty"],
            [plain.public_id, "paid", "R3", "", "", ""],
            ["", "posted", "R3", "", "", ""],
            [plain.public_id, "posted", "", "", "", ""],
            [plain.public_id, "rejected", "", "", "", ""],
            [foreign.public_id, "posted", "R4", "", "", ""],
            ["prq_0000000000001", "posted", "R5", "", "", ""],
            ["INV00000001", "posted", "R6", "", "", ""],
            [settled.public_id, "posted", "R7", "", "", ""],
        ]
    )
    report = office.take(content)
    assert report.posted == 1
    assert sorted(refusals(report)) == sorted(
        [
            ("line 3", "amount_differs"),
            ("line 4", "result_invalid"),
            ("line 5", "amount_invalid"),
            ("line 6", "result_invalid"),
            ("line 7", "result_invalid"),
            ("line 8", "element_invalid"),
            ("line 9", "element_invalid"),
            ("line 10", "request_of_another_provider"),
            ("line 11", "not_found"),
            ("line 12", "not_found"),
            ("line 13", "payment_request_settled"),
        ]
    )
    assert office.state(foreign) == office.state(plain) == office.state(other_amount) == "pending"
    told = Event.objects.get(type="provider.results_imported", object_id=office.provider.pk).data
    assert (told["posted"], told["refused"], len(told["refusals"])) == (1, 11, 11)


def test_csv_in_another_currency_is_another_amount(office):
    row = office.pay(10)
    header = "request;result;reference;amount;currency"
    report = office.take(f"{header}\n{row.public_id};posted;R;10;USD\n{row.public_id};posted;R;10;XXQ\n")
    assert refusals(report) == [("line 2", "amount_differs"), ("line 3", "currency_unknown")]
    assert office.take(f"{header}\n{row.public_id};posted;R;10;eur\n").posted == 1


def test_a_dry_run_says_the_same_and_keeps_nothing(office):
    row, other = office.pay(10), office.pay(20)
    content = csv([[row.public_id, "posted", "R1", "", "", ""], [other.public_id, "posted", "R1", "", "", "1"]])
    before = footprint()
    tried = office.take(content, dry_run=True)
    assert footprint() == before
    assert (tried.is_dry_run, office.ledger.balance()) == (True, 0)
    kept = office.take(content)
    assert (kept.counts, kept.refused) == (tried.counts, tried.refused)
    assert office.ledger.balance() == -10


# -- pain.002


@pytest.mark.few(2)
@pytest.mark.parametrize("namespace", [banks.PAIN_002, "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03", ""])
def test_a_status_report_settles_by_transaction(office, namespace):
    settled, accepted, refused = (office.pay(amount) for amount in (10, 20, 30))
    office.process(*[said(row, reference="") for row in (settled, refused)])
    content = pain_002(
        status(settled.number, "ACSC", amount="10.00", reference="BK-9"),
        status(accepted.number, "ACCP", amount="20.00"),
        status(refused.number, "RJCT", why=reason("AM04", said="no cover"), amount="30.00"),
        group="PART",
        namespace=namespace,
    )
    report = office.take(content)
    assert (report.format, report.posted, report.under_processing, report.rejected) == ("pain.002", 1, 1, 1)
    assert report.refused == []
    assert [office.state(row) for row in (settled, accepted, refused)] == ["posted", "under_processing", "rejected"]
    after = office.row(refused.pk)
    assert (after.error_code, after.error_message) == (
        "AM04",
        "There is not enough money on the account: no cover",
    )
    assert office.row(settled.pk).reference == "BK-9"
    before = rows_only()
    assert office.take(content).unchanged == 3
    assert rows_only() == before


@pytest.mark.wide
def test_accepted_is_not_paid(office):
    row = office.pay(10)
    for code in ("RCVD", "ACTC", "ACCP", "ACSP", "PDNG"):
        office.take(pain_002(status(row.number, code)))
        assert (office.state(row), office.ledger.balance()) == ("under_processing", 0)
    assert office.take(pain_002(status(row.number, "ACSC"))).posted == 1
    assert office.take(pain_002(status(row.number, "ACCP"))).unchanged == 1, "an echo that comes late"
    assert office.state(row) == "posted"


def test_a_status_report_s_rows_that_cannot_be_taken(office):
    row = office.pay(10)
    content = pain_002(
        status(row.number, "ACSC", amount="10.01"),
        status("NOTPROVIDED", "ACSC"),
        status("", "ACSC"),
        status(row.number, "XXXX"),
    )
    report = office.take(content)
    assert sorted(refusals(report)) == [
        ("transaction 1", "amount_differs"),
        ("transaction 2", "not_found"),
        ("transaction 3", "result_invalid"),
        ("transaction 4", "result_invalid"),
    ]
    assert office.state(row) == "pending"


@pytest.mark.parametrize("level", ["group", "block"])
def test_a_file_that_the_bank_refuses_whole_is_refused_whole(office, level):
    mandate = office.signs()
    rows = [office.pay(amount, payment_preference_id=mandate.pk) for amount in (10, 20, 30)]
    export = office.export("pain.008", mark=True)
    later = office.pay(40, payment_preference_id=mandate.pk)
    why = reason("FF01")
    content = pain_002(
        *([status(rows[0].number, "RJCT", why=reason("AC04"))] if level == "block" else []),
        message=export.message,
        why=why,
        **{level: "RJCT"},
    )
    report = office.take(content)
    assert (report.rejected, report.refused) == (3, [])
    codes = ["AC04" if level == "block" else "FF01", "FF01", "FF01"]
    assert [office.row(row.pk).error_code for row in rows] == codes
    assert office.state(later) == "pending"
    before = rows_only()
    assert office.take(content).unchanged == 3
    assert rows_only() == before


def test_a_file_accepted_or_settled_whole(office):
    mandate = office.signs()
    rows = [office.pay(amount, payment_preference_id=mandate.pk) for amount in (10, 20)]
    message = office.export("pain.008").message
    assert office.take(pain_002(message=message, group="ACCP")).under_processing == 2
    assert office.take(pain_002(message=message, group="ACSC")).posted == 2
    assert len({office.row(row.pk).reference for row in rows}) == 2
    assert office.ledger.balance() == -30


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_file_sent_twice_and_refused_once_is_still_under_way(office, is_whole):
    row = office.pay(10, payment_preference_id=office.signs().pk)
    first, second = (office.export("pain.008").message for _ in range(2))
    office.export("csv")  # which no bank has seen

    def refused(message):
        if is_whole:
            return pain_002(message=message, group="RJCT", why=reason("FF01"))
        return pain_002(status(row.number, "RJCT", why=reason("AC04")), message=message)

    report = office.take(refused(first))
    assert [code for _, code in refusals(report)] == ["exported_again"]
    assert office.state(row) == "pending"
    assert office.take(refused(second)).rejected == 1
    assert office.take(refused(first)).unchanged == 1


def test_a_whole_file_that_nobody_exported(office):
    office.pay(10, payment_preference_id=office.signs().pk)
    office.export("pain.008")
    report = office.take(pain_002(message="MSG-NEVER", group="RJCT", why=reason("FF01")))
    assert refusals(report) == [("file", "message_unknown")]
    assert refusals(office.take(pain_002(group="PART"))) == [("file", "result_invalid")]


# -- camt


@pytest.mark.parametrize("message", ["BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"])
def test_a_statement_posts_what_it_books(office, message):
    paid, batched, other = (office.pay(amount) for amount in (75, 20, 30))
    office.post(said(done := office.pay(5)))
    refund = office.refund(5)
    content = camt_053(
        entry(booked(paid.number, reference="TX-1"), amount="75.00"),
        entry(booked(batched.number, amount="20.00"), booked(other.number, amount="30.00"), reference="BATCH"),
        entry(booked(refund.number, direction="DBIT", amount="5.00"), direction="DBIT", reference="OUT-1"),
        entry(booked("NOTPROVIDED", amount="9.00")),
        entry(amount="3.50", direction="DBIT"),
        entry(booked(done.number, amount="5.00"), is_booked=False),
        message=message,
    )
    report = office.take(content)
    assert (report.format, report.refused) == ("camt.053" if message == "BkToCstmrStmt" else "camt.054", [])
    assert (report.posted, report.ignored) == (4, 3)
    references = [office.row(row.pk).reference for row in (paid, batched, other, refund)]
    assert references == ["TX-1", f"BATCH/{batched.number}", f"BATCH/{other.number}", "OUT-1"]
    assert office.ledger.balance() == -125
    before = rows_only()
    assert office.take(content).counts["unchanged"] == 4
    assert rows_only() == before


def test_a_collection_that_comes_back_before_it_was_posted_is_rejected(office):
    row = office.pay(75)
    back = booked(row.number, direction="DBIT", amount="78.00", instructed="75.00", back="MD06")
    report = office.take(camt_053(entry(back, amount="78.00", direction="DBIT")))
    assert (report.rejected, report.refused) == (1, [])
    after = office.row(row.pk)
    assert (after.error_code, after.error_message) == ("MD06", "The debtor asked for the money back")
    assert office.ledger.balance() == 0


def test_a_collection_that_comes_back_after_it_was_posted_is_cancelled_once(office):
    row = office.pay(75)
    content = camt_053(
        entry(booked(row.number, amount="75.00")),
        entry(booked(row.number, direction="DBIT", amount="75.00", back="AC04"), direction="DBIT"),
    )
    for posted, unchanged in ((1, 0), (0, 2)):
        report = office.take(content)
        assert (report.posted, report.rejected, report.unchanged, report.refused) == (posted, posted, unchanged, [])
        assert (office.state(row), office.ledger.balance()) == ("rejected", 0)


def test_a_refund_that_comes_back_is_undone_once(office):
    office.post(said(office.pay(75)))
    refund = office.refund(75)
    content = camt_053(
        entry(booked(refund.number, direction="DBIT", amount="75.00"), direction="DBIT", reference="OUT"),
        entry(booked(refund.number, amount="75.00", back="AC04"), reference="BACK"),
    )
    report = office.take(content)
    assert (report.posted, report.rejected, report.refused) == (1, 1, [])
    assert (office.state(refund), office.ledger.balance()) == ("rejected", -75)
    before = rows_only()
    assert office.take(content).unchanged == 2
    assert (rows_only(), office.ledger.balance()) == (before, -75)


@pytest.mark.wide
def test_a_statement_s_rows_that_cannot_be_taken(office):
    row = office.pay(75)
    other = Office.opened(office.ledger, code="other").pay(5)
    content = camt_053(
        entry(booked(row.number, amount="74.99")),
        entry(booked(row.number, direction="DBIT", amount="75.00"), direction="DBIT"),
        entry(booked(row.number), booked(row.number)),
        entry(booked(other.number, amount="5.00")),
        entry(booked("PRQ-0000000000001", amount="5.00")),
    )
    report = office.take(content)
    assert sorted(refusals(report)) == [
        ("entry 1, transaction 1", "amount_differs"),
        ("entry 2, transaction 1", "direction_differs"),
        ("entry 3, transaction 1", "result_invalid"),
        ("entry 3, transaction 2", "result_invalid"),
        ("entry 4, transaction 1", "request_of_another_provider"),
        ("entry 5, transaction 1", "not_found"),
    ]
    assert office.state(row) == office.state(other) == "pending"


# -- files that are none

WHOLE = pain_002(status("PRQ-0000000000001", "ACSC"))
UNREADABLE = {
    "empty": b"",
    "blank": b"\xef\xbb\xbf \n",
    "a bomb": banks.BOMB.encode(),
    "an outside DTD": banks.OUTSIDE.encode(),
    "cut off": WHOLE[:-40].encode(),
    "not closed": b"<Document><CstmrPmtStsRpt><GrpHdr></CstmrPmtStsRpt></Document>",
    "of an encoding that is none": WHOLE.replace("UTF-8", "UTF-99").encode(),
    "bytes that its encoding has not": WHOLE.replace("MSG-1", "M\xfcller").encode("latin-1"),
    "another message": b"<Document><FIToFICstmrCdtTrf/></Document>",
    "an intraday report": camt_053(message="BkToCstmrAcctRpt", statement="Rpt").encode(),
    "a page": b"<!DOCTYPE html><html></html>",
    "a lone element": b"<Document/>",
    "not UTF-8": "request,result\nprq_1,pösted\n".encode("latin-1"),
    "a zero byte": b"request,result\nprq_1\0,posted\n",
    "no header": b"prq_0000000000001,posted,R1\nprq_0000000000002,posted,R2\n",
    "no rows": b"request,result\n",
    "a column twice": b"request,result,reference,reference\nprq_1,posted,A,B\n",
    "deep": b"<Document><CstmrPmtStsRpt>" + b"<a>" * 100_000,
    "an open quote": b'request,result\nprq_1,"posted\n',
    "a workbook": b"PK\x03\x04\x14\x00\x06\x00",
}


@pytest.mark.few(4)
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_whole(office, content):
    before = footprint()
    with pytest.raises(ResultsUnreadable) as refusal:
        office.take(content, name="results.dat")
    assert str(refusal.value).startswith("results.dat cannot be read: ")
    assert footprint() == before


def test_a_file_too_large_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr("subledger.gateways.generic.results.MOST_BYTES", 2**20)
    with pytest.raises(ResultsUnreadable, match="1 MiB"):
        read_results(b"request,result\n" * 2**17, name="x")


def test_an_entry_of_millions_of_elements_is_let_go_early(monkeypatch):
    monkeypatch.setattr("subledger.gateways.generic.iso20022.MOST_HELD", 1_000)
    wide = camt_053(entry(booked("PRQ-0000000000001", amount="1"))).replace("<RmtInf>", "<RmtInf>" + "<a/>" * 1_000)
    with pytest.raises(ResultsUnreadable, match="larger than any bank"):
        read_xml(io.BytesIO(wide.encode()), name="x")
    many = camt_053(*[entry(booked("PRQ-0000000000001", amount="1")) for _ in range(100)])
    assert len(read_xml(io.BytesIO(many.encode()), name="x").reported) == 100, "held one at a time"


def test_a_statement_of_the_old_version_is_read_alike():
    old = camt_053(
        entry("""<TxDtls><Refs><EndToEndId>PRQ-0000000000001</EndToEndId></Refs>
        <AmtDtls><TxAmt><Amt Ccy="EUR">75.00</Amt></TxAmt></AmtDtls></TxDtls>""")
    )
    old = old.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>").replace(banks.CAMT_053, "urn:old:camt.053.001.02")
    [told] = read_results(old.encode(), name="x").reported
    assert (told.verb, told.amount, told.currency, told.direction) == ("post", "75.00", "EUR", "in")


def test_xml_in_utf_16_is_xml():
    content = WHOLE.replace("UTF-8", "UTF-16").encode("utf-16")
    [told] = read_results(content, name="x").reported
    assert (told.request, told.verb, told.position) == ("PRQ-0000000000001", "post", "transaction 1")


def test_reasons_in_words():
    assert in_words("AM04") == "There is not enough money on the account"
    assert in_words("ZZ99", "see letter") == "see letter"
    assert in_words("ZZ99") == "The bank gave ZZ99"


@pytest.mark.wide
def test_more_rows_than_a_set_holds(office, monkeypatch):
    monkeypatch.setattr("subledger.gateways.services.results.MOST", 3)
    rows = [office.pay(1) for _ in range(7)]
    report = office.take(csv([[row.public_id, "posted", f"R{row.pk}", "", "", "1"] for row in rows]))
    assert (report.posted, office.ledger.balance()) == (7, -7)


@pytest.mark.parametrize(
    "content",
    [
        'sep=;\nrequest;"result, as of today";result\npreq_1;"a;b";posted\n',
        '"request";"what\nthe bank says, in, words";result\npreq_1;x;posted\n',
        "Bank of Rome;;\nMay 2026;;\nrequest;note;result;;\npreq_1;x;posted;;\n",
    ],
)
def test_a_table_is_found_as_imports_find_it(content):
    [told] = read_results(content.encode(), name="x").reported
    assert (told.request, told.verb) == ("preq_1", "post")
    [told] = read_results(content.encode("utf-16"), name="x").reported
    assert told.request == "preq_1"
