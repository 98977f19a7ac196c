"""Next levels of dunning page by page: counted by account and day, they are what the statement of the run says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from tests.dunning.conftest import WORKED, Dunned, levels_of, on, plan_of_levels

from subledger.accounts.models import AccountClassification
from subledger.companies.entries import save_entry
from subledger.dunning.models import DunningMinimum, DunningPlan, DunningRecord
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.report_kit.tables import Opened
from subledger.reports.catalogue import report_named

SIZE = 3


def told(opened: Opened) -> tuple[list[Any], list[Any], list[Any], dict[str, int]]:
    """All rows with their keys, read page by page, with totals and counts; these are the same on every page."""
    keys: list[Any] = []
    rows: list[Any] = []
    while True:
        part = opened.part(len(rows), SIZE)
        assert part is not None
        keys += part.table.keys
        rows += part.table.rows
        if len(part.table.rows) < SIZE:
            return keys, rows, list(part.table.totals), dict(part.counts)


@pytest.mark.parametrize("seed", range(3))
def test_pages_and_totals_are_those_of_the_statement_of_the_run(dunned: Dunned, seed: int):
    plan, chosen = plan_of_levels(), Random(seed)
    if seed == 2:
        values = {"plan": plan, "amount": Decimal(300_00), "currency": "eur"}
        save_entry(model=DunningMinimum, ident=None, values=values, actor="t")
    shops = AccountClassification.objects.create(company_id=current_company_id(), code="shops", name="Shops")
    values = {"code": "late", "name": "Late", "classifications": [shops], "rank": 1}
    levels_of(
        save_entry(model=DunningPlan, ident=None, values=values, actor="t"), [(1, "Late", 9, None, None, "go_on")]
    )
    accounts = [dunned.ledger.account, dunned.ledger.open("Bea", classification=shops)]
    accounts += [dunned.ledger.open("Sue"), dunned.ledger.open("Dora", classification=shops)]
    for number in range(28):
        due, account = f"{chosen.randrange(1, 29):02}/06", chosen.choice(accounts)
        invoice = dunned.ledger.invoice(chosen.randint(1, 90), account=account, on="01/06", due=due)
        with dunned.at("02/06"):
            match number % 7:
                case 0:
                    _record(invoice.id, account, due, chosen.choice(list(plan.levels.all())), chosen)
                case 1:
                    agreed = [Instalment(on("20/06"), None)]
                    make_promise(new=NewPromise(document_id=invoice.id, instalments=agreed), actor="test")
                case 2:
                    dispute = open_dispute(document_id=invoice.id, reason="Wrong.", actor="test")
                    if chosen.random() < 0.7:
                        close_dispute(dispute_id=dispute.pk, outcome="rejected", actor="test")
                case 3:
                    paid = dunned.ledger.payment(1, account=account, on="01/06", to=[invoice])
                    dunned.ledger.cancel(paid, on="02/06", confirm_paid_out=True)
    for day in ("20/05", "02/06", "18/06", "25/07"):
        opened = report_named("dunning-coming").open(as_of=on(day))
        whole = opened.whole()
        keys, rows, totals, counts = told(opened)
        assert (keys, rows, totals) == (list(whole.keys), list(whole.rows), list(whole.totals)), day
        assert sum(counts.values()) == len(rows)
        sorted_part = opened.part(0, 50, sort="open", descending=True)
        assert sorted_part is not None
        assert sorted(sorted_part.table.rows) == sorted(rows)
    assert rows, "something is coming on the last of these days"


def _record(document: int, account: Any, due: str, level: Any, chosen: Random) -> None:
    DunningRecord.objects.create(
        company_id=current_company_id(), document_kind="invoice", document_id=document, document_number="INV",
        account=account, level=level, level_name=level.name, level_number=level.number, days=level.days,
        shift_days=chosen.choice((0, 9)), due_on=on(due), recorded_on=on(due) + timedelta(days=level.days),
        open_minor=1, currency="eur", outcome="silent", after=chosen.choice(("go_on", "go_on", "stop")),
        created_at=clock.now(),
    )  # fmt: skip


def test_documents_by_level_are_those_of_their_highest_record(dunned: Dunned):
    plan_of_levels([*WORKED[:4]])
    late, later, settled = (dunned.ledger.invoice(100, on="01/05", due=f"{day}/06") for day in ("01", "05", "06"))
    for day in ("04/06", "08/06", "09/06", "15/06", "19/06", "01/07"):
        dunned.run(day)
    dunned.pay(100, "02/07", to=[settled])
    opened = report_named("dunning").open(as_of=on("30/06"))
    keys, rows, totals, counts = told(opened)
    assert [row[2:6] for row in rows] == [
        (late.number, on("01/06"), 29, "Second reminder"),
        (later.number, on("05/06"), 25, "Second reminder"),
    ]
    assert (keys, counts) == ([late.id, later.id], {"eur": 2})
    assert totals[0][-1] == 200_00
    whole = report_named("dunning").run(as_of=on("02/07"))
    assert [row[5] for row in whole.rows] == ["Final", "Second reminder"]
    by_customer = opened.part(0, 1, sort="customer")
    assert by_customer is not None
    assert len(by_customer.table.rows) == 1
