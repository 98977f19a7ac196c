"""Rules of a few lines, each in its table: buckets of ageing, who may do what, which payments are the same."""

from __future__ import annotations

from datetime import date

import pytest

from subledger.transactions.rules.ageing import BUCKETS, over_of
from subledger.transactions.rules.identity import Fingerprints, code_kept
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.rules.receipts import is_told_of

# -- ageing ----------------------------------------------------------------------------------------------------------


def test_a_bucket_ends_where_the_next_begins():
    assert [(one.name, over_of(one), one.until) for one in BUCKETS] == [
        ("not_due", None, 0),
        ("days_1_30", 0, 30),
        ("days_31_60", 30, 60),
        ("days_61_90", 60, 90),
        ("days_91_120", 90, 120),
        ("days_over_120", 120, None),
    ]


# -- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "classification", "permission"),
    [
        ("post", "invoice", "transactions.post:invoice"),
        ("post", "payment", "transactions.post:payment"),
        ("post", "refund", "transactions.refund"),
        ("cancel", "payment", "transactions.cancel:payment"),
        ("draft", "refund", "transactions.draft:refund"),
        ("edit", "refund", "transactions.draft:refund"),
        ("reject", "invoice", "transactions.draft:invoice"),
        ("move", "payment", "transactions.move"),
        ("write_off", "invoice", "transactions.write_off"),
        ("quick_pay", "payment", "transactions.post:payment"),
    ],
)
def test_what_is_asked_of_a_transaction_has_its_permission(action, classification, permission):
    assert permission_for(action, classification) == permission


# -- which payments are the same -------------------------------------------------------------------------------------

SAID = {
    "account": "A1",
    "currency": "eur",
    "amount_minor": 5_00,
    "posted_on": date(2026, 5, 4),
    "words": ("cash", "R-1"),
}
CODE = "import:86eb0cecd1b3373ed2f6096a:1"


def test_a_payment_without_a_code_has_that_of_what_it_says():
    assert Fingerprints().code(**SAID) == CODE, "codes in books were made so"


def test_equal_payments_of_a_file_are_counted_and_others_stand_apart():
    seen = Fingerprints()
    first, second = seen.code(**SAID), seen.code(**SAID)
    assert (first.rpartition(":")[0], first[-2:], second[-2:]) == (second.rpartition(":")[0], ":1", ":2")
    others = [
        {"account": "A2"},
        {"currency": "usd"},
        {"amount_minor": 5_01},
        {"posted_on": date(2026, 5, 5)},
        {"words": ("cash", "R-2")},
        {"words": ("cashR-1",)},
    ]
    codes = {seen.code(**SAID | other) for other in others}
    assert len({first, *codes}) == 7
    assert all(code.endswith(":1") for code in codes)


def test_a_payment_that_is_kept_beside_its_like_has_the_file_in_its_code():
    assert code_kept("import:abc:2", "0123456789abcdef") == "import:abc:0123456789ab:2"


# -- receipts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counted_from", "told"),
    [(date(2026, 5, 20), True), (date(2026, 5, 21), True), (date(2026, 4, 19), True), (date(2026, 4, 18), False)],
)
def test_a_receipt_leaves_by_itself_for_a_payment_of_the_last_31_days(counted_from, told):
    assert is_told_of(counted_from, date(2026, 5, 20)) is told
