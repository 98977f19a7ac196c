"""Examples for the OpenAPI document: made from the schemas, so that they cannot say what the schemas do not allow."""

from __future__ import annotations

import re
from typing import Any

Node = dict[str, Any]
IDENT = "0cp3t6jbr07s5"
# What a field of a name is likely to hold; everything else follows from its type.
BY_NAME: Node = {
    "currency": "eur", "name": "Example Ltd", "code": "example", "email": "ann@example.com", "country": "IT",
    "description": "Consulting, May", "text": "Called; pays on Friday.", "number": "INV00000042", "actor": "user:ann",
    "created_by": "user:ann", "updated_by": "user:ann", "iban": "IT60X0542811101000000123456", "percent": "22",
    "rate": "0.92", "quantity": "2", "unit_amount": 10000, "amount": 24400, "reason": "Contract ended",
    "through": "2026-04-30", "url": "https://subledger.example.com/pay/token", "format": "csv", "kind": "generic",
    "request": f"prq_{IDENT}", "request_unique_identifier": "1", "limit": 10, "scopes": ["read"],
    "content": "request,result,reference\nPRQ00000001,posted,BANK-1\n", "username": "ann", "type": "invoice.posted",
}  # fmt: skip
# Fields that are not needed but make an example of a body worth reading.
WELCOME = {"state", "description", "unit_amount", "posted_on", "reason", "details"}
ID = re.compile(r"\^([a-z]+)_\[0-7\]")


def add(document: Node) -> None:
    """An example for each body that is sent and each object that is answered, once where it is defined."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                content["example"] = _of(content["schema"], "", schemas, is_body=True)
            for status, answer in operation["responses"].items():
                if str(status) in ("200", "201"):
                    for content in answer.get("content", {}).values():
                        _to_object(content, schemas)


def _to_object(content: Node, schemas: Node) -> None:
    """To the component that is answered; to what a list is made of rather than to the list."""
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    if name not in schemas:
        content.setdefault("example", _of(content["schema"], "", schemas, is_body=False))
        return
    items = schemas[name].get("properties", {}).get("data", {}).get("items", {}).get("$ref", "")
    target = schemas[items.rpartition("/")[2] or name]
    target.setdefault("examples", [_object(target, schemas, is_body=False)])


def _of(schema: Node, name: str, schemas: Node, *, is_body: bool) -> Any:
    if "$ref" in schema:
        return _of(schemas[schema["$ref"].rpartition("/")[2]], name, schemas, is_body=is_body)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return "posted" if "posted" in schema["enum"] else schema["enum"][0]
    if pattern := ID.match(schema.get("pattern", "")):
        return f"{pattern[1]}_{IDENT}"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            plain = [one for one in schema[key] if one.get("type") != "null" and (is_body or "$ref" not in one)]
            return _of((plain or schema[key])[0], name, schemas, is_body=is_body)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "array":
        return [_of(schema.get("items", {}), name, schemas, is_body=is_body)] if is_body else []
    if kind == "object":
        return _object(schema, schemas, is_body=is_body)
    return _value(schema, name, kind)


def _value(schema: Node, name: str, kind: Any) -> Any:
    known = BY_NAME.get(name)
    if kind == "string":
        if schema.get("format") == "date":
            return BY_NAME["through"] if name == "through" else "2026-05-20"
        if schema.get("format") == "date-time":
            return "2026-05-20T10:00:00Z"
        if name == "id":
            return f"txn_{IDENT}"
        if isinstance(known, str):
            return known
        text = "example" if not schema.get("pattern") else schema.get("default", "1")
        return text if schema.get("minLength") or schema.get("pattern") else schema.get("default", text)
    if kind == "integer":
        return known if type(known) is int else max(1, schema.get("minimum", 1))
    return {"boolean": schema.get("default", True), "null": None}.get(str(kind), {})


def _object(schema: Node, schemas: Node, *, is_body: bool) -> Node:
    """All fields of an answer; of a body those that are needed, and a few that make it worth reading."""
    needed = set(schema.get("required", ()))
    properties = schema.get("properties", {})
    chosen = [name for name in properties if not is_body or name in needed or name in WELCOME]
    if is_body and not chosen:
        chosen = list(properties)[:1]
    return {name: _of(properties[name], name, schemas, is_body=is_body) for name in chosen}
