"""Who starts the daily run, or says what it does at the end, may do by hand what it does."""

from __future__ import annotations

import pytest
from tests.dunning.conftest import Dunned, levels_of, plan_of_levels

from subledger.companies.entries import save_entry
from subledger.dunning.models import DunningLevel, DunningPlan
from subledger.kernel.errors import DomainError
from subledger.platform.callers import Caller, calling
from subledger.runs.services.start import start_definition

pytestmark = pytest.mark.django_db

BY_HAND = ("messages.send", "transactions.draft", "transactions.write_off")


class Refused(DomainError):
    code = "refused"


def eve(*permissions: str):
    return calling(Caller("user:eve", frozenset(("view", *permissions)), Refused))


@pytest.mark.parametrize("lacking", BY_HAND)
def test_who_may_not_do_by_hand_what_the_run_does_may_not_start_it(dunned: Dunned, lacking: str):
    granted = [one for one in BY_HAND if one != lacking]
    with eve("runs.execute", *granted), pytest.raises(Refused, match=lacking):
        start_definition(definition_id=dunned.definition, actor="user:eve")
    with eve("runs.execute", *BY_HAND):
        start_definition(definition_id=dunned.definition, actor="user:eve")


def test_who_may_not_write_off_may_not_say_that_runs_do_so(dunned: Dunned):
    plan = plan_of_levels([(1, "Gentle", 3, "dunning_notice", None, "go_on")])
    last = (2, "End", 5, None, None, "write_off")
    gentle = DunningLevel.objects.get(plan=plan, number=1)
    with eve("dunning.configure"):
        save_entry(model=DunningLevel, ident=gentle.pk, values={"days": 4}, actor="user:eve")
        save_entry(model=DunningPlan, ident=plan.pk, values={"rank": 5}, actor="user:eve")
        for change in ({"after": "write_off"}, {"after": "write_off", "message": None}):
            with pytest.raises(Refused, match=r"transactions\.write_off"):
                save_entry(model=DunningLevel, ident=gentle.pk, values=change, actor="user:eve")
    with eve("dunning.configure", "transactions.write_off"):
        levels_of(plan, [last])
    end = DunningLevel.objects.get(plan=plan, number=2)
    with eve("dunning.configure"):
        for model, ident, change in ((DunningLevel, end.pk, {"days": 6}), (DunningPlan, plan.pk, {"rank": 1})):
            with pytest.raises(Refused, match=r"transactions\.write_off"):
                save_entry(model=model, ident=ident, values=change, actor="user:eve")
        save_entry(model=DunningLevel, ident=end.pk, values={"is_active": False}, actor="user:eve")
