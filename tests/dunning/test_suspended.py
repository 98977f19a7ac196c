"""Late charges of a suspended account wait for it, and hold up nobody else; what they rely on stays in use."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.dunning.conftest import WORKED, Dunned, plan_of_levels

from subledger.accounts.services import change_account_state
from subledger.accounts.states import AccountState
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.dunning.models import DunningLevel, DunningPlan, DunningRecord
from subledger.transactions.models import Reason, TransactionType

pytestmark = pytest.mark.django_db


def suspend(dunned: Dunned, action: str = "suspend"):
    change_account_state(account_id=dunned.ledger.account.pk, action=action, actor="test")


@pytest.mark.wide
def test_a_suspended_account_is_reminded_without_a_fee_and_its_interest_comes_when_it_is_active_again(dunned: Dunned):
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("13/06")
    [first] = dunned.claims()
    suspend(dunned)
    dunned.run("24/06")
    assert dunned.told(invoice.id)[-1] == ("Second reminder", "24/06", "sent")
    assert "suspended" in DunningRecord.objects.get(level_number=3).why
    assert not dunned.claims("late_fee")
    dunned.pay(1000, "26/06", to=[invoice])
    assert dunned.claims() == [first]
    with dunned.at("30/06"):
        suspend(dunned, "reactivate")
        dunned.hear()
    [_, rest] = dunned.claims()
    assert (f"{rest.from_on:%d/%m}", f"{rest.through_on:%d/%m}", rest.amount_minor) == ("14/06", "26/06", 321)


def test_what_is_refused_on_one_account_holds_up_no_other(dunned: Dunned, monkeypatch, caplog):
    plan_of_levels(percent=9)
    other = dunned.ledger.open("Bob")
    ours, theirs = (dunned.ledger.invoice(1000, account=account, on="01/06", due="10/06") for account in (None, other))
    suspend(dunned)
    unknown = SimpleNamespace(TERMINATED=AccountState.TERMINATED, SUSPENDED="not looked for")
    monkeypatch.setattr("subledger.dunning.services.claims.AccountState", unknown)
    with dunned.at("20/06"):
        dunned.ledger.payment(1000, on="20/06", to=[ours])
        dunned.ledger.payment(1000, account=other, on="20/06", to=[theirs])
        dunned.hear()
    assert [claim.document_id for claim in dunned.claims()] == [theirs.id]
    assert f"late interest of account {dunned.ledger.account.pk} was not drafted" in caplog.text


@pytest.mark.parametrize("change", [{"is_active": False}, {"code": "{}_of_old"}])
def test_what_late_charges_rely_on_stays_in_use(dunned: Dunned, change):
    plan = plan_of_levels(percent=9)
    fee, interest = (TransactionType.objects.get(code=code) for code in ("late_fee", "late_interest"))
    used = [(TransactionType, fee), (TransactionType, interest), (Reason, Reason.objects.get(code="recalculated"))]
    changes = {row: {name: value and value.format(row.code) for name, value in change.items()} for _, row in used}
    for model, row in used:
        with pytest.raises(ConfigurationInvalid, match="stays in use under its code"):
            save_entry(model=model, ident=row.pk, values=changes[row], actor="test")
        save_entry(model=model, ident=row.pk, values={"name": "Of another name"}, actor="test")
    save_entry(model=DunningPlan, ident=plan.pk, values={"interest_percent": Decimal(0)}, actor="test")
    third = DunningLevel.objects.get(plan=plan, number=3)
    save_entry(model=DunningLevel, ident=third.pk, values={"fee": None, "currency": ""}, actor="test")
    for model, row in used:
        save_entry(model=model, ident=row.pk, values=changes[row], actor="test")
    with pytest.raises(ConfigurationInvalid, match="late_interest"):
        save_entry(model=DunningPlan, ident=plan.pk, values={"interest_percent": Decimal(9)}, actor="test")
    with pytest.raises(ConfigurationInvalid, match="late_fee"):
        plan_of_levels([WORKED[2]])
