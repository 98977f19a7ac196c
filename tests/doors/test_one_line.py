"""Texts of one line hold no line break, in whatever room they are kept and through whatever door they come.

The rule stands in the core (`kernel.texts`) and goes by the names of fields; columns and the document of the API say of
each which of the two it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import TextField
from tests.api.gateways.conftest import Till
from tests.api.gateways.conftest import full_desk as full_desk
from tests.api.gateways.conftest import till as till
from tests.api.gateways.writes import EXAMPLES, SINGULAR, operations
from tests.api.test_document import DOCUMENT, SCHEMAS
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed

from subledger.kernel.errors import TextInvalid
from subledger.kernel.texts import check_texts
from subledger.platform.configuration import ConfigurationTable, FieldKind
from subledger.platform.rooms import installed

BROKEN = "one\ntwo"
METHODS = {one.id: one.method for one in operations()}
TABLES = [table for room in installed() for table in room.tables]
LONG = 10_000  # characters that prose may have in the API (`api_kit.fields.LongText`)
# Texts that are kept nowhere: a language that is looked for, and how a file is called in the answer.
NOT_KEPT = {
    *{(name, "language") for name in METHODS if name.startswith("communicate_")},
    ("import_payment_request_results", "name"),
}
# One service writes all that is configured, so one table stands for all of them.
ALIKE = {f"{verb}_{thing}" for verb in ("create", "update") for thing in SINGULAR.values()} - {
    "create_message_template", "update_message_template",
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_rule_and_the_columns_of_what_people_configure_agree(table: ConfigurationTable):
    for one in table.fields:
        kind = table.kind_of(one)
        if kind in (FieldKind.TEXT, FieldKind.CODE, FieldKind.LONG_TEXT):
            assert (kind is FieldKind.LONG_TEXT) == isinstance(table.column_of(one), TextField)
            assert may_have_lines(f"/{one.name}") == (kind is FieldKind.LONG_TEXT), one.name


def may_have_lines(pointer: str) -> bool:
    try:
        check_texts(BROKEN, param=pointer)
    except TextInvalid:
        return False
    return True


def one_lines() -> dict[str, list[str]]:
    """By operation, the fields of its body that hold a text of one line."""
    found: dict[str, list[str]] = {}
    for methods in DOCUMENT["paths"].values():
        for method, operation in methods.items():
            said = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if method != "get" and said:
                ident = operation["operationId"]
                named = [name for name, schema in _properties(said) if _is_one_line(schema)]
                fields = [name for name in named if (ident, name) not in NOT_KEPT]
                found.update({ident: fields} if fields and ident not in ALIKE else {})
    return found


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    yield from schema.get("properties", {}).items()


def _is_one_line(schema: dict[str, Any]) -> bool:
    """Whether it is a text that people choose, of any form."""
    ways = schema.get("anyOf", [schema])
    return any(
        way.get("type") == "string"
        and way.get("maxLength", LONG) < LONG
        and not {"pattern", "enum", "format"} & set(way)
        for way in ways
    )


@pytest.mark.few(10)
@pytest.mark.parametrize(("name", "fields"), one_lines().items(), ids=one_lines())
def test_a_text_of_one_line_with_a_line_break_is_refused(till: Till, name: str, fields: list[str]):
    path, body = EXAMPLES[name](till)
    taken = [field for field in fields if till.request(METHODS[name], path, {**body, field: BROKEN}).status_code < 400]
    assert not taken
