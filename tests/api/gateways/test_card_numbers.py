"""No operation of the API keeps a card number: each text that its body may hold is sent one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.api.openapi import DOCUMENT
from tests.texts_kept import columns_with, rows_written

from .conftest import Till
from .writes import EXAMPLES, operations

CARD = "4242424242424242"
OPERATIONS = {one.id: one for one in operations()}


def _body_of(name: str) -> dict[str, Any]:
    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            if operation.get("operationId") == name:
                content = operation.get("requestBody", {}).get("content", {})
                return content.get("application/json", {}).get("schema", {})  # type: ignore[no-any-return]
    raise AssertionError(name)


def _texts(schema: Mapping[str, Any], at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a body of this shape may hold a text. A decimal is a number, as whole numbers are: no text."""
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for part in [*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())]:
        yield from _texts(part, at)
    kind = schema.get("type")  # a list where null is taken as well
    is_text = kind == "string" or (isinstance(kind, list) and "string" in kind)
    if is_text and not {"enum", "const"} & set(schema) and "[0-9]{1," not in schema.get("pattern", ""):
        yield at
    for name, part in schema.get("properties", {}).items():
        yield from _texts(part, (*at, name))
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from _texts(schema["additionalProperties"], (*at, "key"))
    if (kind == "array" or (isinstance(kind, list) and "array" in kind)) and len(at) < 4:
        yield from _texts(schema.get("items", {}), (*at, 0))


def _with(body: Any, at: tuple[str | int, ...]) -> Any:
    if not at:
        return CARD
    head, rest = at[0], at[1:]
    if isinstance(head, int):
        held = list(body or [None])
        return [_with(held[0], rest), *held[1:]]
    held = dict(body or {})
    return {**held, head: _with(held.get(head), rest)}


@pytest.mark.few(8)
@pytest.mark.parametrize("name", EXAMPLES)
def test_no_text_of_a_body_keeps_a_card_number(till: Till, name: str):
    path, body = EXAMPLES[name](till)
    kept: dict[str, str] = {}
    for at in dict.fromkeys(_texts(_body_of(name))):
        before = rows_written()
        till.request(OPERATIONS[name].method, path, _with(body, at))
        for column in columns_with(CARD, written_since=before):
            kept.setdefault(column, "/".join(map(str, at)))
    assert kept == {}


def test_the_texts_of_bodies_are_found():
    assert ("note",) in set(_texts(_body_of("create_payment")))
    assert ("items", 0, "description") in set(_texts(_body_of("create_invoice")))
    assert ("metadata", "key") in set(_texts(_body_of("create_customer")))


def test_a_text_that_is_kept_is_found(till: Till):
    type(till.company).objects.filter(pk=till.company.pk).update(name=f"for {CARD}, say")
    assert columns_with(CARD) == {"companies.Company.name"}
