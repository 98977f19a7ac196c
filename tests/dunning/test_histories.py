"""Any history, played again, comes to the same records; run by two at once, to one message a level."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.dunning.conftest import Dunned, on, plan_of_levels
from tests.factories import Ledger, at_once, company_at_work, make_company
from tests.messages.conftest import address_of

from subledger.dunning.models import DunningClaim, DunningRecord
from subledger.dunning.services.levels import record_levels
from subledger.kernel.errors import DomainError
from subledger.messages.models import Message
from subledger.platform.scope import company_scope
from subledger.runs.services.definitions import activate_definition, create_definition

FIRST = on("01/06")


def played(seed: int) -> list[tuple[Any, ...]]:
    """Three invoices, payments, payments taken back and runs on days that a seed says; what came of it."""
    chosen = Random(seed)
    with company_at_work():
        ledger = Ledger()
        address_of(ledger)
        definition = create_definition(kind="dunning", name="Daily", criteria={}, schedule={}, actor="test")
        activate_definition(definition_id=definition.pk, actor="test")
        dunned = Dunned(ledger, definition.pk)
        plan_of_levels(percent=9)
        with dunned.at("01/06"):
            invoices = [ledger.invoice(100, on="01/06", due=due) for due in ("05/06", "12/06", "20/06")]
        payments: list[Any] = []
        day = FIRST
        for _ in range(12):
            day += timedelta(days=chosen.randrange(1, 8))
            said = f"{day:%d/%m}"
            match chosen.choice(("run", "run", "pay", "take_back")):
                case "run":
                    dunned.run(said)
                    assert not dunned.run(said).steps.exists()
                case "pay":
                    payments.append(dunned.pay(chosen.choice((30, 100)), said, to=[chosen.choice(invoices)]))
                case "take_back" if payments:
                    with dunned.at(said), suppress(DomainError):
                        ledger.cancel(payments.pop(), on=said)
                        dunned.hear()
        places = {invoice.id: place for place, invoice in enumerate(invoices)}
        records = DunningRecord.objects.order_by("recorded_on", "document_id", "days")
        claims = DunningClaim.objects.filter(superseded_at=None).order_by("document_id", "from_on", "pk")
        for place, invoice in enumerate(invoices):
            days = [row.days for row in records if row.document_id == invoice.id]
            assert days == sorted(set(days)), place
        return [
            *(
                (places[row.document_id], row.level_name, row.recorded_on, row.outcome, row.open_minor)
                for row in records
            ),
            *((places[row.document_id], row.kind, row.from_on, row.through_on, row.amount_minor) for row in claims),
            Message.objects.filter(kind__startswith="dunning").count(),
        ]


@pytest.mark.few(1)
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_a_history_played_again_comes_to_the_same(seed: int):
    first = played(seed)
    assert len(first) > 3
    assert played(seed) == first


@pytest.mark.usefixtures("committed_db")
def test_two_schedulers_tell_a_level_once():
    company = make_company()
    with company_scope(company.pk):
        ledger = Ledger()
        address_of(ledger)
        plan_of_levels()
        ledger.invoice(100, on="01/05", due="04/05")
        ledger.invoice(50, on="01/05", due="06/05")

        def run() -> Any:
            return record_levels(account_ids=[ledger.account.pk], as_of=on("20/05"), actor="test")

        answers = at_once(run, run, run)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert sorted(len(one.records) for one in answers) == [0, 0, 2]
        assert Message.objects.filter(kind__startswith="dunning").count() == 1
        rows = list(DunningRecord.objects.values_list("document_id", "level_id"))
        assert len(rows) == len(set(rows))
