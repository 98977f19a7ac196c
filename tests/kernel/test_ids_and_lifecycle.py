from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel import errors
from subledger.kernel.errors import NotFound, TransitionNotAllowed
from subledger.kernel.ids import Named, decode, encode, made_at
from subledger.kernel.lifecycle import Lifecycle


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    BRICKED_UP = "bricked_up"


DOOR = Lifecycle(
    {
        (Door.OPEN, "shut"): Door.SHUT,
        (Door.SHUT, "open"): Door.OPEN,
        (Door.SHUT, "brick_up"): Door.BRICKED_UP,
    }
)


@given(st.integers(0, 2**63 - 1), st.sampled_from(["txn", "acc", "t_x"]))
def test_an_id_goes_out_and_comes_back(number: int, prefix: str):
    assert decode(prefix, encode(prefix, number)) == number


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_text_order_is_number_order(one: int, other: int):
    assert (encode("txn", one) < encode("txn", other)) == (one < other)


def test_an_id_is_thirteen_letters_after_its_prefix():
    assert encode("txn", 1) == "txn_0000000000001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "txn",
        "txn_",
        "acc_0000000000001",
        "txn_000000000001",
        "txn_000000000000i",
        "txn_zzzzzzzzzzzzz",
        "TXN_0000000000001",
    ],
)
def test_what_is_no_id_of_the_kind_is_refused(text: str):
    with pytest.raises(ValueError, match=r"is not an id"):
        decode("txn", text)


def test_a_lifecycle_moves_by_its_table_and_says_what_can_be_done_instead():
    assert DOOR.advance(Door.OPEN, "shut") is Door.SHUT
    assert DOOR.actions(Door.SHUT) == ["open", "brick_up"]
    assert DOOR.allows(Door.OPEN, "shut")
    assert not DOOR.allows(Door.OPEN, "brick_up")
    with pytest.raises(
        TransitionNotAllowed, match=r"Cannot brick up what is open\. What can be done with it now: shut\."
    ):
        DOOR.advance(Door.OPEN, "brick_up")
    with pytest.raises(TransitionNotAllowed, match=r"what is bricked up\. Nothing more can be done with it"):
        DOOR.advance(Door.BRICKED_UP, "open")


def test_a_lifecycle_offers_nobody_what_comes_by_itself():
    door = Lifecycle({(Door.OPEN, "shut"): Door.SHUT, (Door.OPEN, "fall"): Door.SHUT}, by_itself=["fall"])
    with pytest.raises(TransitionNotAllowed, match=r"What can be done with it now: shut\.$"):
        door.advance(Door.OPEN, "open")
    slow = Lifecycle({(Door.OPEN, "fall"): Door.SHUT}, by_itself=["fall"])
    with pytest.raises(TransitionNotAllowed, match=r"what is open\. Wait for its outcome, or see what it waits for\."):
        slow.advance(Door.OPEN, "shut")
    assert slow.actions(Door.OPEN) == ["fall"]


def test_a_refusal_has_a_code_a_status_and_perhaps_a_place():
    refusal = NotFound("account", "acc_1", param="/account")
    assert (refusal.code, refusal.status, refusal.param) == ("not_found", 404, "/account")
    assert str(refusal) == "No account 'acc_1' in this company."
    assert (
        refusal.text_for(errors.Door.API) == "No account 'acc_1' in this company. Check the id, or list what there is."
    )
    assert str(NotFound(Named("account", "acc"), 457224177905054472)) == "There is no such account in this company."


def test_an_id_tells_the_second_in_which_it_was_made():
    """`next_id`: milliseconds since 2020-01-01, 21 bits of a sequence below them."""
    at = datetime(2026, 5, 4, 12, 30, 15, tzinfo=UTC)
    number = (int(at.timestamp() * 1000) - 1_577_836_800_000 + 999) << 21 | 5
    assert made_at(number) == at


def test_programs_are_told_the_public_id_of_what_is_not_there():
    refusal = NotFound(Named("account", "acc"), 457224177905054472, param="/account")
    assert refusal.text_for(errors.Door.API).startswith("No account 'acc_0cp32yyhc0cr8' in this company. Check the id")
    assert refusal.text_for(errors.Door.PAGE).startswith("There is no such account in this company. Search for it")
    called = NotFound(Named("account", "acc"), 1, noun="way to pay")
    assert called.text_for(errors.Door.API).startswith("No way to pay 'acc_0000000000001' in this company.")
