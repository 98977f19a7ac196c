"""Pending requests as files: what is in them reads back as it should, what cannot be is listed with its reason."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from sepaxml.validation import try_valid_xml
from tests.gateways.generic.office import CREDITOR, IBAN, code_of, footprint, said

from subledger.accounts.preferences import release_payment_preference
from subledger.gateways.errors import ProviderExecutes
from subledger.gateways.generic.creditor import is_creditor_id, read_creditor
from subledger.gateways.generic.errors import CreditorIncomplete, ExportDayInvalid, ExportFormatUnknown
from subledger.gateways.generic.text import sepa_text
from subledger.gateways.kind import GatewayKind
from subledger.gateways.models import MarkedFile, PaymentRequest
from subledger.gateways.services import bank_files
from subledger.gateways.services.bank_files import _next_working_day
from subledger.journal.services import NewRate, enter_rates
from subledger.kernel.errors import NotFound
from subledger.platform import clock
from subledger.platform.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def texts(content: bytes, *tags: str) -> list[list[str]]:
    """The texts of elements by their names, in the file's order."""
    root = ET.fromstring(content)
    return [[(found.text or "") for found in root.iterfind(f".//{{*}}{tag}")] for tag in tags]


def test_collections_as_pain_008(office):
    mandate = office.signs()
    invoice = office.ledger.invoice(75)
    first = office.pay(75, to=[invoice], payment_preference_id=mandate.pk)
    second = office.pay("0.07", payment_preference_id=mandate.pk)
    export = office.export("pain.008")
    try_valid_xml(export.content, "pain.008.001.08")
    assert export.written == (first.public_id, second.public_id)
    assert (export.left_out, export.content_type) == ((), "application/xml")
    names, ends, ibans, mandates, signed, lines = texts(
        export.content, "Nm", "EndToEndId", "IBAN", "MndtId", "DtOfSgntr", "Ustrd"
    )
    assert names == ["Seller AG", "Seller AG", "Anne Gross + Sohne", "Anne Gross + Sohne"]
    assert ends == [first.number, second.number]
    assert ibans == [CREDITOR["iban"], IBAN, IBAN]
    assert (mandates, signed) == (["M-2026-0001"] * 2, ["2026-01-15"] * 2)
    assert lines == [f"{first.number} {invoice.number}", second.number]
    amounts, sums, counts, day, kind, message, made = texts(
        export.content, "InstdAmt", "CtrlSum", "NbOfTxs", "ReqdColltnDt", "SeqTp", "MsgId", "CreDtTm"
    )
    assert (amounts, sums, counts) == (["75.00", "0.07"], ["75.07"] * 2, ["2", "2"])
    assert (day, kind) == (["2026-05-21"], ["RCUR"])
    assert (message, made) == ([export.message], ["2026-05-20T12:30:00"])
    assert {element.get("Ccy") for element in ET.fromstring(export.content).iterfind(".//{*}InstdAmt")} == {"EUR"}


def test_refunds_and_cancellations_as_pain_001(office):
    mandate = office.signs()
    paid = [office.pay(amount, payment_preference_id=mandate.pk) for amount in (10, 20)]
    office.post(*[said(row) for row in paid])
    cancelled = office.cancel(office.transaction(paid[1]).pk)
    refund = office.refund(10)
    export = office.export("pain.001", on=date(2026, 5, 22))
    try_valid_xml(export.content, "pain.001.001.09")
    ends, amounts, day = texts(export.content, "EndToEndId", "InstdAmt", "ReqdExctnDt/{*}Dt")
    assert (ends, amounts, day) == ([cancelled.number, refund.number], ["20.00", "10.00"], ["2026-05-22"])
    assert office.export("pain.008").written == ()


@pytest.mark.few(2)
@pytest.mark.parametrize(("bic", "agent"), [("", "NOTPROVIDED"), ("PSSTFRPPPAR", "PSSTFRPPPAR")])
@pytest.mark.parametrize(("file_format", "tag"), [("pain.008", "CdtrAgt"), ("pain.001", "DbtrAgt")])
def test_our_own_bank_is_named_or_said_not_to_be(office, file_format, tag, bic, agent):
    office.provider.creditor = {**CREDITOR, "bic": bic}
    office.provider.save()
    mandate = office.signs()
    office.post(said(office.pay(10, payment_preference_id=mandate.pk)))
    office.refund(10)
    office.pay(10, payment_preference_id=mandate.pk)
    content = office.export(file_format).content
    found = ET.fromstring(content).find(f".//{{*}}PmtInf/{{*}}{tag}/{{*}}FinInstnId")
    assert "".join(found.itertext()) == agent


