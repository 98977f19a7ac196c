"""What Python says of debits and life cycles, the database says too."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from tests.factories import Ledger, Posted

import subledger
from subledger.accounts.states import ACCOUNT, SYSTEM_ACCOUNT
from subledger.dunning.states import RecordOutcome
from subledger.gateways.generic.states import REPORTS
from subledger.gateways.states import FINAL, OPEN, PAYMENT_REQUEST, InboxState, RequestState
from subledger.kernel.lifecycle import Lifecycle
from subledger.messages.states import MESSAGE
from subledger.platform.sql_versions import present
from subledger.platform.statements import sql_list
from subledger.promises.states import LIVING, PROMISES, PromiseState
from subledger.retries.states import LIVE, RETRY, RetryState
from subledger.runs.states import DEFINITION, RUN, DefinitionState, RunState
from subledger.runs.states import OPEN as RUN_OPEN
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.rules.item_entry import PriceIs
from subledger.transactions.states import (
    CREDITS,
    DEBITS,
    LIFECYCLES,
    MIRROR,
    UNPOSTED,
    LinkPrinciple,
    ReleaseReason,
    TransactionState,
)
from subledger.transactions.states import Classification as C
from subledger.wallets.states import ENTRIES, WALLETS
from subledger.webhooks.states import DELIVERY, ENDPOINT, DeliveryState

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
    assert said.keys() == FINAL
    for state in FINAL:
        assert said[state] == {state} | {following for origin, following in moves(PAYMENT_REQUEST) if origin == state}


@pytest.mark.parametrize("classification", C)
def test_the_database_knows_the_side_of_a_classification(db: None, classification: C):
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_debit(%s)", [classification.value])
        assert cursor.fetchone() == (classification in DEBITS,)


def leads_to(state: S) -> frozenset[S]:
    """The states that lead there, in any life cycle."""
    return frozenset(origin for one in LIFECYCLES.values() for origin, following in moves(one) if following == state)


def leads_from(state: S) -> frozenset[S]:
    """The state itself, and those that it leads to, in any life cycle."""
    return frozenset(
        {state, *(following for one in LIFECYCLES.values() for origin, following in moves(one) if origin == state)}
    )


# Every list in the text of functions and triggers, and what of Python it says again, as often as it does.
LISTS = {
    frozenset({RecordOutcome.LAPSED, RecordOutcome.PRINTED}): 1,  # what becomes of a letter that waits to be printed
    frozenset(C): 1,
    DEBITS: 1,  # in is_debit; whoever asks for the side of a classification asks that
    frozenset({C.INVOICE, C.PAYMENT}): 1,  # what can be cancelled
    frozenset({C.INVOICE, C.INVOICE_CANCELLATION}): 1,  # what may come to nothing
    frozenset(S): 1,
    UNPOSTED: 1,
    frozenset(S) - UNPOSTED: 1,
    leads_to(S.POSTED): 1,
    leads_from(S.DRAFT): 2,
    FINAL: 5,
    frozenset(LinkPrinciple): 4,
    frozenset(ReleaseReason): 2,
    frozenset(PriceIs): 1,
    frozenset(PromiseState) - LIVING: 1,
    LIVING: 1,
    frozenset(RetryState) - LIVE: 1,
}


def lists_in(text: str) -> list[frozenset[str]]:
    """The lists of words in a text of SQL: IN ('a', 'b'), over as many lines as it takes."""
    return [
        frozenset(re.findall(r"'(\w+)'", inside)) for inside in re.findall(r"\bIN\s*\(((?:\s*'\w+',?)+)\s*\)", text)
    ]


def test_a_list_is_found_over_several_lines():
    assert lists_in("x IN ('a', 'b') OR y NOT IN\n   ('c',\n 'd')\n OR z IN (SELECT 1)") == [{"a", "b"}, {"c", "d"}]


def test_every_list_in_functions_and_triggers_is_one_of_ours():
    found = Counter(
        one
        for config in apps.get_app_configs()
        for step in present(config.label).versions
        for one in lists_in(str(step.sql))
    )
    assert found == LISTS
    assert leads_to(S.POSTED) == {S.DRAFT, S.PENDING}
    assert leads_from(S.DRAFT) == leads_from(S.PENDING)
    cancelled = {kind for kind, one in LIFECYCLES.items() if S.CANCELLED in {to for _, to in moves(one)}}
    assert cancelled == {C.INVOICE, C.PAYMENT}


def test_statements_of_the_program_list_no_states():
    """They are made from the sets of `states.py` (`sql_list`)."""
    states = {str(one) for kind in (C, S, RequestState, InboxState, RunState, DefinitionState) for one in kind}
    found = {
        (str(path.relative_to(SOURCE)), tuple(sorted(one)))
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        for one in lists_in(path.read_text())
        if one & states
    }
    assert found == set()


SIDES = re.compile(r"\('(\w+)', *-?1\b|\bWHEN '(\w+)' THEN -?(?:\w+\.)?(?:1\b|\w+_minor)")


def test_statements_ask_the_database_for_the_side_of_a_classification():
    """None of the program or of functions and triggers says again which are debits: they ask `is_debit`."""
    texts = {str(path.relative_to(SOURCE)): path.read_text() for path in SOURCE.rglob("*.py")}
    texts = {name: text for name, text in texts.items() if "migrations" not in name.split("/")}
    texts |= {
        f"{config.label} {number}": str(step.sql)
        for config in apps.get_app_configs()
        for number, step in enumerate(present(config.label).versions)
    }
    found = {(name, word) for name, text in texts.items() for pair in SIDES.findall(text) for word in pair if word}
    assert {(name, word) for name, word in found if word in set(C)} == set()
    sample = "VALUES ('invoice', 1), ('credit_note', -1) … CASE x WHEN 'payment' THEN t.amount_minor"
    assert {word for pair in SIDES.findall(sample) for word in pair if word} == {"invoice", "credit_note", "payment"}


@pytest.mark.parametrize("states", [FINAL, OPEN, UNPOSTED, RUN_OPEN])
def test_a_list_of_a_statement_holds_exactly_its_states(db: None, states: frozenset[StrEnum]):
    with connection.cursor() as cursor:
        kind = type(next(iter(states)))
        cursor.execute(
            f"SELECT one FROM unnest(%s::text[]) AS one WHERE one IN {sql_list(states)}", [[s.value for s in kind]]
        )
        assert {one for (one,) in cursor.fetchall()} == set(states)


# Life cycles whose moves a trigger lists, as pairs of states.
PAIRS = [
    ("runs", "run_life", RUN),
    ("runs", "run_definition_life", DEFINITION),
    ("messages", "message_keeps_what_it_says_v3", MESSAGE),
    ("webhooks", "webhook_endpoint_life", ENDPOINT),
]
ELSEWHERE = {
    **{id(one): "transaction_stays, above" for one in (*LIFECYCLES.values(), MIRROR)},
    id(PAYMENT_REQUEST): "payment_request_stays, above",
    id(REPORTS): "no states of their own: what may be reported of a payment request",
    id(DELIVERY): "webhook_delivery_stays, below",
    id(PROMISES): "promise_stays, below",
    id(RETRY): "retry_stays, below",
    **{id(one): "wallet_rows_stay, below" for one in (WALLETS, ENTRIES)},
    **{id(one): "services alone: an account ends by its termination" for one in (ACCOUNT, SYSTEM_ACCOUNT)},
}


@pytest.mark.parametrize(("room", "trigger", "lifecycle"), PAIRS)
def test_a_trigger_lets_states_go_where_the_life_cycle_leads(room: str, trigger: str, lifecycle: Lifecycle):
    text = "\n".join(str(step.sql) for step in present(room).versions)
    [body] = re.findall(rf"REPLACE FUNCTION {trigger}\(\).*?END \$\$;", text, re.DOTALL)
    assert set(re.findall(r"\('(\w+)', '(\w+)'\)", body)) == moves(lifecycle)


def test_a_delivery_leaves_its_first_state_alone():
    """As `webhook_delivery_stays` says: from any other nothing changes."""
    assert moves(DELIVERY) == {("pending", str(one)) for one in DeliveryState if one != DeliveryState.PENDING}
    [text] = [str(step.sql) for step in present("webhooks").versions if "webhook_delivery_stays" in str(step.sql)]
    assert "WHERE b.state <> 'pending'" in text


def test_a_promise_goes_where_its_life_cycle_leads():
    """As `promise_stays` says: from broken and withdrawn nowhere, from kept to open alone, from open anywhere."""
    text = "\n".join(str(step.sql) for step in present("promises").versions)
    assert "OLD.state IN ('broken', 'withdrawn')" in text
    assert "OLD.state = 'kept' AND NEW.state <> 'open'" in text
    open_, others = PromiseState.OPEN, set(PromiseState) - {PromiseState.OPEN}
    assert moves(PROMISES) == {(open_, one) for one in others} | {(PromiseState.KEPT, open_)}


def test_a_wallet_and_what_moved_in_it_go_where_their_life_cycles_lead():
    """As `wallet_rows_stay` says: each may leave its first state alone."""
    text = "\n".join(str(step.sql) for step in present("wallets").versions)
    assert "OLD.state <> NEW.state AND (OLD.state <> 'effective'" in text
    assert moves(ENTRIES) == {("effective", "voided")}
    assert "OLD.state = 'cancelled' AND NEW.state <> 'cancelled'" in text
    assert moves(WALLETS) == {("effective", "cancelled")}


def test_a_retry_stays_where_its_life_cycle_ends():
    """As `retry_stays` says: from made and stopped nowhere."""
    text = "\n".join(str(step.sql) for step in present("retries").versions)
    assert "OLD.state IN ('made', 'stopped')" in text
    assert {before for before, _ in moves(RETRY)} == {str(one) for one in LIVE}


def test_every_life_cycle_is_held_by_the_database_too():
    """Those of all rooms: each is in a list of this file, with what holds it."""
    modules = [import_module(f"subledger.{'.'.join(path.relative_to(SOURCE).with_suffix('').parts)}")
               for path in SOURCE.rglob("states.py")]  # fmt: skip
    known = {id(lifecycle) for _, _, lifecycle in PAIRS} | ELSEWHERE.keys()
    found = [
        (module.__name__, name)
        for module in modules
        for name, value in vars(module).items()
        for one in (value.values() if isinstance(value, dict) else [value])
        if isinstance(one, Lifecycle) and id(one) not in known
    ]
    assert found == []
    assert len(modules) > 5
