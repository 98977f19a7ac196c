"""Search: Stripe's query language, ``status:'active' AND metadata['k']:'v'`` (docs.stripe.com/search)."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.lists import page_size
from stripe_sandbox.routing import Call
from stripe_sandbox.shapes import Object

_CLAUSE = re.compile(
    r"""\s*(?P<not>-)?(?P<field>[a-z_.0-9]+)(?:\[(?P<q>['"])(?P<key>(?:\\.|(?!(?P=q)).)*)(?P=q)\])?"""
    r"""(?P<op>:|~|>=|<=|>|<)(?:(?P<r>['"])(?P<text>(?:\\.|(?!(?P=r)).)*)(?P=r)|(?P<bare>-?[0-9]+|null|true|false))\s*"""
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda held, wanted: held == wanted,
    ">": lambda held, wanted: held > wanted,
    ">=": lambda held, wanted: held >= wanted,
    "<": lambda held, wanted: held < wanted,
    "<=": lambda held, wanted: held <= wanted,
}
Test = Callable[[Object], bool]


def search(call: Call, kind: str, fields: tuple[str, ...]) -> Object:
    """One page of the objects that a query finds, newest first. Objects younger than the search lag are not found."""
    params, account = call.params, call.account
    test = parse(params["query"], fields)
    newest = account.timeline.exact - account.sandbox.search_lag
    limit = page_size(params)
    token = params.get("page")
    rows = account.all(kind)
    if token and token not in rows:
        raise invalid(f"Invalid page: {token}", "page")
    matches = (row for row in rows.older(token) if row["created"] <= newest and test(row))
    found = list(islice(matches, limit + 1))
    has_more = len(found) > limit
    return {
        "object": "search_result",
        "url": call.url,
        "has_more": has_more,
        "data": found[:limit],
        "next_page": found[limit - 1]["id"] if has_more else None,
    }


def parse(query: str, fields: tuple[str, ...]) -> Test:
    """A predicate for a query. Clauses are joined by AND or by OR, never both."""
    tests: list[Test] = []
    joints: set[str] = set()
    at = 0
    while True:
        match = _CLAUSE.match(query, at)
        if not match:
            raise _malformed(query)
        tests.append(_test(match, fields))
        at = match.end()
        if at == len(query):
            break
        joint = re.match(r"(AND|OR|and|or)\b|", query[at:])
        word = joint[0].upper() if joint else ""
        joints.add(word or "AND")  # a space joins like AND
        at += len(word)
    if len(joints) > 1:
        raise invalid("You cannot combine AND and OR in the same query.", "query")
    if len(tests) == 1:
        return tests[0]
    together = any if joints == {"OR"} else all
    return lambda row: together(test(row) for test in tests)


def _test(match: re.Match[str], fields: tuple[str, ...]) -> Test:
    """The predicate of one clause."""
    field, key, operator = match["field"], match["key"], match["op"]
    if (field == "metadata") != (key is not None) or (key is None and field not in fields):
        raise invalid(f"Field `{field}` is an unsupported search field for this resource.", "query")
    text = match["bare"] if match["text"] is None else _unescaped(match["text"])
    if operator == "~" and len(text) < 3:
        raise invalid("Substring search needs at least three characters.", "query")
    is_null = match["text"] is None and text == "null"
    parts = ["metadata", _unescaped(key)] if key is not None else field.split(".")
    wanted = text.lower()

    if key is not None and operator == ":" and not is_null:  # what reconcilers ask thousands of times
        name = parts[1]
        is_meant = not match["not"]
        return lambda row: ((row["metadata"] or {}).get(name, "").lower() == wanted) is is_meant

    def holds(row: Object) -> bool:
        held: Any = row
        for part in parts:
            held = held.get(part) if held else None
        if held is None or is_null:
            return held is None and is_null
        if operator == "~":
            return wanted in str(held).lower()
        if isinstance(held, int) and not isinstance(held, bool):
            return wanted.lstrip("-").isdigit() and _COMPARE[operator](held, int(wanted))
        return operator == ":" and str(held).lower() == wanted

    return (lambda row: not holds(row)) if match["not"] else holds


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _malformed(query: str) -> StripeError:
    return invalid(f"We were unable to parse your search query: {query!r}.", "query")