LEFT_OUT = {
    "iban_missing": {"iban": ""},
    "iban_invalid": {"iban": "DE00370400440532013000"},
    "iban_outside_sepa": {"iban": "BR1800360305000010009795493C1"},
    "bic_invalid": {"bic": "COBA"},
    "mandate_missing": {"mandate_signed_on": ""},
    "mandate_invalid": {"mandate_reference": "M" * 36},
    "name_missing": {"account_holder": "!!!"},
}


@pytest.mark.few(2)
@pytest.mark.parametrize(("code", "details"), LEFT_OUT.items())
def test_what_a_bank_could_not_execute_is_left_out_with_its_reason(office, code, details):
    good = office.pay(5, payment_preference_id=office.signs().pk)
    row = office.pay(75, payment_preference_id=office.signs(**details).pk)
    export = office.export("pain.008", mark=True)
    assert export.written == (good.public_id,)
    [left] = export.left_out
    assert (left.request, left.number, left.code, left.reason[-1]) == (row.public_id, row.number, code, ".")
    assert (office.state(good), office.state(row)) == ("under_processing", "pending")


@pytest.mark.parametrize("signed", ["2026-02-30", "2026-05-21", "soon"])
def test_a_mandate_needs_a_day_that_has_been(office, signed):
    office.pay(75, payment_preference_id=office.signs(mandate_signed_on=signed).pk)
    export = office.export("pain.008")
    assert ([left.code for left in export.left_out], export.content) == (["mandate_invalid"], None)


def test_a_refund_needs_no_mandate(office):
    office.post(said(office.pay(10, payment_preference_id=office.signs(mandate_reference="").pk)))
    row = office.refund(10)
    assert office.export("pain.001").written == (row.public_id,)


def test_released_missing_and_foreign_preferences_and_currencies(office):
    ledger = office.ledger
    enter_rates(rates=[NewRate("usd", date(2026, 5, 1), Decimal("0.9"))], actor="test")
    preference = office.signs()
    released = office.pay(1, payment_preference_id=preference.pk)
    release_payment_preference(account_id=ledger.account.pk, chosen_id=preference.pk, actor="test")
    missing = office.pay(2, account=ledger.open("Bob"))
    PaymentRequest.objects.filter(pk=missing.pk).update(preference=None)  # from before it was asked for
    dollars = ledger.open("Cid", currency="usd")
    foreign = office.pay(3, account=dollars, payment_preference_id=office.signs(dollars).pk)
    office.provider.mode = "live"
    office.provider.save()
    live = office.pay(5, payment_preference_id=office.signs().pk)
    assert office.export("pain.008").written == (live.public_id,)
    assert office.export("csv").written == (live.public_id,), "money of a test is never mixed with real money"
    office.provider.mode = "test"
    office.provider.save()
    export = office.export("pain.008")
    assert {left.request: left.code for left in export.left_out} == {
        released.public_id: "method_removed",
        missing.public_id: "preference_missing",
        foreign.public_id: "currency_not_euro",
        live.public_id: "other_mode",
    }
    assert (export.written, export.content) == ((), None)


def test_an_export_changes_nothing_unless_it_is_asked_to_mark(office):
    row = office.pay(75, payment_preference_id=office.signs().pk)
    twice = [office.export("pain.008") for _ in range(2)]
    assert [export.written for export in twice] == [(row.public_id,)] * 2
    assert twice[0].message != twice[1].message
    assert office.state(row) == "pending"
    marked = office.export("pain.008", mark=True)
    assert (marked.written, office.state(row)) == ((row.public_id,), "under_processing")
    assert code_of(office.process(said(row))[0]) == "transition_not_allowed"
    empty = office.export("pain.008", mark=True)
    assert (empty.written, empty.content) == ((), None)
    told = Event.objects.filter(type="provider.requests_exported", object_id=office.provider.pk)
    assert [event.data["marked"] for event in told.order_by("id")] == [False, False, True]
    assert office.post(said(row))[0].state == "posted"


def test_csv_has_everything_and_nothing_that_a_spreadsheet_would_run(office):
    enter_rates(rates=[NewRate("jpy", date(2026, 5, 1), Decimal("0.006"))], actor="test")
    evil = office.ledger.open("=HYPERLINK(1)", currency="jpy")
    office.signs(evil, account_holder="", iban="")
    paid = office.pay(75, payment_preference_id=office.signs().pk)
    yen = office.pay(500, account=evil)
    export = office.export("csv")
    rows = list(csv.DictReader(io.StringIO(export.content.decode())))
    assert [row["request"] for row in rows] == [paid.public_id, yen.public_id] == list(export.written)
    assert [(row["amount"], row["currency"]) for row in rows] == [("75.00", "EUR"), ("500", "JPY")]
    assert (rows[0]["number"], rows[0]["mandate_reference"]) == (paid.number, "M-2026-0001")
    assert (rows[0]["account_holder"], rows[1]["account_name"]) == ("Änne Groß & Söhne", "'=HYPERLINK(1)")


