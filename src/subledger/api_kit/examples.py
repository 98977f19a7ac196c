"""Examples for the OpenAPI document: made from the schemas, so that they cannot say what the schemas do not allow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .faces import ApiFace, merged

Node = dict[str, Any]
IDENT = "0cp3t6jbr07s5"
# What a field of a name is likely to hold; rooms say more, everything else follows from its type. A field that holds
# something of its own, such as a file, says it itself: `Field(examples=[…])`.
BY_NAME: Node = {
    "currency": "eur", "name": "Example Ltd", "code": "example", "email": "ann@example.com", "country": "IT",
    "limit": 10, "reason": "Contract ended",
}  # fmt: skip
# Fields that are not needed but make an example of a body worth reading; rooms say more.
WELCOME = frozenset({"description", "reason", "details"})
ID = re.compile(r"\^([a-z]+)_\[0-7\]")


@dataclass(frozen=True)
class Examples:
    """Makes them: of the document's schemas, with what fields of a name are likely to hold."""

    schemas: Node
    by_name: Mapping[str, Any]
    welcome: frozenset[str]

    def to_object(self, content: Node) -> None:
        """To the component that is answered; to what a list is made of rather than to the list."""
        if content["schema"].get("format") == "binary":  # a file, and no text shows one
            return
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        if name not in self.schemas:
            content.setdefault("example", self.of(content["schema"], "", is_body=False))
            return
        items = self.schemas[name].get("properties", {}).get("data", {}).get("items", {}).get("$ref", "")
        target = self.schemas[items.rpartition("/")[2] or name]
        target.setdefault("examples", [self._object(target, is_body=False)])

    def of(self, schema: Node, name: str, *, is_body: bool) -> Any:
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].rpartition("/")[2]], name, is_body=is_body)
        if "examples" in schema and "properties" not in schema:  # the field says its own
            return schema["examples"][0]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            known = self.by_name.get(name)
            return known if known in schema["enum"] else schema["enum"][0]
        if pattern := ID.match(schema.get("pattern", "")):
            return f"{pattern[1]}_{IDENT}"
        for key in ("anyOf", "oneOf", "allOf"):
            if key in schema:
                plain = [one for one in schema[key] if one.get("type") != "null" and (is_body or "$ref" not in one)]
                return self.of((plain or schema[key])[0], name, is_body=is_body)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0]
        if kind == "array":
            return [self.of(schema.get("items", {}), name, is_body=is_body)] if is_body else []
        if kind == "object":
            return self._object(schema, is_body=is_body)
        return self._value(schema, name, kind)

    def _value(self, schema: Node, name: str, kind: Any) -> Any:
        known = self.by_name.get(name)
        if kind == "string":
            if schema.get("format") == "date":
                return known or "2026-05-20"
            if schema.get("format") == "date-time":
                return "2026-05-20T10:00:00Z"
            if isinstance(known, str):
                return known
            text = "example" if not schema.get("pattern") else schema.get("default", "1")
            return text if schema.get("minLength") or schema.get("pattern") else schema.get("default", text)
        if kind == "integer":
            return known if type(known) is int else max(1, schema.get("minimum", 1))
        return {"boolean": schema.get("default", True), "null": None}.get(str(kind), {})

    def _object(self, schema: Node, *, is_body: bool) -> Node:
        """All fields of an answer; of a body those that are needed, and a few that make it worth reading."""
        needed = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        chosen = [name for name in properties if not is_body or name in needed or name in self.welcome]
        if is_body and not chosen:
            chosen = list(properties)[:1]
        return {name: self.of(properties[name], name, is_body=is_body) for name in chosen}


def add(document: Node, faces: Sequence[ApiFace]) -> None:
    """An example for each body that is sent and each object that is answered, once where it is defined."""
    schemas = document["components"]["schemas"]
    examples = Examples(
        schemas,
        {**BY_NAME, **merged(faces, "examples")},
        WELCOME.union(*(face.welcome for face in faces)),
    )
    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                content["example"] = examples.of(content["schema"], "", is_body=True)
            for status, answer in operation["responses"].items():
                if str(status) in ("200", "201"):
                    for content in answer.get("content", {}).values():
                        examples.to_object(content)
