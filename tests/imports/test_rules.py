"""Importing's decisions without a database: columns, cells, identity, and where a payment belongs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from subledger.accounts.imports.owners import AccountInBooks
from subledger.import_kit import errors
from subledger.import_kit.rules.cells import Row, Writing
from subledger.import_kit.rules.columns import place_fields
from subledger.imports.registry import kinds
from subledger.kernel.cards import CardNumberRefused
from subledger.kernel.errors import AmountInvalid, CurrencyUnknown, TextInvalid
from subledger.transactions.rules.identity import Fingerprints
from subledger.transactions.rules.suspense import Misfit, misfit_of

PAYMENT_HEADER = ["account", "Amount", "Day", "Balance"]


def columns(kind="payments", header=PAYMENT_HEADER, *, values=None, **mapping):
    return place_fields(kinds()[kind].fields, header, mapping=mapping, values=values or {})


def row(date_format=None, **cells) -> Row:
    return Row(2, cells, Writing(date_format=date_format))


def test_fields_are_found_by_mapping_then_by_name_in_any_case_and_extras_are_named():
    found = columns(posted_on="Day")
    assert found.places == {"account": 0, "amount": 1, "posted_on": 2}
    assert found.extra == ("Balance",)
    assert found.column_of("posted_on") == "Day"
    assert found.column_of("method") == "method"


def test_a_value_for_every_row_stands_in_for_a_column_unless_one_is_mapped():
    given = {"method": "cash", "posted_on": "2026-05-01"}
    assert columns(values=given).values == given
    assert columns(values=given, posted_on="Day").values == {"method": "cash"}


def test_metadata_columns_are_kept_for_customers():
    found = columns("customers", ["customer", "meta:region", "Size"], **{"meta:size": "Size"})
    assert found.places == {"customer": 0, "meta:region": 1, "meta:size": 2}
    assert found.extra == ()


@pytest.mark.parametrize(
    ("header", "mapping", "error", "says"),
    [
        (["account", "amount"], {}, errors.HeaderInvalid, "no column for posted_on"),
        (["account", "amount", "on"], {"posted_on": "Day"}, errors.MappingInvalid, "no column 'Day'"),
        (["account", "amount", "posted_on"], {"total": "amount"}, errors.MappingInvalid, "no field 'total'"),
        (["account", "amount", "posted_on", "amount"], {}, errors.HeaderInvalid, "'amount' 2 times"),
    ],
)
def test_a_wrong_header_or_mapping_is_refused(header, mapping, error, says):
    with pytest.raises(error, match=says):
        columns(header=header, **mapping)


def test_of_a_header_of_many_columns_some_are_told():
    with pytest.raises(errors.HeaderInvalid, match=r"It has: c0, c1, .*, c19 and 980 more\.") as refused:
        columns(header=[f"c{at}" for at in range(1_000)])
    assert "c20" not in str(refused.value)


def test_documents_need_one_of_two_days():
    header = ["account", "number", "unit_price", "issued_on"]
    assert columns("invoices", header).places["issued_on"] == 3
    with pytest.raises(errors.HeaderInvalid, match="posted_on or issued_on"):
        columns("invoices", header[:3])


def test_every_kind_has_its_fields_and_no_field_twice():
    for kind in kinds().values():
        names = kind.fields.names
        assert names
        assert len(set(names)) == len(names)
        assert kind.fields.numbers <= set(names)


@pytest.mark.parametrize(
    ("date_format", "text", "day"),
    [
        (None, "2026-05-20", date(2026, 5, 20)),
        ("%d.%m.%Y", "20.05.2026", date(2026, 5, 20)),
        ("%m/%d/%Y", "1/2/2013", date(2013, 1, 2)),
        ("%d.%m.%Y", date(2026, 5, 20), date(2026, 5, 20)),  # a workbook's own day needs no format
        (None, "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_days_are_read_as_iso_or_as_the_format_says(date_format, text, day):
    assert row(date_format, posted_on=text).day("posted_on") == day


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        (None, "2026-02-30"), (None, "20.05.2026"), (None, "2026-05-20 10:00"), (None, "soon"),
        ("%d.%m.%Y", "31.04.2026"), ("%d.%m.%Y", "2026-05-20"), ("%d.%m.%Y", "20.05.2026 "),
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_refused(date_format, text):
    with pytest.raises(errors.DateInvalid) as caught:
        row(date_format, posted_on=text).day("posted_on")
    assert repr(text) in str(caught.value)
    assert caught.value.param == "/posted_on"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("55.94", "eur", 5594), ("-0.01", "eur", -1), ("1000", "jpy", 1000), ("1.2340", "kwd", 1234),
        ("1,234.50", "eur", 123_450), ("55,94", "eur", 5594), ("90071992547409.91", "eur", 2**53 - 1),
    ],
)  # fmt: skip
def test_amounts_are_decimals_in_major_units(text, currency, minor):
    assert row(amount=text).minor("amount", currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1,234", "eur"), ("1.234", "kwd"), ("1e2", "eur"), ("1.005", "eur"), ("1.5", "jpy"), ("1.2345", "kwd"),
        ("NaN", "eur"), ("Infinity", "eur"), ("ten", "eur"), ("90071992547409.92", "eur"), ("1e999999", "eur"),
    ],
)  # fmt: skip
def test_an_amount_that_is_none_is_refused(text, currency):
    with pytest.raises(AmountInvalid) as caught:
        row(amount=text).minor("amount", currency)
    assert caught.value.param == "/amount"


def test_prices_keep_decimals_below_the_minor_unit():
    assert row(unit_price="0.0125").unit_amount("unit_price", "eur") == Decimal("1.25")
    assert row().unit_amount("unit_price", "eur") is None


@pytest.mark.parametrize("text", ["a", "1e99", "NaN", "0.12345"])
def test_a_number_that_is_none_or_too_fine_is_refused(text):
    with pytest.raises(errors.NumberInvalid):
        row(quantity=text).decimal("quantity", places=4)


@pytest.mark.parametrize("text", ["30.5", "20000"])
def test_days_of_credit_are_whole(text):
    with pytest.raises(errors.NumberInvalid):
        row(credit_period_days=text).whole("credit_period_days")


def test_text_is_bounded_and_holds_nothing_that_is_never_kept():
    assert row(account="x" * 100).text("account") == "x" * 100
    with pytest.raises(errors.TextInvalid, match="101 characters"):
        row(account="x" * 101).text("account")
    with pytest.raises(TextInvalid, match=r"U\+0000"):
        row(account="a\0b").text("account")
    with pytest.raises(CardNumberRefused):
        row(account="4242424242424242").text("account")
    with pytest.raises(errors.FieldMissing):
        row().needed("account")


def test_a_currency_is_an_iso_code_in_any_case():
    assert row(currency=" EUR").currency() == "eur"
    with pytest.raises(CurrencyUnknown) as caught:
        row(currency="euro").currency()
    assert caught.value.param == "/currency"


def test_equal_payments_are_told_apart_by_their_count_alone():
    def codes(*amounts):
        seen = Fingerprints()
        return [
            seen.code(account="A1", currency="eur", amount_minor=a, posted_on=date(2026, 5, 1), words=("", "ref", ""))
            for a in amounts
        ]

    assert len(set(codes(350, 350, 350))) == 3
    assert sorted(codes(350, 100, 350)) == sorted(codes(100, 350, 350)), "the order must not matter"
    assert set(codes(350)) < set(codes(350, 350)), "what overlaps is the same"


@pytest.mark.parametrize("change", [
    {"account": "A2"}, {"currency": "usd"}, {"amount_minor": 351}, {"posted_on": date(2026, 5, 2)},
    {"words": ("cash", "ref", "")}, {"words": ("", "", "ref")},
])  # fmt: skip
def test_whatever_a_payment_says_makes_it_another(change):
    said = {
        "account": "A1", "currency": "eur", "amount_minor": 350, "posted_on": date(2026, 5, 1), "words": ("", "ref", "")
    }  # fmt: skip
    assert Fingerprints().code(**said) != Fingerprints().code(**{**said, **change})


ACCOUNT = AccountInBooks(1, "ACR0000000001", "active", "eur", "C1", "Ann Smith")


@pytest.mark.parametrize(
    ("line", "account", "owner", "expected"),
    [
        (1, ACCOUNT, "", None),
        (2, None, "", Misfit.UNKNOWN),
        (3, ACCOUNT._replace(state="terminated"), "", Misfit.TERMINATED),
        (4, ACCOUNT, "Bob", Misfit.OWNER_DIFFERS),
        ("by code", ACCOUNT, "c1", None),
        ("by name", ACCOUNT, "ann  SMITH", None),
        ("suspended takes payments", ACCOUNT._replace(state="suspended"), "", None),
    ],
)
def test_scenario_3_which_payments_cannot_be_placed(line, account, owner, expected):
    assert misfit_of(account, owner) is expected