@pytest.mark.each_once
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "!?"),
        ("iban", ""),
        ("iban", "FR1420041010050500013M02607"),
        ("bic", "NOPE"),
        ("creditor_id", ""),
        ("creditor_id", "DE99ZZZ09999999999"),
    ],
)
def test_without_whole_bank_details_of_our_own_there_is_no_file(office, field, value):
    office.pay(75, payment_preference_id=office.signs().pk)
    office.provider.creditor = {**CREDITOR, field: value}
    office.provider.save()
    before = footprint()
    with pytest.raises(CreditorIncomplete) as refusal:
        office.export("pain.008", mark=True)
    assert refusal.value.param == f"/creditor/{field}"
    assert footprint() == before


def test_a_creditor_identifier_is_for_collections_alone():
    assert read_creditor({**CREDITOR, "creditor_id": ""}, collects=False).creditor_id == ""
    assert is_creditor_id("DE98ABC09999999999"), "the business code is in no checksum"
    assert not is_creditor_id("DE98ZZZ")


def test_formats_and_days_that_are_none(office, monkeypatch):
    with pytest.raises(ExportFormatUnknown, match=r"csv, pain.008, pain.001"):
        office.export("pain.009")
    with pytest.raises(ExportDayInvalid):
        office.export("pain.001", on=date(2026, 5, 19))
    itself = GatewayKind("generic", "Itself", make=lambda settings: None)  # type: ignore[arg-type, return-value]
    monkeypatch.setattr("subledger.gateways.services.execution.kind_named", lambda name: itself)
    with pytest.raises(ProviderExecutes):
        office.export("csv")


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2026-05-20", "2026-05-21"),
        ("2026-05-22", "2026-05-25"),
        ("2026-05-23", "2026-05-25"),
        ("2026-12-24", "2026-12-28"),  # Christmas, on which TARGET is closed
        ("2026-04-02", "2026-04-07"),  # Good Friday and Easter Monday
        ("2026-12-31", "2027-01-04"),
    ],
)
def test_collections_are_due_on_a_working_day(today, day):
    assert _next_working_day(date.fromisoformat(today)).isoformat() == day


def test_text_as_banks_write_it():
    assert sepa_text("Müller & Söhne <Łódź>", 70) == "Muller + Sohne Lodz"
    assert sepa_text("Ж" * 80, 10) == "ZhZhZhZhZh"
    assert sepa_text("€ “x”", 70) == "EUR x"
    assert sepa_text("+-/", 70) == ""


@pytest.mark.parametrize("file_format", ["csv", "pain.008"])
def test_a_marked_file_that_was_lost_is_given_again_as_it_was(office, file_format):
    row = office.pay(75, payment_preference_id=office.signs().pk)
    office.export(file_format)  # not marked: nothing is lost with it
    with pytest.raises(NotFound):
        bank_files.export_again(provider_id=office.provider.pk, actor="test")
    first = office.export(file_format, mark=True)
    assert office.export(file_format, mark=True).written == (), "the next file does not hold it again"
    office.pay(80, payment_preference_id=row.preference_id)
    second = office.export(file_format, mark=True)
    for message, lost in ((first.message, first), (second.message, second), ("", second)):
        again = bank_files.export_again(provider_id=office.provider.pk, message=message, actor="test")
        assert again == lost
        assert (again.file_name, again.content_type) == (lost.file_name, lost.content_type)
    assert office.state(row) == "under_processing"
    told = Event.objects.filter(type="provider.requests_exported_again", object_id=office.provider.pk)
    assert [one.data["message"] for one in told.order_by("id")] == [first.message, second.message, second.message]
    with pytest.raises(NotFound, match="MSG-NONE"):
        bank_files.export_again(provider_id=office.provider.pk, message="MSG-NONE", actor="test")


def test_marked_files_are_kept_for_ninety_days(office):
    office.pay(75)
    lost = office.export("csv", mark=True)
    with clock.frozen(clock.now() + timedelta(days=89)):
        assert bank_files.export_again(provider_id=office.provider.pk, actor="test").content == lost.content
    with clock.frozen(clock.now() + timedelta(days=91)):
        with pytest.raises(NotFound):
            bank_files.export_again(provider_id=office.provider.pk, message=lost.message, actor="test")
        office.pay(80)
        office.export("csv", mark=True)
        assert MarkedFile.objects.count() == 1, "what is older goes with the next"
