"""A room's SQL writes its own tables and reads those of rooms below; what another keeps is written by its function."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from tests.architecture.test_house_rules import FILES, SOURCE, layers

from subledger.platform.rooms import installed
from subledger.platform.sql_versions import present

ROOMS = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("subledger."))
WRITES = re.compile(r"\b(?:INSERT INTO|MERGE INTO|DELETE FROM|UPDATE) ([a-z]+)_\w+")


def written_by(text: str) -> set[str]:
    code = re.sub(r"--.*", "", text)
    return {table for table in WRITES.findall(code) if table in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_writes_its_own_tables(room: str):
    """By its functions and triggers, and by the statements of its program."""
    assert written_by("\n".join(str(step.sql) for step in present(room).versions)) <= {room}
    program = {path.name: written_by(path.read_text()) for path in FILES if path.relative_to(SOURCE).parts[0] == room}
    assert {name for name, tables in program.items() if tables - {room}} == set()


def test_a_foreign_table_is_found():
    text = "UPDATE journal_journalline SET x = 1; -- DELETE FROM runs_run\nMERGE INTO transactions_openitem o"
    assert written_by(text) == {"journal", "transactions"}


FLOORS = layers()[::-1]
TABLES = {
    model._meta.db_table: model._meta.app_label
    for label in ROOMS
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
}
NAMED = re.compile(rf"\b(?:{'|'.join(sorted(TABLES))})\b")


def above(room: str, text: str) -> set[str]:
    """The tables that SQL of a room names, and rooms above it own."""
    code = re.sub(r"--.*", "", text)
    below = FLOORS[: FLOORS.index(room) + 1]
    return {table for table in NAMED.findall(code) if TABLES[table] not in below}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_no_table_of_a_room_above_it(room: str):
    """In its functions and triggers, and in the statements of its program: imports point down, and so do reads."""
    assert above(room, "\n".join(str(step.sql) for step in present(room).versions)) == set()
    program = {
        str(path.relative_to(SOURCE)): above(room, path.read_text())
        for path in FILES
        if path.relative_to(SOURCE).parts[0] == room
    }
    assert {name: tables for name, tables in program.items() if tables} == {}


def test_a_table_from_above_is_found():
    text = "SELECT FROM journal_journalline l, transactions_openitem o JOIN accounts_account USING (id) -- runs_run"
    assert above("journal", text) == {"transactions_openitem"}
    assert above("transactions", text) == set()
    assert above("accounts", text) == {"journal_journalline", "transactions_openitem"}


# Tables without a guard, by why they have none.
UNGUARDED = {
    "configuration: changed at its one door, and kept by the rows that name it": {
        *("accounts_accountclassification", "accounts_creditrating", "accounts_paymentpreference"),
        *(
            "accounts_presentmentpreference",
            "companies_role",
            "dunning_dunninglevel",
            "dunning_dunningminimum",
            "dunning_dunningrate",
        ),
        *("dunning_dunningplan_classifications", "gateways_provider", "gateways_provider_cancellation_types"),
        *("gateways_provider_payment_methods", "gateways_provider_preferences", "gateways_provider_refund_methods"),
        *("journal_exchangerate", "messages_messagesettings", "messages_messagetemplate", "retries_declinecode"),
        *("retries_retryplan", "retries_retryplan_providers"),
        "wallets_walletdefinition_crediting_types",
    },
    "who may come in: comes and goes, and is told in events": {
        *("companies_apikey", "companies_membership", "people_invitation", "people_login", "people_recoverycode"),
        *("people_resetrequest", "people_session"),
    },
    "work in hand, and files of it: taken away when it is done": {
        *(
            "gateways_markedfile",
            "gateways_refuseddelivery",
            "imports_importbatch",
            "imports_importchunk",
            "imports_importorder",
        ),
        *("imports_stagedrejection", "imports_stagedrow", "platform_storedanswer", "runs_runfile", "runs_runfilechunk"),
        "stripe_client_callbudget",
    },
    "how far something is: counted up, or told anew": {
        *("platform_installation", "platform_lastcheck", "platform_listenerbacklog", "platform_listenercursor"),
        *("platform_numbercounter", "platform_numberseries"),
    },
    "worked out from other rows, and proved by an invariant": {
        *("transactions_daysfollowed", "transactions_postedday", "transactions_settledday"),
        *("transactions_typesfollowed", "transactions_typeday"),
    },
    "what a gateway keeps, by its own word": {"gateways_gatewaycustomer", "gateways_instrument"},
}


def unguarded(label: str) -> set[str]:
    guarded = {guard.table for guard in present(label).triggers()}
    return {table for table, room in TABLES.items() if room == label and table not in guarded}


def test_every_table_has_a_guard_or_says_why_it_has_none():
    assert {table for label in ROOMS for table in unguarded(label)} == {one for of in UNGUARDED.values() for one in of}
    assert [room.name for room in installed() if set(room.guards) != set(present(room.name).triggers())] == []
