"""What Python says of debits and life cycles, the database says too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from tests.factories import Ledger, Posted

import subledger
from subledger.gateways.states import PAYMENT_REQUEST, RequestState
from subledger.kernel.lifecycle import Lifecycle
from subledger.platform.sql_versions import present
from subledger.runs.states import DEFINITION, RUN
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.states import CREDITS, DEBITS, LIFECYCLES, TransactionState
from subledger.transactions.states import Classification as C

S = TransactionState
SOURCE = Path(subledger.__file__).parent
# What an action leaves beside the state is checked too: these need the transaction that does it.
BY_ANOTHER = {S.CANCELLED, S.WRITTEN_OFF}


def moves(lifecycle: Lifecycle) -> set[tuple[str, str]]:
    return {(state, following) for (state, _), following in lifecycle._table.items() if state != following}


def one_of_each(ledger: Ledger) -> dict[C, Posted]:
    invoice, other = ledger.invoice(10), ledger.invoice(20)
    payment = ledger.payment(5)
    posted = {
        C.INVOICE: ledger.invoice(30),
        C.CREDIT_NOTE: ledger.credit_note(1),
        C.PAYMENT: ledger.payment(7),
        C.INVOICE_CANCELLATION: ledger.cancel(invoice),
        C.PAYMENT_CANCELLATION: ledger.cancel(payment),
        C.WRITE_OFF: ledger.write_off(other),
    }
    rich = ledger.open("Rich")
    ledger.payment(9, account=rich)
    posted[C.REFUND] = ledger.refund(3, account=rich)
    return posted


@pytest.mark.parametrize("classification", C)
def test_the_trigger_lets_a_posted_one_go_where_its_life_cycle_leads(ledger: Ledger, classification: C):
    posted = one_of_each(ledger)[classification]
    allowed = {following for state, following in moves(LIFECYCLES[classification]) if state == S.POSTED}
    for state in set(S) - {S.POSTED}:
        with pytest.raises(IntegrityError) as refusal, atomic():
            Transaction.objects.filter(pk=posted.id).update(state=state)
        # Where the life cycle leads, the trigger asks for the transaction that leads there; elsewhere it refuses.
        reason = "by a transaction that does it" if state in allowed else "cannot be edited"
        assert reason in str(refusal.value), (classification, state)
        assert state not in allowed or state in BY_ANOTHER


@pytest.mark.parametrize("classification", C)
def test_open_items_stand_on_the_side_that_the_classification_says(ledger: Ledger, classification: C):
    assert set(C) == DEBITS | CREDITS
    posted = one_of_each(ledger)[classification]
    row = Transaction.objects.get(pk=posted.id)
    [side] = set(
        OpenItem.objects.filter(pk=posted.id).values_list("is_debit", flat=True)
    ) or {row.debit_allocations.exists()}  # fmt: skip
    assert side == (classification in DEBITS)


def test_the_request_trigger_holds_final_states_as_the_life_cycle_does():
    """payment_request_stays: from a final state only where PAYMENT_REQUEST leads."""
    [text] = [str(step.sql) for step in present("gateways").versions if "payment_request_stays" in str(step.sql)]
    said = {
        state: set(re.findall(r"'(\w+)'", following))
        for state, following in re.findall(r"OLD\.state = '(\w+)' AND NEW\.state NOT IN \(([^)]+)\)", text)
    }
    final = {state for state in RequestState if state in ("posted", "rejected")}
    assert said.keys() == final
    for state in final:
        assert said[state] == {state} | {following for origin, following in moves(PAYMENT_REQUEST) if origin == state}


@pytest.mark.parametrize("classification", C)
def test_the_database_knows_the_side_of_a_classification(db: None, classification: C):
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_debit(%s)", [classification.value])
        assert cursor.fetchone() == (classification in DEBITS,)


def test_the_list_of_debits_is_said_once_in_sql():
    texts = [path.read_text() for path in SOURCE.rglob("*.py")]
    texts += [str(step.sql) for config in apps.get_app_configs() for step in present(config.label).versions]
    said = [
        inside
        for text in texts
        for inside in re.findall(r"IN\s*\(([^)]*'payment_cancellation'[^)]*)\)", text)
        if set(re.findall(r"'(\w+)'", inside)) == DEBITS
    ]
    assert len(said) == 1  # in is_debit


@pytest.mark.parametrize(("trigger", "lifecycle"), [("run_life", RUN), ("run_definition_life", DEFINITION)])
def test_the_triggers_of_runs_let_states_go_where_the_life_cycle_leads(trigger: str, lifecycle: Lifecycle):
    text = "\n".join(str(step.sql) for step in present("runs").versions)
    [body] = re.findall(rf"REPLACE FUNCTION {trigger}\(\).*?END \$\$;", text, re.DOTALL)
    assert set(re.findall(r"\('(\w+)', '(\w+)'\)", body)) == moves(lifecycle)
