"""Letters that wait to be printed ask for nothing that is paid or held by then: they lapse."""

from __future__ import annotations

import pytest
from tests.documents.pdf_text import text_of
from tests.dunning.conftest import Dunned, on, plan_of_levels
from tests.factories import refused_by
from tests.messages.conftest import address_of

from subledger.accounts.models import Customer
from subledger.documents.services import print_document
from subledger.dunning.errors import LetterLapsed
from subledger.dunning.models import DunningRecord
from subledger.dunning.printouts import letter_of, letter_records, letters_again
from subledger.dunning.queries import letters_to_print
from subledger.dunning.services import printouts
from subledger.dunning.services.printouts import print_letter, print_letters
from subledger.kernel.errors import NotFound
from subledger.messages.models import MessageTemplate
from subledger.platform.models import Event
from subledger.promises.services.disputes import open_dispute

pytestmark = pytest.mark.django_db
MAKE = printouts._made


def test_a_letter_is_printed_of_what_is_open_by_then_and_the_rest_of_it_lapses(dunned: Dunned):
    plan_of_levels()
    address_of(dunned.ledger, "")
    paid, disputed, part = (dunned.ledger.invoice(100, on="01/06", due="10/06") for _ in range(3))
    dunned.run("13/06")
    waiting = {row.document_id: row.pk for row in DunningRecord.objects.filter(outcome="to_print")}
    dunned.pay(100, "14/06", to=[paid])
    dunned.pay(60, "14/06", to=[part])
    with dunned.at("20/06"):
        open_dispute(document_id=disputed.id, reason="Wrong.", actor="test")
        assert letters_to_print(as_of=on("20/06")) == {waiting[part.id]}
        printed = print_letter(record_id=waiting[part.id], actor="ann")
        text = text_of(printed.content)
        assert ("40.00" in text, "100.00" in text) == (True, False)
        with pytest.raises(LetterLapsed, match="paid by now"):
            print_letter(record_id=waiting[paid.id], actor="ann")
        assert print_letter(record_id=waiting[part.id], actor="ann").content == printed.content
    told = Event.objects.filter(type__startswith="invoice.dunning_letter").values_list("object_id", "type")
    assert {ident: what.rpartition("_")[2] for ident, what in told} == {
        paid.id: "lapsed",
        disputed.id: "lapsed",
        part.id: "printed",
    }
    outcomes = DunningRecord.objects.filter(pk__in=waiting.values()).values_list("document_id", "outcome")
    assert dict(outcomes) == {paid.id: "lapsed", disputed.id: "lapsed", part.id: "printed"}
    with refused_by("dunning_record_stays"):
        DunningRecord.objects.filter(outcome="lapsed").update(outcome="to_print")


def test_what_nobody_printed_before_it_was_paid_lapses_with_the_next_run(dunned: Dunned):
    plan_of_levels()
    address_of(dunned.ledger, "")
    paid, other = (dunned.ledger.invoice(100, on="01/06", due="10/06") for _ in range(2))
    dunned.run("13/06")
    dunned.pay(100, "14/06", to=[paid])
    dunned.run("14/06")
    assert dunned.told(paid.id)[-1] == ("Reminder", "13/06", "lapsed")
    assert dunned.told(other.id)[-1] == ("Reminder", "13/06", "to_print")


@pytest.fixture
def two_waiting(dunned: Dunned) -> dict[str, int]:
    """A reminder and a final one of two customers, to print; records by name of the account."""
    plan_of_levels()
    other = dunned.ledger.open("Other")
    Customer.objects.update(email="")
    dunned.ledger.invoice(100, on="01/06", due="10/06", account=other)
    dunned.run("10/07")
    dunned.ledger.invoice(100, on="01/06", due="08/07")
    dunned.run("11/07")
    return dict(DunningRecord.objects.filter(outcome="to_print").values_list("account__name", "pk"))


def test_what_cannot_be_made_is_left_out_and_the_others_are_printed(dunned: Dunned, two_waiting: dict[str, int]):
    """The first one was marked before the second was refused, and nobody had it on paper."""
    MessageTemplate.objects.filter(kind="dunning_reminder").update(is_active=False)
    with dunned.at("12/07"):
        made = print_letters(actor="ann")
        assert [one.account for one in made.left_out] == [dunned.ledger.account.number]
        assert "no template" in made.left_out[0].why
        assert len(made.printed) == 1
        again = letters_again()
    assert [one.content for one in again] == [one.content for one in made.printed]
    outcomes = dict(DunningRecord.objects.filter(pk__in=two_waiting.values()).values_list("account__name", "outcome"))
    assert outcomes == {"Ann": "to_print", "Other": "printed"}


def test_a_fault_while_letters_are_made_marks_none(dunned: Dunned, two_waiting: dict[str, int], monkeypatch):
    made = []

    def breaks(record_id: int):
        if made:
            raise ValueError
        made.append(printouts.letter_records(record_id))
        return MAKE(record_id)

    monkeypatch.setattr(printouts, "_made", breaks)
    with dunned.at("12/07"), pytest.raises(ValueError):  # noqa: PT011
        print_letters(actor="ann")
    assert DunningRecord.objects.filter(outcome="to_print").count() == 2
    with pytest.raises(NotFound):
        letters_again()


def test_what_was_paid_while_letters_were_made_waits(dunned: Dunned, two_waiting: dict[str, int], monkeypatch):
    def paid_meanwhile(record_id: int):
        one = MAKE(record_id)
        if record_id == two_waiting["Ann"]:
            dunned.pay(60, "12/07")
        return one

    monkeypatch.setattr(printouts, "_made", paid_meanwhile)
    with dunned.at("12/07"):
        made = print_letters(actor="ann")
        assert [(one.account, "changed" in one.why) for one in made.left_out] == [(dunned.ledger.account.number, True)]
        monkeypatch.undo()
        assert "40.00" in text_of(print_letters(actor="ann").printed[0].content)


def test_a_letter_that_waits_is_made_anew_whatever_was_kept_of_it(dunned: Dunned, two_waiting: dict[str, int]):
    """Such as the copy of a print that was not marked: it says what was open then."""
    record_id = two_waiting["Ann"]
    with dunned.at("12/07"):
        before = print_document(letter_of(letter_records(record_id)), actor="ann")
        dunned.pay(60, "12/07")
        printed = print_letter(record_id=record_id, actor="ann")
    assert "100.00" in text_of(before.content)
    assert "40.00" in text_of(printed.content)
