"""Letters that wait to be printed ask for nothing that is paid or held by then: they lapse."""

from __future__ import annotations

import pytest
from tests.documents.pdf_text import text_of
from tests.dunning.conftest import Dunned, on, plan_of_levels
from tests.factories import refused_by
from tests.messages.conftest import address_of

from subledger.dunning.errors import LetterLapsed
from subledger.dunning.models import DunningRecord
from subledger.dunning.queries import letters_to_print
from subledger.dunning.services.printouts import print_letter
from subledger.platform.models import Event
from subledger.promises.services.disputes import open_dispute

pytestmark = pytest.mark.django_db


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
