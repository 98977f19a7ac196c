"""What a company begins with comes from what rooms declare, once; older companies get what is new, and no more."""

from __future__ import annotations

import pytest

from subledger.companies import provision
from subledger.companies.models import Company, Role
from subledger.journal.models import LedgerAccount
from subledger.platform.models import Event, NumberSeries
from subledger.platform.rooms import LedgerSeed, Permission, Room, Series, installed

pytestmark = pytest.mark.django_db


def test_a_new_company_has_everything_that_rooms_declare(company):
    assert provision.lacking() == []
    assert provision.provide(actor="test") == []
    assert set(NumberSeries.objects.values_list("code", flat=True)) == {
        series.code for room in installed() for series in room.series
    }
    assert set(LedgerAccount.objects.values_list("code", flat=True)) == {
        seed.code for room in installed() for seed in room.chart
    }
    assert not Event.objects.filter(type="company.provided").exists()


@pytest.fixture
def toys(monkeypatch):
    """A room that came after the company was made."""
    made = []
    room = Room(
        name="toys",
        permissions={"toys.edit": Permission(title="Change toys", roles=frozenset({"agent"}))},
        series=[Series("toy", "TOY", 4)],
        chart=[LedgerSeed("4711", "Toys", "income")],
        defaults={"first toy": made.append},
    )
    monkeypatch.setattr(provision, "installed", lambda: (*installed(), room))
    return made


def test_an_older_company_gets_what_is_new_and_only_once(company, toys):
    new = ["number series toy", "permission toys.edit", "ledger account 4711", "first toy"]
    assert provision.lacking() == new
    assert provision.provide(actor="test") == new
    assert provision.provide(actor="test") == []
    assert toys == ["test"]
    assert NumberSeries.objects.get(code="toy").digits == 4
    assert LedgerAccount.objects.get(code="4711").name == "Toys"
    granted = {role.code for role in Role.objects.filter(permissions__contains=["toys.edit"])}
    assert granted == {"agent", "administrator"}
    assert Event.objects.get(type="company.provided").data == {"given": new}


def test_what_somebody_changed_since_stays_as_they_left_it(company, toys):
    provision.provide(actor="test")
    agent = Role.objects.get(code="agent")
    agent.permissions.remove("toys.edit")
    agent.save()
    LedgerAccount.objects.filter(code="4711").update(code="4712", name="Games")
    assert provision.provide(actor="test") == []
    assert "toys.edit" not in Role.objects.get(code="agent").permissions
    assert not LedgerAccount.objects.filter(code="4711").exists()


def test_a_ledger_account_of_the_same_code_is_left_alone(company, toys):
    LedgerAccount.objects.create(company=company, code="4711", name="Our own", kind="expense")
    provision.provide(actor="test")
    assert LedgerAccount.objects.get(code="4711").name == "Our own"


def test_a_default_that_fails_leaves_nothing_half_done(company, toys, monkeypatch):
    def fail(actor):
        raise RuntimeError("no toy")

    broken = Room(name="toys", series=[Series("toy", "TOY")], defaults={"first toy": fail})
    monkeypatch.setattr(provision, "installed", lambda: (*installed(), broken))
    with pytest.raises(RuntimeError):
        provision.provide(actor="test")
    assert not NumberSeries.objects.filter(code="toy").exists()
    assert "number series toy" not in Company.objects.get(pk=company.pk).provided
