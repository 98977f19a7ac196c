"""Bodies as JSON: strict, of bounded depth, and each name once in its object."""

from __future__ import annotations

import json
from typing import Any

import orjson

from subledger.kernel.nesting import DEEPEST, is_too_deep

from .errors import NameTwice, NestedTooDeep

QUOTE = b'"'
ESCAPED_QUOTE = b"\\u0022"  # the other way to write one


def read_body(body: bytes) -> Any:
    """What a body says. Stricter than the standard library: no NaN, no lone surrogates, no invalid UTF-8.

    RFC 8259 leaves open what a name means that an object has twice, and readers differ: it is refused. orjson keeps the
    last one, so what it read, written again, has fewer quotes than the body. Only then the slow reader looks which.

    Raises:
        orjson.JSONDecodeError: no JSON.
        NestedTooDeep, NameTwice.
    """
    said = _loaded(body)
    if body.count(b"[") + body.count(b"{") > DEEPEST and is_too_deep(said):
        raise NestedTooDeep(DEEPEST)
    if ESCAPED_QUOTE in body or body.count(QUOTE) != orjson.dumps(said).count(QUOTE):
        json.loads(body, object_pairs_hook=_names_once)
    return said


def _loaded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error):  # its own, which is far beyond ours
            raise NestedTooDeep(DEEPEST) from None
        raise


def _names_once(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise NameTwice(name)
        names.add(name)
