"""A refusal is read at three doors: one set of facts, and the way out in each door's own words."""

from __future__ import annotations

from subledger.kernel.errors import Door, Invalid


def test_a_refusal_reads_the_same_at_every_door() -> None:
    refusal = Invalid("The amount -5.00 EUR is too small. Enter 0.01 EUR or more.", param="/amount")
    assert {refusal.text_for(door) for door in Door} == {str(refusal)}


def test_the_way_out_is_named_in_the_words_of_the_door() -> None:
    refusal = Invalid(
        "Customer 'C1' is not known.",
        remedies={Door.PAGE: "Tick 'Create missing customers'.", Door.COMMAND: "Add --create-missing."},
    )
    assert refusal.text_for(Door.PAGE) == "Customer 'C1' is not known. Tick 'Create missing customers'."
    assert refusal.text_for(Door.COMMAND) == "Customer 'C1' is not known. Add --create-missing."
    assert refusal.text_for(Door.API) == "Customer 'C1' is not known."
