"""Events told by SQL, or by rows that a function writes, are of types that a room declares, as `record_events` asks of
all others: whoever hears a type by its right name hears every one. Only code of ours can say another, so its texts are
asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.test_house_rules import FILES, SOURCE, nodes

from subledger.platform.rooms import event_types, installed
from subledger.platform.sql_versions import present
from subledger.transactions.rules import settlements
from subledger.transactions.states import Classification

# What tells of rows: `platform.events.TELL`, the function for rooms that write by one, and rows for that of postings.
TELLS = ("TELL", "events_write_v1", "EventRow")
TABLE = re.compile(r"\bINSERT INTO platform_event\b")
SAID = re.compile(r"'([a-z][a-z_]*\.[a-z_]*)'")

KINDS = tuple(map(str, Classification))
# Types that are put together: as the text has them, and what they come to.
BUILT = {
    "'promise.' ||": {"promise.reopened", "promise.kept", "promise.withdrawn"},
    "person.{what}": {"person.login_failed", "person.locked_out"},
    "{row.classification.value}.posted": {f"{kind}.posted" for kind in KINDS},
    "{target.classification.value}.{verb}": {
        "invoice.cancelled", "invoice.written_off", "payment.cancelled", "payment.moved",
    },
    "type_": {settlements.PAID, settlements.PARTIALLY_PAID, settlements.DUE_AGAIN, settlements.SETTLED_OTHERWISE},
}  # fmt: skip


def said_in_sql(text: str) -> set[str]:
    """Types as the literals of a statement have them; of one that is put together, its beginning as `BUILT` has it."""
    return {one if not one.endswith(".") else f"'{one}' ||" for one in SAID.findall(re.sub(r"--.*", "", text))}


def told_by_rows(path: Path) -> Iterator[str]:
    """The types of the rows that a module makes for a function which writes events."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "EventRow":
            type_ = node.args[0]
            yield str(type_.value) if isinstance(type_, ast.Constant) else ast.unparse(type_).strip("f'\"")


def told_by_statements(path: Path) -> Iterator[str]:
    """The types in the texts of a module that tells by them."""
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "'" in node.value:
            yield from said_in_sql(node.value)
        elif isinstance(node, ast.JoinedStr):
            said = ast.unparse(node).strip("f'\"")
            if re.fullmatch(r"[a-z]+\.\{what\}", said):
                yield said


def programs() -> list[Path]:
    return [path for path in FILES if any(re.search(rf"\b{word}\b", path.read_text()) for word in TELLS)]


def undeclared(said: set[str]) -> set[str]:
    types = {type_ for one in said for type_ in BUILT.get(one, {one})}
    return types - event_types().keys()


def told() -> dict[str, set[str]]:
    """By file or function."""
    found = {str(path.relative_to(SOURCE)): {*told_by_statements(path), *told_by_rows(path)} for path in programs()}
    for room in installed():
        for step in present(room.name).versions:
            if "events_write_v1" in str(step.sql):
                found[f"{room.name}/{step}"] = said_in_sql(str(step.sql))
    return {where: types for where, types in found.items() if types}


def test_what_sql_tells_is_declared():
    assert {where: undeclared(types) for where, types in told().items() if undeclared(types)} == {}


def test_every_type_that_is_put_together_is_told():
    """What `BUILT` says is of use, so that a text that changes is looked at anew."""
    assert set(BUILT) <= set().union(*told().values())


def test_events_are_written_in_two_places():
    """Any other would tell what nothing above looks at."""
    program = {str(path.relative_to(SOURCE)) for path in FILES if TABLE.search(path.read_text())}
    functions = {
        str(step.sql).split("(")[0].split()[-1]
        for room in installed()
        for step in present(room.name).versions
        if TABLE.search(str(step.sql))
    }
    assert (program, functions) == ({"platform/events.py"}, {"events_write_v1"})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("SELECT 'payment.misspelt' AS type, 'transaction' AS object_type", {"payment.misspelt"}),
        ("SELECT 'refund.pending', 'transaction' -- as 'payment.misspelt'", set()),
        ("SELECT 'promise.' || s.state", set()),
        ("SELECT 'promises.' || s.state", {"'promises.' ||"}),
    ],
)
def test_a_type_that_nobody_declares_is_found(text: str, wrong: set[str]):
    assert undeclared(said_in_sql(text)) == wrong
